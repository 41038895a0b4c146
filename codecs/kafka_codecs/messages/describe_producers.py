"""DescribeProducers (API key 61): the producers a partition remembers, to find a hanging transaction (KIP-664)."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "DescribeProducersRequest",
    "DescribeProducersResponse",
    "PartitionResponse",
    "ProducerState",
    "TopicRequest",
    "TopicResponse",
]


class DescribeProducersRequest(Struct):
    SPEC = Spec(key=61, versions="0", flexible="0+")

    topics: list[TopicRequest] = []


class TopicRequest(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class DescribeProducersResponse(Struct):
    SPEC = Spec(key=61, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    topics: list[TopicResponse] = []


class TopicResponse(Struct):
    name: String = ""
    partitions: list[PartitionResponse] = []


class PartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no READ. UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6)."""
    error_message: String | None = None
    active_producers: list[ProducerState] = []


class ProducerState(Struct):
    producer_id: Int64 = 0
    producer_epoch: Int32 = 0
    last_sequence: Int32 = -1
    last_timestamp: Int64 = -1
    """Milliseconds since the epoch."""
    coordinator_epoch: Int32 = 0
    """-1: no marker yet."""
    current_txn_start_offset: Int64 = -1
    """-1: no transaction is open here."""
