"""StreamsGroupTopologyDescriptionUpdate (API key 93): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Int8, Int16, Int32, Spec, String, Struct, field

__all__ = [
    "StreamsGroupTopologyDescriptionUpdateRequest",
    "StreamsGroupTopologyDescriptionUpdateResponse",
    "TopologyDescription",
    "TopologyDescriptionGlobalStore",
    "TopologyDescriptionNode",
    "TopologyDescriptionSubtopology",
]


class TopologyDescription(Struct):
    subtopologies: list[TopologyDescriptionSubtopology] = []
    global_stores: list[TopologyDescriptionGlobalStore] = []


class TopologyDescriptionSubtopology(Struct):
    subtopology_id: String = ""
    nodes: list[TopologyDescriptionNode] = []


class TopologyDescriptionNode(Struct):
    name: String = ""
    node_type: Int8 = 0
    source_topics: list[String] = []
    sink_topic: String | None = None
    stores: list[String] = []
    successors: list[String] = []


class TopologyDescriptionGlobalStore(Struct):
    source: TopologyDescriptionNode = field(default_factory=TopologyDescriptionNode)
    processor: TopologyDescriptionNode = field(default_factory=TopologyDescriptionNode)


class StreamsGroupTopologyDescriptionUpdateRequest(Struct):
    SPEC = Spec(key=93, versions="0", flexible="0+")

    group_id: String = ""
    member_id: String = ""
    topology_epoch: Int32 = 0
    topology_description: TopologyDescription = field(default_factory=TopologyDescription)


class StreamsGroupTopologyDescriptionUpdateResponse(Struct):
    SPEC = Spec(key=93, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
