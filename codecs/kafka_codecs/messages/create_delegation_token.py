"""CreateDelegationToken (API key 38): request and response."""

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
    owner_principal_name: Annotated[String | None, "3+"] = ""
    renewers: list[CreatableRenewers] = []
    max_lifetime_ms: Int64 = 0


class CreatableRenewers(Struct):
    principal_type: String = ""
    principal_name: String = ""


class CreateDelegationTokenResponse(Struct):
    SPEC = Spec(key=38, versions="1-3", flexible="2+")

    error_code: Int16 = 0
    principal_type: String = ""
    principal_name: String = ""
    token_requester_principal_type: Annotated[String, "3+"] = ""
    token_requester_principal_name: Annotated[String, "3+"] = ""
    issue_timestamp_ms: Int64 = 0
    expiry_timestamp_ms: Int64 = 0
    max_timestamp_ms: Int64 = 0
    token_id: String = ""
    hmac: Bytes = b""
    throttle_time_ms: Int32 = 0
