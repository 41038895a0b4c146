"""BrokerHeartbeat (API key 63): a broker is alive, and learns whether it may serve (KIP-631).

Versions: 1: offline log directories (KIP-858). 2: cordoned ones (KIP-1066).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Bool, Int16, Int32, Int64, Spec, Struct, Tag, Uuid

__all__ = [
    "BrokerHeartbeatRequest",
    "BrokerHeartbeatResponse",
]


class BrokerHeartbeatRequest(Struct):
    SPEC = Spec(key=63, versions="0-2", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    current_metadata_offset: Int64 = 0
    """How far the broker has read the metadata log."""
    want_fence: Bool = False
    """Not ready to serve yet."""
    want_shut_down: Bool = False
    """Move leaders away, the broker wants to stop."""
    offline_log_dirs: Annotated[list[Uuid], "1+", Tag(0)] = []
    cordoned_log_dirs: Annotated[list[Uuid] | None, "2+", Tag(1)] = None
    """Null: unchanged."""


class BrokerHeartbeatResponse(Struct):
    SPEC = Spec(key=63, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). NOT_CONTROLLER (41). STALE_BROKER_EPOCH (77). BROKER_ID_NOT_REGISTERED
    (102).
    """
    is_caught_up: Bool = False
    is_fenced: Bool = True
    should_shut_down: Bool = False
    """The broker may stop now."""
