"""RenewDelegationToken (API key 39): make a token last longer (KIP-48).

Versions (0 went with Kafka 4.0): 1: throttled answers leave at once (KIP-219). 2: flexible.
"""

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
    """From now; -1: delegation.token.expiry.time.ms."""


class RenewDelegationTokenResponse(Struct):
    SPEC = Spec(key=39, versions="1-2", flexible="2+")

    error_code: Int16 = 0
    """DELEGATION_TOKEN_REQUEST_NOT_ALLOWED (64): not over this kind of connection. DELEGATION_TOKEN_AUTH_DISABLED (61).
    DELEGATION_TOKEN_NOT_FOUND (62). DELEGATION_TOKEN_OWNER_MISMATCH (63): neither owner nor renewer.
    DELEGATION_TOKEN_EXPIRED (66).
    """
    expiry_timestamp_ms: Int64 = 0
    throttle_time_ms: Int32 = 0
