"""AddOffsetsToTxn (API key 25): a transaction is about to commit offsets of a group (KIP-98).

Adds the group's partition of __consumer_offsets, as AddPartitionsToTxn would; from TxnOffsetCommit v5 on not needed.

Versions: 1: throttled answers leave at once (KIP-219). 2: PRODUCER_FENCED instead of INVALID_PRODUCER_EPOCH (KIP-588).
3: flexible. 4: TRANSACTION_ABORTABLE may come back (KIP-890).
"""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "AddOffsetsToTxnRequest",
    "AddOffsetsToTxnResponse",
]


class AddOffsetsToTxnRequest(Struct):
    SPEC = Spec(key=25, versions="0-4", flexible="3+")

    transactional_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    group_id: String = ""
    """The group need not exist yet."""


class AddOffsetsToTxnResponse(Struct):
    SPEC = Spec(key=25, versions="0-4", flexible="3+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no WRITE on the id. GROUP_AUTHORIZATION_FAILED (30): no READ on the
    group. INVALID_REQUEST (42): transactional id "". COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). CONCURRENT_TRANSACTIONS (51). INVALID_PRODUCER_ID_MAPPING (49).
    PRODUCER_FENCED (90; INVALID_PRODUCER_EPOCH (47) below v2).
    """
