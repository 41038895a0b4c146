"""SaslHandshake (API key 17): request and response."""

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
    mechanisms: list[String] = []
