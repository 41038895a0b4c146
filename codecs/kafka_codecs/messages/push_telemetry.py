"""PushTelemetry (API key 72): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Bytes, Int8, Int16, Int32, Spec, Struct, Uuid

__all__ = [
    "PushTelemetryRequest",
    "PushTelemetryResponse",
]


class PushTelemetryRequest(Struct):
    SPEC = Spec(key=72, versions="0", flexible="0+")

    client_instance_id: Uuid = ZERO_UUID
    subscription_id: Int32 = 0
    terminating: Bool = False
    compression_type: Int8 = 0
    metrics: Bytes = b""


class PushTelemetryResponse(Struct):
    SPEC = Spec(key=72, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
