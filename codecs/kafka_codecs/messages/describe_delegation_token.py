"""DescribeDelegationToken (API key 41): tokens of these owners, as far as the client may see them (KIP-48).

Versions (0 went with Kafka 4.0): 1: throttled answers leave at once (KIP-219). 2: flexible. 3: who asked for the token
(KIP-373).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Bytes, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "DescribeDelegationTokenOwner",
    "DescribeDelegationTokenRequest",
    "DescribeDelegationTokenResponse",
    "DescribedDelegationToken",
    "DescribedDelegationTokenRenewer",
]


class DescribeDelegationTokenRequest(Struct):
    SPEC = Spec(key=41, versions="1-3", flexible="2+")

    owners: list[DescribeDelegationTokenOwner] | None = []
    """Null: all. Empty: none."""


class DescribeDelegationTokenOwner(Struct):
    principal_type: String = ""
    principal_name: String = ""


class DescribeDelegationTokenResponse(Struct):
    SPEC = Spec(key=41, versions="1-3", flexible="2+")

    error_code: Int16 = 0
    """DELEGATION_TOKEN_REQUEST_NOT_ALLOWED (64): not over this kind of connection. DELEGATION_TOKEN_AUTH_DISABLED
    (61).
    """
    tokens: list[DescribedDelegationToken] = []
    throttle_time_ms: Int32 = 0


class DescribedDelegationToken(Struct):
    principal_type: String = ""
    principal_name: String = ""
    token_requester_principal_type: Annotated[String, "3+"] = ""
    token_requester_principal_name: Annotated[String, "3+"] = ""
    issue_timestamp: Int64 = 0
    expiry_timestamp: Int64 = 0
    max_timestamp: Int64 = 0
    token_id: String = ""
    hmac: Bytes = b""
    renewers: list[DescribedDelegationTokenRenewer] = []


class DescribedDelegationTokenRenewer(Struct):
    principal_type: String = ""
    principal_name: String = ""
