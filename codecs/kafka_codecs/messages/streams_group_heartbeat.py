"""StreamsGroupHeartbeat (API key 88): join, stay in and leave a group of Kafka Streams (KIP-1071).

The broker assigns tasks; a task is a partition number of a subtopology. Whoever joins first brings the topology; the
broker creates the internal topics that it needs.

Versions: 1: topology descriptions (KIP-1331), status 6.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int8, Int16, Int32, Int64, Spec, String, Struct, UInt16, field

__all__ = [
    "CopartitionGroup",
    "Endpoint",
    "EndpointToPartitions",
    "KeyValue",
    "Status",
    "StreamsGroupHeartbeatRequest",
    "StreamsGroupHeartbeatResponse",
    "Subtopology",
    "TaskIds",
    "TaskOffset",
    "TopicInfo",
    "TopicPartition",
    "Topology",
]


class StreamsGroupHeartbeatRequest(Struct):
    """All but the first fields may stay null or -1: unchanged since the last heartbeat."""

    SPEC = Spec(key=88, versions="0-1", flexible="0+")

    group_id: String = ""
    member_id: String = ""
    member_epoch: Int32 = 0
    """0: join. -1: leave. -2: leave for a while, as a static member. Else: the epoch of the last answer."""
    endpoint_information_epoch: Int32 = 0
    """What the member knows of the others' endpoints."""
    instance_id: String | None = None
    rack_id: String | None = None
    rebalance_timeout_ms: Int32 = -1
    """Needed to join."""
    topology: Topology | None = None
    """Needed to join."""
    active_tasks: list[TaskIds] | None = None
    """What the member owns now, all three lists or none; must be empty to join."""
    standby_tasks: list[TaskIds] | None = None
    warmup_tasks: list[TaskIds] | None = None
    process_id: String | None = None
    """The same for all members of one process."""
    user_endpoint: Endpoint | None = None
    """Where interactive queries reach the member."""
    client_tags: list[KeyValue] | None = None
    task_offsets: list[TaskOffset] | None = None
    """How far the stores of standby and warm-up tasks are filled."""
    task_end_offsets: list[TaskOffset] | None = None
    shutdown_application: Bool = False
    """Tell all members to stop."""


class Topology(Struct):
    epoch: Int32 = 0
    """Kafka 4.4 takes 0 only."""
    subtopologies: list[Subtopology] = []


class Subtopology(Struct):
    subtopology_id: String = ""
    source_topics: list[String] = []
    source_topic_regex: list[String] = []
    """Refused by Kafka 4.4."""
    state_changelog_topics: list[TopicInfo] = []
    repartition_sink_topics: list[String] = []
    repartition_source_topics: list[TopicInfo] = []
    copartition_groups: list[CopartitionGroup] = []


class TopicInfo(Struct):
    name: String = ""
    partitions: Int32 = 0
    """0: the broker works it out; must be 0 for changelogs."""
    replication_factor: Int16 = 0
    """0: the broker's default."""
    topic_configs: list[KeyValue] = []


class KeyValue(Struct):
    key: String = ""
    value: String = ""


class CopartitionGroup(Struct):
    """Topics that must have equally many partitions, by their index in the lists of the subtopology."""

    source_topics: list[Int16] = []
    source_topic_regex: list[Int16] = []
    repartition_source_topics: list[Int16] = []


class TaskIds(Struct):
    subtopology_id: String = ""
    partitions: list[Int32] = []


class Endpoint(Struct):
    host: String = ""
    port: UInt16 = 0


class TaskOffset(Struct):
    subtopology_id: String = ""
    partition: Int32 = 0
    offset: Int64 = 0


class StreamsGroupHeartbeatResponse(Struct):
    SPEC = Spec(key=88, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): streams.version is 0. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
    TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE on a topic. STREAMS_INVALID_TOPOLOGY (130): internal or illegal topic
    names, a changelog with a partition count. INVALID_REQUEST (42): a field that is missing, empty or out of place,
    another topology than the group's. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). GROUP_ID_NOT_FOUND (69): no such group, or one of another type.
    GROUP_MAX_SIZE_REACHED (81). UNKNOWN_MEMBER_ID (25). FENCED_MEMBER_EPOCH (110): join again.
    UNRELEASED_INSTANCE_ID (111), FENCED_INSTANCE_ID (82): another member has the instance id.
    """
    error_message: String | None = None
    member_id: String = ""
    member_epoch: Int32 = 0
    heartbeat_interval_ms: Int32 = 0
    acceptable_recovery_lag_legacy: Annotated[Int32, "0"] = 0
    """Became ``acceptable_recovery_lag``, an int64, in v1."""
    task_offset_interval_ms: Int32 = 0
    """How often to send ``task_offsets``."""
    acceptable_recovery_lag: Annotated[Int64, "1+", IGNORABLE] = -1
    status: list[Status] | None = []
    """What keeps the group from working as it should; no error."""
    active_tasks: list[TaskIds] | None = None
    """Null: unchanged, as are the other two lists."""
    standby_tasks: list[TaskIds] | None = None
    warmup_tasks: list[TaskIds] | None = None
    topology_description_required: Annotated[Bool, "1+"] = False
    """Send StreamsGroupTopologyDescriptionUpdate."""
    endpoint_information_epoch: Int32 = 0
    partitions_by_user_endpoint: list[EndpointToPartitions] | None = None
    """Null: the member is up to date."""


class Status(Struct):
    status_code: Int8 = 0
    """0 stale topology, 1 missing source topics, 2 wrong partition counts, 3 missing internal topics, 4 shutdown, 5
    assignment delayed, 6 missing client tags (v1+).
    """
    status_detail: String = ""


class EndpointToPartitions(Struct):
    user_endpoint: Endpoint = field(default_factory=Endpoint)
    active_partitions: list[TopicPartition] = []
    standby_partitions: list[TopicPartition] = []


class TopicPartition(Struct):
    topic: String = ""
    partitions: list[Int32] = []
