"""GetTelemetrySubscriptions (API key 71): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Int8, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "GetTelemetrySubscriptionsRequest",
    "GetTelemetrySubscriptionsResponse",
]


class GetTelemetrySubscriptionsRequest(Struct):
    SPEC = Spec(key=71, versions="0", flexible="0+")

    client_instance_id: Uuid = ZERO_UUID


class GetTelemetrySubscriptionsResponse(Struct):
    SPEC = Spec(key=71, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    client_instance_id: Uuid = ZERO_UUID
    subscription_id: Int32 = 0
    accepted_compression_types: list[Int8] = []
    push_interval_ms: Int32 = 0
    telemetry_max_bytes: Int32 = 0
    delta_temporality: Bool = False
    requested_metrics: list[String] = []
