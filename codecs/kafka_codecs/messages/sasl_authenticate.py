"""SaslAuthenticate (API key 36): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bytes, Int16, Int64, Spec, String, Struct

__all__ = [
    "SaslAuthenticateRequest",
    "SaslAuthenticateResponse",
]


class SaslAuthenticateRequest(Struct):
    SPEC = Spec(key=36, versions="0-2", flexible="2+")

    auth_bytes: Bytes = b""


class SaslAuthenticateResponse(Struct):
    SPEC = Spec(key=36, versions="0-2", flexible="2+")

    error_code: Int16 = 0
    error_message: String | None = ""
    auth_bytes: Bytes = b""
    session_lifetime_ms: Annotated[Int64, "1+", IGNORABLE] = 0
