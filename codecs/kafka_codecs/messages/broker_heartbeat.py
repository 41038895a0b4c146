"""BrokerHeartbeat (API key 63): request and response."""

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
    want_fence: Bool = False
    want_shut_down: Bool = False
    offline_log_dirs: Annotated[list[Uuid], "1+", Tag(0)] = []
    cordoned_log_dirs: Annotated[list[Uuid] | None, "2+", Tag(1)] = None


class BrokerHeartbeatResponse(Struct):
    SPEC = Spec(key=63, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    is_caught_up: Bool = False
    is_fenced: Bool = True
    should_shut_down: Bool = False
