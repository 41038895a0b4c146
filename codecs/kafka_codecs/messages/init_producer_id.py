"""InitProducerId (API key 22): a producer id and epoch for an idempotent or transactional producer (KIP-98).

With a transactional id the answer comes from its coordinator, fences every earlier producer of that id and aborts the
transaction it left open; without one any broker gives out a fresh id.

Versions: 1: throttled answers leave at once (KIP-219). 2: flexible. 3: a producer may ask to go on after an epoch error
(KIP-360). 4: PRODUCER_FENCED instead of INVALID_PRODUCER_EPOCH (KIP-588). 5: TRANSACTION_ABORTABLE may come back
(KIP-890). 6: two-phase commit (KIP-939), not advertised by Kafka 4.4.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "InitProducerIdRequest",
    "InitProducerIdResponse",
]


class InitProducerIdRequest(Struct):
    SPEC = Spec(key=22, versions="0-6", flexible="2+")

    transactional_id: String | None = ""
    """Null: idempotence only."""
    transaction_timeout_ms: Int32 = 0
    """After so long in one transaction the coordinator aborts it; at most transaction.max.timeout.ms."""
    producer_id: Annotated[Int64, "3+"] = -1
    """What the producer has now, or -1."""
    producer_epoch: Annotated[Int16, "3+"] = -1
    """What the producer has now, or -1; both or neither."""
    enable2_pc: Annotated[Bool, "6+"] = False
    keep_prepared_txn: Annotated[Bool, "6+"] = False
    """Return the open, prepared transaction instead of aborting it."""


class InitProducerIdResponse(Struct):
    SPEC = Spec(key=22, versions="0-6", flexible="2+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    error_code: Int16 = 0
    """INVALID_REQUEST (42): transactional id "", or only one of producer id and epoch.
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no WRITE on it. CLUSTER_AUTHORIZATION_FAILED (31): no transactional id,
    and the client may write to no topic at all. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). INVALID_TRANSACTION_TIMEOUT (50). CONCURRENT_TRANSACTIONS (51): the former
    transaction is being completed, ask again. PRODUCER_FENCED (90; INVALID_PRODUCER_EPOCH (47) below v4): a newer
    producer has the id.
    """
    producer_id: Int64 = -1
    """-1 on errors."""
    producer_epoch: Int16 = 0
    """-1 on errors."""
    ongoing_txn_producer_id: Annotated[Int64, "6+"] = -1
    """Of the prepared transaction that was kept, else -1."""
    ongoing_txn_producer_epoch: Annotated[Int16, "6+"] = -1
