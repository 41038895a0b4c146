"""SaslAuthenticate (API key 36): one token of the SASL mechanism, and the broker's next (KIP-152).

Versions: 1: how long the session lasts (KIP-368). 2: flexible.
"""

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
    """SASL_AUTHENTICATION_FAILED (58): the connection is closed after this answer. ILLEGAL_SASL_STATE (34): no
    handshake before it, or authenticated already.
    """
    error_message: String | None = ""
    """Empty on success, not null."""
    auth_bytes: Bytes = b""
    session_lifetime_ms: Annotated[Int64, "1+", IGNORABLE] = 0
    """Within so long the client must authenticate again; 0: never."""
