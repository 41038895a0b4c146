"""PushTelemetry (API key 72): a client's metrics (KIP-714)."""

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
    """From GetTelemetrySubscriptions."""
    terminating: Bool = False
    """The last push before the client goes."""
    compression_type: Int8 = 0
    """A code of record batches."""
    metrics: Bytes = b""
    """OpenTelemetry's MetricsData, compressed."""


class PushTelemetryResponse(Struct):
    SPEC = Spec(key=72, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """INVALID_REQUEST (42): an unknown instance. UNKNOWN_SUBSCRIPTION_ID (117): subscriptions have changed, ask again.
    TELEMETRY_TOO_LARGE (118). UNSUPPORTED_COMPRESSION_TYPE (76). THROTTLING_QUOTA_EXCEEDED (89): too early.
    INVALID_RECORD (87): nobody could read the metrics.
    """
