"""StreamsGroupTopologyDescriptionUpdate (API key 93): a description of the topology for people to read (KIP-1331).

Sent when a heartbeat's answer asks for it, which it does only if the broker has a plugin that stores descriptions.
"""

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
    """1 source, 2 processor, 3 sink."""
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
    """UNSUPPORTED_VERSION (35): there is no plugin. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
    INVALID_REQUEST (42): an empty id, or another topology epoch than the group's. GROUP_ID_NOT_FOUND (69).
    UNKNOWN_MEMBER_ID (25). STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED (135): the plugin failed.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
