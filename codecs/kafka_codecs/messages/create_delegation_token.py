"""CreateDelegationToken (API key 38): a token to authenticate with instead of the present credentials (KIP-48).

Versions (0 went with Kafka 4.0): 1: throttled answers leave at once (KIP-219). 2: flexible. 3: for another owner
(KIP-373).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Bytes, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "CreatableRenewers",
    "CreateDelegationTokenRequest",
    "CreateDelegationTokenResponse",
]


class CreateDelegationTokenRequest(Struct):
    SPEC = Spec(key=38, versions="1-3", flexible="2+")

    owner_principal_type: Annotated[String | None, "3+"] = ""
    """Empty or null: the client itself."""
    owner_principal_name: Annotated[String | None, "3+"] = ""
    renewers: list[CreatableRenewers] = []
    """Who, besides the owner, may renew it."""
    max_lifetime_ms: Int64 = 0
    """-1: delegation.token.max.lifetime.ms."""


class CreatableRenewers(Struct):
    principal_type: String = ""
    principal_name: String = ""


class CreateDelegationTokenResponse(Struct):
    SPEC = Spec(key=38, versions="1-3", flexible="2+")

    error_code: Int16 = 0
    """DELEGATION_TOKEN_REQUEST_NOT_ALLOWED (64): not over this kind of connection. INVALID_PRINCIPAL_TYPE (67): a
    renewer that is not a user. DELEGATION_TOKEN_AUTH_DISABLED (61). DELEGATION_TOKEN_AUTHORIZATION_FAILED (65): no
    CREATE_TOKENS for that owner.
    """
    principal_type: String = ""
    principal_name: String = ""
    token_requester_principal_type: Annotated[String, "3+"] = ""
    token_requester_principal_name: Annotated[String, "3+"] = ""
    issue_timestamp_ms: Int64 = 0
    expiry_timestamp_ms: Int64 = 0
    max_timestamp_ms: Int64 = 0
    token_id: String = ""
    hmac: Bytes = b""
    """The password of the token; its id is the user's name."""
    throttle_time_ms: Int32 = 0
