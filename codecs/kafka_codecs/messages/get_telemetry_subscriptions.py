"""GetTelemetrySubscriptions (API key 71): which of its metrics a client shall push (KIP-714).

Advertised only by a broker that has somebody to give them to; served all the same.
"""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Int8, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "GetTelemetrySubscriptionsRequest",
    "GetTelemetrySubscriptionsResponse",
]


class GetTelemetrySubscriptionsRequest(Struct):
    SPEC = Spec(key=71, versions="0", flexible="0+")

    client_instance_id: Uuid = ZERO_UUID
    """Zero: give me one."""


class GetTelemetrySubscriptionsResponse(Struct):
    SPEC = Spec(key=71, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """THROTTLING_QUOTA_EXCEEDED (89): asked again too early."""
    client_instance_id: Uuid = ZERO_UUID
    subscription_id: Int32 = 0
    """A checksum of the subscription, to be repeated in PushTelemetry."""
    accepted_compression_types: list[Int8] = []
    """Codes of record batches, the best first: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."""
    push_interval_ms: Int32 = 0
    telemetry_max_bytes: Int32 = 0
    delta_temporality: Bool = False
    """True: counts since the last push. False: counts since the start."""
    requested_metrics: list[String] = []
    """Prefixes of names; empty: none, one empty string: all."""
