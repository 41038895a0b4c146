"""DescribeTransactions (API key 65): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "DescribeTransactionsRequest",
    "DescribeTransactionsResponse",
    "TopicData",
    "TransactionState",
]


class DescribeTransactionsRequest(Struct):
    SPEC = Spec(key=65, versions="0", flexible="0+")

    transactional_ids: list[String] = []


class DescribeTransactionsResponse(Struct):
    SPEC = Spec(key=65, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    transaction_states: list[TransactionState] = []


class TransactionState(Struct):
    error_code: Int16 = 0
    transactional_id: String = ""
    transaction_state: String = ""
    transaction_timeout_ms: Int32 = 0
    transaction_start_time_ms: Int64 = 0
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    topics: list[TopicData] = []


class TopicData(Struct):
    topic: String = ""
    partitions: list[Int32] = []
