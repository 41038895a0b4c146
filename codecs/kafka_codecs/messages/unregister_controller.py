"""UnregisterController (API key 94): forget a controller."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Spec, String, Struct

__all__ = [
    "UnregisterControllerRequest",
    "UnregisterControllerResponse",
]


class UnregisterControllerRequest(Struct):
    SPEC = Spec(key=94, versions="0", flexible="0+")

    controller_id: Int32 = 0


class UnregisterControllerResponse(Struct):
    SPEC = Spec(key=94, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. CONTROLLER_ID_NOT_REGISTERED (136).
    INVALID_REQUEST (42): the active controller itself.
    """
    error_message: String | None = ""
    """Empty on success."""
