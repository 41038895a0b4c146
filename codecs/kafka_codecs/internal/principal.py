"""The client's identity in a forwarded request (Envelope), behind an int16 version (KIP-590)."""

from __future__ import annotations

from kafka_codecs.schema import Bool, Spec, String, Struct

__all__ = [
    "DefaultPrincipalData",
]


class DefaultPrincipalData(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    type: String = ""
    name: String = ""
    token_authenticated: Bool = False
