"""ExpireDelegationToken (API key 40): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bytes, Int16, Int32, Int64, Spec, Struct

__all__ = [
    "ExpireDelegationTokenRequest",
    "ExpireDelegationTokenResponse",
]


class ExpireDelegationTokenRequest(Struct):
    SPEC = Spec(key=40, versions="1-2", flexible="2+")

    hmac: Bytes = b""
    expiry_time_period_ms: Int64 = 0


class ExpireDelegationTokenResponse(Struct):
    SPEC = Spec(key=40, versions="1-2", flexible="2+")

    error_code: Int16 = 0
    expiry_timestamp_ms: Int64 = 0
    throttle_time_ms: Int32 = 0
