"""EndTxn (API key 26): commit or abort the transaction (KIP-98).

Answered as soon as the decision is logged; markers are written afterwards.

Versions: 1: throttled answers leave at once (KIP-219). 2: PRODUCER_FENCED instead of INVALID_PRODUCER_EPOCH (KIP-588).
3: flexible. 4: TRANSACTION_ABORTABLE may come back. 5: each transaction has an epoch of its own, and the answer names
the next one (KIP-890).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "EndTxnRequest",
    "EndTxnResponse",
]


class EndTxnRequest(Struct):
    SPEC = Spec(key=26, versions="0-5", flexible="3+")

    transactional_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    committed: Bool = False
    """True: commit. False: abort."""


class EndTxnResponse(Struct):
    SPEC = Spec(key=26, versions="0-5", flexible="3+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """INVALID_REQUEST (42): transactional id "". TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no WRITE.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    CONCURRENT_TRANSACTIONS (51): markers are being written. INVALID_PRODUCER_ID_MAPPING (49). PRODUCER_FENCED (90;
    INVALID_PRODUCER_EPOCH (47) below v2). INVALID_TXN_STATE (48): nothing to commit, or decided the other way.
    """
    producer_id: Annotated[Int64, "5+", IGNORABLE] = -1
    """v5+: for the next transaction; -1 on errors."""
    producer_epoch: Annotated[Int16, "5+", IGNORABLE] = -1
    """v5+: for the next transaction; -1 on errors."""
