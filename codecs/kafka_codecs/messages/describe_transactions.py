"""DescribeTransactions (API key 65): state of transactional ids, from their coordinator (KIP-664)."""

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
    """INVALID_REQUEST (42): "". TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no DESCRIBE.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    TRANSACTIONAL_ID_NOT_FOUND (105).
    """
    transactional_id: String = ""
    transaction_state: String = ""
    """Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit or CompleteAbort."""
    transaction_timeout_ms: Int32 = 0
    transaction_start_time_ms: Int64 = 0
    """Milliseconds since the epoch; -1 in state Empty."""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    topics: list[TopicData] = []
    """Empty once the transaction is complete. Topics without DESCRIBE are left out."""


class TopicData(Struct):
    topic: String = ""
    partitions: list[Int32] = []
