"""StreamsGroupDescribe (API key 89): topology, members and tasks of groups of Kafka Streams (KIP-1071).

Versions: 1: topology descriptions (KIP-1331), name of the assignor (KIP-1357).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int8, Int16, Int32, Int64, Spec, String, Struct, UInt16, field

__all__ = [
    "Assignment",
    "DescribedGroup",
    "Endpoint",
    "KeyValue",
    "Member",
    "StreamsGroupDescribeRequest",
    "StreamsGroupDescribeResponse",
    "Subtopology",
    "TaskIds",
    "TaskOffset",
    "TopicInfo",
    "Topology",
    "TopologyDescription",
    "TopologyDescriptionGlobalStore",
    "TopologyDescriptionNode",
    "TopologyDescriptionSubtopology",
]


class StreamsGroupDescribeRequest(Struct):
    SPEC = Spec(key=89, versions="0-1", flexible="0+")

    group_ids: list[String] = []
    include_authorized_operations: Bool = False
    include_topology_description: Annotated[Bool, "1+"] = False


class StreamsGroupDescribeResponse(Struct):
    SPEC = Spec(key=89, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    groups: list[DescribedGroup] = []


class DescribedGroup(Struct):
    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group. TOPIC_AUTHORIZATION_FAILED (29): it reads a topic
    without DESCRIBE. INVALID_GROUP_ID (24): "". GROUP_ID_NOT_FOUND (69): no such group, or one of another type.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    group_id: String = ""
    group_state: String = ""
    """Empty, NotReady, Assigning, Reconciling, Stable or Dead."""
    group_epoch: Int32 = 0
    assignment_epoch: Int32 = 0
    topology: Topology | None = None
    members: list[Member] = []
    authorized_operations: Int32 = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""
    topology_description: Annotated[TopologyDescription | None, "1+"] = None
    topology_description_status: Annotated[Int8, "1+"] = 0
    """0 not asked for, 1 not stored, 2 error, 3 there."""
    assignor_name: Annotated[String | None, "1+", IGNORABLE] = None


class Topology(Struct):
    epoch: Int32 = 0
    subtopologies: list[Subtopology] | None = None


class Subtopology(Struct):
    subtopology_id: String = ""
    source_topics: list[String] = []
    repartition_sink_topics: list[String] = []
    state_changelog_topics: list[TopicInfo] = []
    repartition_source_topics: list[TopicInfo] = []


class TopicInfo(Struct):
    name: String = ""
    partitions: Int32 = 0
    replication_factor: Int16 = 0
    topic_configs: list[KeyValue] = []


class KeyValue(Struct):
    key: String = ""
    value: String = ""


class Assignment(Struct):
    active_tasks: list[TaskIds] = []
    standby_tasks: list[TaskIds] = []
    warmup_tasks: list[TaskIds] = []


class TaskIds(Struct):
    subtopology_id: String = ""
    partitions: list[Int32] = []


class Member(Struct):
    member_id: String = ""
    member_epoch: Int32 = 0
    instance_id: String | None = None
    rack_id: String | None = None
    client_id: String = ""
    client_host: String = ""
    """Written "/10.0.0.1"."""
    topology_epoch: Int32 = 0
    process_id: String = ""
    user_endpoint: Endpoint | None = None
    client_tags: list[KeyValue] = []
    task_offsets: list[TaskOffset] = []
    task_end_offsets: list[TaskOffset] = []
    assignment: Assignment = field(default_factory=Assignment)
    """What the member has now."""
    target_assignment: Assignment = field(default_factory=Assignment)
    """What it is to have."""
    is_classic: Bool = False


class Endpoint(Struct):
    host: String = ""
    port: UInt16 = 0


class TaskOffset(Struct):
    subtopology_id: String = ""
    partition: Int32 = 0
    offset: Int64 = 0


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
