"""AllocateProducerIds (API key 67): a block of producer ids for a broker (KIP-730)."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Int64, Spec, Struct

__all__ = [
    "AllocateProducerIdsRequest",
    "AllocateProducerIdsResponse",
]


class AllocateProducerIdsRequest(Struct):
    SPEC = Spec(key=67, versions="0", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1


class AllocateProducerIdsResponse(Struct):
    SPEC = Spec(key=67, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). NOT_CONTROLLER (41). STALE_BROKER_EPOCH (77). BROKER_ID_NOT_REGISTERED
    (102).
    """
    producer_id_start: Int64 = 0
    producer_id_len: Int32 = 0
    """The broker may give out so many, beginning with ``producer_id_start``."""
