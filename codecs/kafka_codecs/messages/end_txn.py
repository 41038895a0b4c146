"""EndTxn (API key 26): request and response."""

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


class EndTxnResponse(Struct):
    SPEC = Spec(key=26, versions="0-5", flexible="3+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    producer_id: Annotated[Int64, "5+", IGNORABLE] = -1
    producer_epoch: Annotated[Int16, "5+", IGNORABLE] = -1
