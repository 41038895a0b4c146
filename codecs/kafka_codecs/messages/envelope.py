"""Envelope (API key 58): a broker forwards a client's request to the controller (KIP-590)."""

from __future__ import annotations

from kafka_codecs.schema import Bytes, Int16, Spec, Struct

__all__ = [
    "EnvelopeRequest",
    "EnvelopeResponse",
]


class EnvelopeRequest(Struct):
    SPEC = Spec(key=58, versions="0", flexible="0+")

    request_data: Bytes = b""
    """The whole request, header and body."""
    request_principal: Bytes | None = b""
    """A ``DefaultPrincipalData``, its version before it; in general what the principal builder makes."""
    client_host_address: Bytes = b""
    """The client's address, 4 or 16 bytes."""


class EnvelopeResponse(Struct):
    SPEC = Spec(key=58, versions="0", flexible="0+")

    response_data: Bytes | None = None
    """The whole response, header and body; null on errors."""
    error_code: Int16 = 0
    """Of the envelope alone. CLUSTER_AUTHORIZATION_FAILED (31). PRINCIPAL_DESERIALIZATION_FAILURE (97).
    NOT_CONTROLLER (41). UNSUPPORTED_VERSION (35): of the request inside. INVALID_REQUEST (42): one that may not be
    forwarded.
    """
