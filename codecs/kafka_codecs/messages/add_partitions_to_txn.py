"""AddPartitionsToTxn (API key 24): partitions that a transaction is about to write to (KIP-98).

Versions: 1: throttled answers leave at once (KIP-219). 2: PRODUCER_FENCED instead of INVALID_PRODUCER_EPOCH (KIP-588).
3: flexible. 4: many transactions at once, sent by brokers for their clients (KIP-890). 5: TRANSACTION_ABORTABLE may
come back. Clients stay with 3; from Produce v12 on they need this request no more.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "AddPartitionsToTxnPartitionResult",
    "AddPartitionsToTxnRequest",
    "AddPartitionsToTxnResponse",
    "AddPartitionsToTxnResult",
    "AddPartitionsToTxnTopic",
    "AddPartitionsToTxnTopicResult",
    "AddPartitionsToTxnTransaction",
]


class AddPartitionsToTxnRequest(Struct):
    SPEC = Spec(key=24, versions="0-5", flexible="3+")

    transactions: Annotated[list[AddPartitionsToTxnTransaction], "4+"] = []
    """v4+, from brokers only."""
    v3_and_below_transactional_id: Annotated[String, "0-3"] = ""
    v3_and_below_producer_id: Annotated[Int64, "0-3"] = 0
    v3_and_below_producer_epoch: Annotated[Int16, "0-3"] = 0
    v3_and_below_topics: Annotated[list[AddPartitionsToTxnTopic], "0-3"] = []


class AddPartitionsToTxnTransaction(Struct):
    transactional_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    verify_only: Bool = False
    """Add nothing, only say whether the partitions are part of the transaction."""
    topics: list[AddPartitionsToTxnTopic] = []


class AddPartitionsToTxnTopic(Struct):
    name: String = ""
    partitions: list[Int32] = []


class AddPartitionsToTxnResponse(Struct):
    SPEC = Spec(key=24, versions="0-5", flexible="3+")

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "4+", IGNORABLE] = 0
    """v4+: CLUSTER_AUTHORIZATION_FAILED (31): not a broker."""
    results_by_transaction: Annotated[list[AddPartitionsToTxnResult], "4+"] = []
    results_by_topic_v3_and_below: Annotated[list[AddPartitionsToTxnTopicResult], "0-3"] = []


class AddPartitionsToTxnResult(Struct):
    transactional_id: String = ""
    topic_results: list[AddPartitionsToTxnTopicResult] = []


class AddPartitionsToTxnTopicResult(Struct):
    name: String = ""
    results_by_partition: list[AddPartitionsToTxnPartitionResult] = []


class AddPartitionsToTxnPartitionResult(Struct):
    partition_index: Int32 = 0
    partition_error_code: Int16 = 0
    """What concerns the transaction stands on every partition.

    - INVALID_REQUEST (42): transactional id "". TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no WRITE on it.
      TOPIC_AUTHORIZATION_FAILED (29): no WRITE, or an internal topic. UNKNOWN_TOPIC_OR_PARTITION (3).
      OPERATION_NOT_ATTEMPTED (55): another partition was refused, nothing is added.
    - COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    - CONCURRENT_TRANSACTIONS (51): the previous transaction is being completed. INVALID_PRODUCER_ID_MAPPING (49):
      unknown transactional id or foreign producer id. PRODUCER_FENCED (90; INVALID_PRODUCER_EPOCH (47) below v2):
      another epoch.
    - TRANSACTION_ABORTABLE (120): ``verify_only``, and the partition is not part of it.
    """
