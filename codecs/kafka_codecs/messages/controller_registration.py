"""ControllerRegistration (API key 70): a controller that starts makes itself known to the active one (KIP-919)."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Int16, Int32, Spec, String, Struct, UInt16, Uuid

__all__ = [
    "ControllerRegistrationRequest",
    "ControllerRegistrationResponse",
    "Feature",
    "Listener",
]


class ControllerRegistrationRequest(Struct):
    SPEC = Spec(key=70, versions="0", flexible="0+")

    controller_id: Int32 = 0
    incarnation_id: Uuid = ZERO_UUID
    """New at each start of the process."""
    zk_migration_ready: Bool = False
    listeners: list[Listener] = []
    features: list[Feature] = []


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0
    """0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL."""


class Feature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class ControllerRegistrationResponse(Struct):
    SPEC = Spec(key=70, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). NOT_CONTROLLER (41). UNSUPPORTED_VERSION (35)."""
    error_message: String | None = ""
