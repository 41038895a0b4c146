"""Consumer groups of KIP-848 in __consumer_offsets.

The int16 before a key is the record type (the key's ``SPEC.key``), before a value its version. A group is: its epoch,
its members, the target assignment with its epoch, and per member what it holds now on the way there.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bytes, Int8, Int32, Int64, Spec, String, Struct, Tag, Uuid, field

__all__ = [
    "ClassicMemberMetadata",
    "ClassicProtocol",
    "ConsumerGroupCurrentMemberAssignmentKey",
    "ConsumerGroupCurrentMemberAssignmentValue",
    "ConsumerGroupMemberMetadataKey",
    "ConsumerGroupMemberMetadataValue",
    "ConsumerGroupMetadataKey",
    "ConsumerGroupMetadataValue",
    "ConsumerGroupPartitionMetadataKey",
    "ConsumerGroupPartitionMetadataValue",
    "ConsumerGroupRegularExpressionKey",
    "ConsumerGroupRegularExpressionValue",
    "ConsumerGroupTargetAssignmentMemberKey",
    "ConsumerGroupTargetAssignmentMemberValue",
    "ConsumerGroupTargetAssignmentMetadataKey",
    "ConsumerGroupTargetAssignmentMetadataValue",
    "PartitionMetadata",
    "TopicMetadata",
    "TopicPartition",
    "TopicPartitions",
]


class ConsumerGroupMetadataKey(Struct):
    SPEC = Spec(key=3, versions="0")

    group_id: String = ""


class ConsumerGroupMetadataValue(Struct):
    SPEC = Spec(key=3, versions="0", flexible="0+")

    epoch: Int32 = 0
    """Raised by whatever calls for a new assignment."""
    metadata_hash: Annotated[Int64, Tag(0)] = 0
    """Of the topics subscribed to, so that a change while the coordinator was away is seen."""


class ConsumerGroupPartitionMetadataKey(Struct):
    """Written by Kafka 4.0 and older, read only: ``metadata_hash`` took its place."""

    SPEC = Spec(key=4, versions="0")

    group_id: String = ""


class ConsumerGroupPartitionMetadataValue(Struct):
    SPEC = Spec(key=4, versions="0", flexible="0+")

    topics: list[TopicMetadata] = []


class TopicMetadata(Struct):
    topic_id: Uuid = ZERO_UUID
    topic_name: String = ""
    num_partitions: Int32 = 0
    partition_metadata: list[PartitionMetadata] = []


class PartitionMetadata(Struct):
    """Racks by partition."""

    partition: Int32 = 0
    racks: list[String] = []


class ConsumerGroupMemberMetadataKey(Struct):
    SPEC = Spec(key=5, versions="0")

    group_id: String = ""
    member_id: String = ""


class ClassicMemberMetadata(Struct):
    session_timeout_ms: Int32 = 0
    supported_protocols: list[ClassicProtocol] = []


class ClassicProtocol(Struct):
    name: String = ""
    metadata: Bytes = b""
    """A ``ConsumerProtocolSubscription`` with its version before it."""


class ConsumerGroupMemberMetadataValue(Struct):
    SPEC = Spec(key=5, versions="0", flexible="0+")

    instance_id: String | None = ""
    rack_id: String | None = ""
    client_id: String = ""
    client_host: String = ""
    subscribed_topic_names: list[String] = []
    subscribed_topic_regex: String | None = ""
    rebalance_timeout_ms: Int32 = -1
    """-1: not given."""
    server_assignor: String | None = ""
    """Null: no wish."""
    classic_member_metadata: Annotated[ClassicMemberMetadata | None, Tag(0)] = field(
        default_factory=ClassicMemberMetadata
    )
    """Of a member that still speaks the classic protocol. Null must be said: the default is an empty one, and is what
    is read when the field is absent.
    """


class ConsumerGroupTargetAssignmentMetadataKey(Struct):
    SPEC = Spec(key=6, versions="0")

    group_id: String = ""


class ConsumerGroupTargetAssignmentMetadataValue(Struct):
    SPEC = Spec(key=6, versions="0", flexible="0+")

    assignment_epoch: Int32 = 0
    """The group epoch that the target assignment was computed for."""
    assignment_timestamp: Annotated[Int64, Tag(0), IGNORABLE] = 0
    """When that was done, milliseconds since the epoch."""


class ConsumerGroupTargetAssignmentMemberKey(Struct):
    SPEC = Spec(key=7, versions="0")

    group_id: String = ""
    member_id: String = ""


class ConsumerGroupTargetAssignmentMemberValue(Struct):
    """The target of one member."""

    SPEC = Spec(key=7, versions="0", flexible="0+")

    topic_partitions: list[TopicPartition] = []


class TopicPartition(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []


class ConsumerGroupCurrentMemberAssignmentKey(Struct):
    SPEC = Spec(key=8, versions="0")

    group_id: String = ""
    member_id: String = ""


class ConsumerGroupCurrentMemberAssignmentValue(Struct):
    """What a member holds, and what it still has to give up."""

    SPEC = Spec(key=8, versions="0", flexible="0+")

    member_epoch: Int32 = 0
    previous_member_epoch: Int32 = 0
    """Accepted once more, in case the answer that raised it was lost."""
    state: Int8 = 0
    """0 stable, 1 has partitions to give up, 2 waits for partitions of others."""
    assigned_partitions: list[TopicPartitions] = []
    partitions_pending_revocation: list[TopicPartitions] = []
    """Reserved until the member has reported them gone."""


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []
    assignment_epochs: Annotated[list[Int32] | None, Tag(0)] = []


class ConsumerGroupRegularExpressionKey(Struct):
    SPEC = Spec(key=16, versions="0")

    group_id: String = ""
    regular_expression: String = ""


class ConsumerGroupRegularExpressionValue(Struct):
    """The topics that a regular expression matched when it was last looked at."""

    SPEC = Spec(key=16, versions="0", flexible="0+")

    topics: list[String] = []
    version: Int64 = 0
    timestamp: Int64 = 0
