"""DescribeTopicPartitions (API key 75): partitions of topics page by page, with their eligible leaders (KIP-966)."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "Cursor",
    "DescribeTopicPartitionsRequest",
    "DescribeTopicPartitionsResponse",
    "DescribeTopicPartitionsResponsePartition",
    "DescribeTopicPartitionsResponseTopic",
    "TopicRequest",
]


class DescribeTopicPartitionsRequest(Struct):
    SPEC = Spec(key=75, versions="0", flexible="0+")

    topics: list[TopicRequest] = []
    """Empty: all."""
    response_partition_limit: Int32 = 2000
    """Partitions in one answer; held between 1 and max.request.partition.size.limit."""
    cursor: Cursor | None = None
    """Where to go on, from the last answer."""


class TopicRequest(Struct):
    name: String = ""


class Cursor(Struct):
    topic_name: String = ""
    partition_index: Int32 = 0


class DescribeTopicPartitionsResponse(Struct):
    SPEC = Spec(key=75, versions="0", flexible="0+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    topics: list[DescribeTopicPartitionsResponseTopic] = []
    """By name."""
    next_cursor: Cursor | None = None
    """The first partition that found no place; null: that was all."""


class DescribeTopicPartitionsResponseTopic(Struct):
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_TOPIC_EXCEPTION (17). TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE.
    INVALID_REQUEST (42): a cursor that does not fit. UNKNOWN_SERVER_ERROR (-1): an empty name.
    """
    name: String | None = ""
    topic_id: Annotated[Uuid, IGNORABLE] = ZERO_UUID
    is_internal: Annotated[Bool, IGNORABLE] = False
    partitions: list[DescribeTopicPartitionsResponsePartition] = []
    topic_authorized_operations: Int32 = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes."""


class DescribeTopicPartitionsResponsePartition(Struct):
    error_code: Int16 = 0
    """LEADER_NOT_AVAILABLE (5). LISTENER_NOT_FOUND (72)."""
    partition_index: Int32 = 0
    leader_id: Int32 = 0
    """-1: none."""
    leader_epoch: Annotated[Int32, IGNORABLE] = -1
    replica_nodes: list[Int32] = []
    isr_nodes: list[Int32] = []
    eligible_leader_replicas: list[Int32] | None = None
    """Out of sync, but with every committed record."""
    last_known_elr: list[Int32] | None = None
    """Lost their eligibility by an unclean shutdown."""
    offline_replicas: Annotated[list[Int32], IGNORABLE] = []
