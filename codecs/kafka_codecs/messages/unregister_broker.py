"""UnregisterBroker (API key 64): forget a broker (KIP-500).

Meant for one that will not come back: a live one vanishes until it is restarted.
"""

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
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. BROKER_ID_NOT_REGISTERED (102)."""
    error_message: String | None = ""
    """Empty on success."""
