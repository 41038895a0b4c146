"""Share groups of KIP-932 in __consumer_offsets: members, assignment, and which partitions have share state.

The int16 before a key is the record type (the key's ``SPEC.key``), before a value its version. How far each partition
has been read is not here but in __share_group_state, see ``share_state``.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int8, Int32, Int64, Spec, String, Struct, Tag, Uuid

__all__ = [
    "ShareGroupCurrentMemberAssignmentKey",
    "ShareGroupCurrentMemberAssignmentValue",
    "ShareGroupMemberMetadataKey",
    "ShareGroupMemberMetadataValue",
    "ShareGroupMetadataKey",
    "ShareGroupMetadataValue",
    "ShareGroupStatePartitionMetadataKey",
    "ShareGroupStatePartitionMetadataValue",
    "ShareGroupTargetAssignmentMemberKey",
    "ShareGroupTargetAssignmentMemberValue",
    "ShareGroupTargetAssignmentMetadataKey",
    "ShareGroupTargetAssignmentMetadataValue",
    "TopicInfo",
    "TopicPartition",
    "TopicPartitions",
    "TopicPartitionsInfo",
]


class ShareGroupMetadataKey(Struct):
    SPEC = Spec(key=11, versions="0")

    group_id: String = ""


class ShareGroupMetadataValue(Struct):
    SPEC = Spec(key=11, versions="0", flexible="0+")

    epoch: Int32 = 0
    metadata_hash: Int64 = 0


class ShareGroupMemberMetadataKey(Struct):
    SPEC = Spec(key=10, versions="0")

    group_id: String = ""
    member_id: String = ""


class ShareGroupMemberMetadataValue(Struct):
    SPEC = Spec(key=10, versions="0", flexible="0+")

    rack_id: String | None = ""
    client_id: String = ""
    client_host: String = ""
    subscribed_topic_names: list[String] = []


class ShareGroupTargetAssignmentMetadataKey(Struct):
    SPEC = Spec(key=12, versions="0")

    group_id: String = ""


class ShareGroupTargetAssignmentMetadataValue(Struct):
    SPEC = Spec(key=12, versions="0", flexible="0+")

    assignment_epoch: Int32 = 0
    assignment_timestamp: Annotated[Int64, Tag(0), IGNORABLE] = 0


class ShareGroupTargetAssignmentMemberKey(Struct):
    SPEC = Spec(key=13, versions="0")

    group_id: String = ""
    member_id: String = ""


class ShareGroupTargetAssignmentMemberValue(Struct):
    SPEC = Spec(key=13, versions="0", flexible="0+")

    topic_partitions: list[TopicPartition] = []


class TopicPartition(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []


class ShareGroupCurrentMemberAssignmentKey(Struct):
    SPEC = Spec(key=14, versions="0")

    group_id: String = ""
    member_id: String = ""


class ShareGroupCurrentMemberAssignmentValue(Struct):
    SPEC = Spec(key=14, versions="0", flexible="0+")

    member_epoch: Int32 = 0
    previous_member_epoch: Int32 = 0
    state: Int8 = 0
    assigned_partitions: list[TopicPartitions] = []


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []


class ShareGroupStatePartitionMetadataKey(Struct):
    SPEC = Spec(key=15, versions="0")

    group_id: String = ""


class ShareGroupStatePartitionMetadataValue(Struct):
    """Partitions whose state is being set up, is set up, or is being deleted."""

    SPEC = Spec(key=15, versions="0", flexible="0+")

    initializing_topics: list[TopicPartitionsInfo] = []
    initialized_topics: list[TopicPartitionsInfo] = []
    deleting_topics: list[TopicInfo] = []


class TopicPartitionsInfo(Struct):
    topic_id: Uuid = ZERO_UUID
    topic_name: String = ""
    partitions: list[Int32] = []


class TopicInfo(Struct):
    topic_id: Uuid = ZERO_UUID
    topic_name: String = ""
