"""Streams groups of KIP-1071 in __consumer_offsets: topology, members, assignment of tasks.

The int16 before a key is the record type (the key's ``SPEC.key``), before a value its version.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int8, Int16, Int32, Int64, Spec, String, Struct, Tag, UInt16

__all__ = [
    "CopartitionGroup",
    "Endpoint",
    "KeyValue",
    "LastAssignmentConfig",
    "StreamsGroupCurrentMemberAssignmentKey",
    "StreamsGroupCurrentMemberAssignmentValue",
    "StreamsGroupMemberMetadataKey",
    "StreamsGroupMemberMetadataValue",
    "StreamsGroupMetadataKey",
    "StreamsGroupMetadataValue",
    "StreamsGroupTargetAssignmentMemberKey",
    "StreamsGroupTargetAssignmentMemberValue",
    "StreamsGroupTargetAssignmentMetadataKey",
    "StreamsGroupTargetAssignmentMetadataValue",
    "StreamsGroupTopologyKey",
    "StreamsGroupTopologyValue",
    "Subtopology",
    "TaskIds",
    "TaskIdsValue",
    "TopicConfig",
    "TopicInfo",
]


class StreamsGroupMetadataKey(Struct):
    SPEC = Spec(key=17, versions="0")

    group_id: String = ""


class StreamsGroupMetadataValue(Struct):
    SPEC = Spec(key=17, versions="0", flexible="0+")

    epoch: Int32 = 0
    metadata_hash: Int64 = 0
    validated_topology_epoch: Annotated[Int32, Tag(0)] = -1
    last_assignment_configs: Annotated[list[LastAssignmentConfig] | None, Tag(1)] = []
    stored_description_topology_epoch: Annotated[Int32, Tag(2)] = -1
    failed_description_topology_epoch: Annotated[Int32, Tag(3)] = -1


class LastAssignmentConfig(Struct):
    key: String = ""
    value: String = ""


class StreamsGroupMemberMetadataKey(Struct):
    SPEC = Spec(key=19, versions="0")

    group_id: String = ""
    member_id: String = ""


class StreamsGroupMemberMetadataValue(Struct):
    SPEC = Spec(key=19, versions="0", flexible="0+")

    instance_id: String | None = ""
    rack_id: String | None = ""
    client_id: String = ""
    client_host: String = ""
    rebalance_timeout_ms: Int32 = -1
    topology_epoch: Int32 = 0
    process_id: String = ""
    """Members of one process share its state directories: no task twice among them."""
    user_endpoint: Endpoint | None = None
    """Where interactive queries reach the member."""
    client_tags: list[KeyValue] = []


class Endpoint(Struct):
    host: String = ""
    port: UInt16 = 0


class KeyValue(Struct):
    key: String = ""
    value: String = ""


class StreamsGroupTopologyKey(Struct):
    SPEC = Spec(key=23, versions="0")

    group_id: String = ""


class StreamsGroupTopologyValue(Struct):
    SPEC = Spec(key=23, versions="0", flexible="0+")

    epoch: Int32 = 0
    """Raised by the client when the topology changes."""
    subtopologies: list[Subtopology] = []


class Subtopology(Struct):
    subtopology_id: String = ""
    source_topics: list[String] = []
    source_topic_regex: list[String] = []
    """Regular expressions instead of names; refused by Kafka 4.4's broker."""
    state_changelog_topics: list[TopicInfo] = []
    repartition_sink_topics: list[String] = []
    repartition_source_topics: list[TopicInfo] = []
    copartition_groups: list[CopartitionGroup] = []


class TopicInfo(Struct):
    name: String = ""
    partitions: Int32 = 0
    replication_factor: Int16 = 0
    topic_configs: list[TopicConfig] = []


class TopicConfig(Struct):
    key: String = ""
    value: String = ""


class CopartitionGroup(Struct):
    source_topics: list[Int16] = []
    source_topic_regex: list[Int16] = []
    repartition_source_topics: list[Int16] = []


class StreamsGroupTargetAssignmentMetadataKey(Struct):
    SPEC = Spec(key=20, versions="0")

    group_id: String = ""


class StreamsGroupTargetAssignmentMetadataValue(Struct):
    SPEC = Spec(key=20, versions="0", flexible="0+")

    assignment_epoch: Int32 = 0
    assignment_timestamp: Annotated[Int64, Tag(0), IGNORABLE] = 0


class StreamsGroupTargetAssignmentMemberKey(Struct):
    SPEC = Spec(key=21, versions="0")

    group_id: String = ""
    member_id: String = ""


class StreamsGroupTargetAssignmentMemberValue(Struct):
    SPEC = Spec(key=21, versions="0", flexible="0+")

    active_tasks: list[TaskIds] = []
    standby_tasks: list[TaskIds] = []
    warmup_tasks: list[TaskIds] = []


class TaskIds(Struct):
    subtopology_id: String = ""
    partitions: list[Int32] = []


class StreamsGroupCurrentMemberAssignmentKey(Struct):
    SPEC = Spec(key=22, versions="0")

    group_id: String = ""
    member_id: String = ""


class StreamsGroupCurrentMemberAssignmentValue(Struct):
    SPEC = Spec(key=22, versions="0", flexible="0+")

    member_epoch: Int32 = 0
    previous_member_epoch: Int32 = 0
    state: Int8 = 0
    """1 stable, 2 has tasks to give up, 3 waits for tasks of others."""
    active_tasks: list[TaskIdsValue] = []
    standby_tasks: list[TaskIdsValue] = []
    warmup_tasks: list[TaskIdsValue] = []
    active_tasks_pending_revocation: list[TaskIdsValue] = []
    standby_tasks_pending_revocation: list[TaskIdsValue] = []
    warmup_tasks_pending_revocation: list[TaskIdsValue] = []


class TaskIdsValue(Struct):
    subtopology_id: String = ""
    partitions: list[Int32] = []
    assignment_epochs: Annotated[list[Int32] | None, Tag(0)] = []
