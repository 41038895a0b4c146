"""UnregisterBroker (API key 64): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Spec, String, Struct

__all__ = [
    "UnregisterBrokerRequest",
    "UnregisterBrokerResponse",
]


class UnregisterBrokerRequest(Struct):
    SPEC = Spec(key=64, versions="0", flexible="0+")

    broker_id: Int32 = 0


class UnregisterBrokerResponse(Struct):
    SPEC = Spec(key=64, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
