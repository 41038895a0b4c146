"""RenewDelegationToken (API key 39): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bytes, Int16, Int32, Int64, Spec, Struct

__all__ = [
    "RenewDelegationTokenRequest",
    "RenewDelegationTokenResponse",
]


class RenewDelegationTokenRequest(Struct):
    SPEC = Spec(key=39, versions="1-2", flexible="2+")

    hmac: Bytes = b""
    renew_period_ms: Int64 = 0


class RenewDelegationTokenResponse(Struct):
    SPEC = Spec(key=39, versions="1-2", flexible="2+")

    error_code: Int16 = 0
    expiry_timestamp_ms: Int64 = 0
    throttle_time_ms: Int32 = 0
