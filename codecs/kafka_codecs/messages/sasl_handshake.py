"""SaslHandshake (API key 17): which SASL mechanism the client will use (KIP-43).

After version 0 the mechanism's tokens follow bare, each with its length before it; after version 1 they travel in
SaslAuthenticate requests (KIP-152).
"""

from __future__ import annotations

from kafka_codecs.schema import Int16, Spec, String, Struct

__all__ = [
    "SaslHandshakeRequest",
    "SaslHandshakeResponse",
]


class SaslHandshakeRequest(Struct):
    SPEC = Spec(key=17, versions="0-1")

    mechanism: String = ""


class SaslHandshakeResponse(Struct):
    SPEC = Spec(key=17, versions="0-1")

    error_code: Int16 = 0
    """UNSUPPORTED_SASL_MECHANISM (33): the connection is closed after this answer. ILLEGAL_SASL_STATE (34): a listener
    without SASL, or authenticated already.
    """
    mechanisms: list[String] = []
    """Those that are enabled; empty with 34."""
