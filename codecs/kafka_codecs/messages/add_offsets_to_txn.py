"""AddOffsetsToTxn (API key 25): request and response."""

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


class AddOffsetsToTxnResponse(Struct):
    SPEC = Spec(key=25, versions="0-4", flexible="3+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
