"""Envelope (API key 58): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bytes, Int16, Spec, Struct

__all__ = [
    "EnvelopeRequest",
    "EnvelopeResponse",
]


class EnvelopeRequest(Struct):
    SPEC = Spec(key=58, versions="0", flexible="0+")

    request_data: Bytes = b""
    request_principal: Bytes | None = b""
    client_host_address: Bytes = b""


class EnvelopeResponse(Struct):
    SPEC = Spec(key=58, versions="0", flexible="0+")

    response_data: Bytes | None = None
    error_code: Int16 = 0
