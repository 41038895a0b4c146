"""Heartbeat (API key 12): a member of a classic group is alive, and learns whether to rejoin.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: static members (KIP-345). 4: flexible.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Spec, String, Struct

__all__ = [
    "HeartbeatRequest",
    "HeartbeatResponse",
]


class HeartbeatRequest(Struct):
    SPEC = Spec(key=12, versions="0-4", flexible="4+")

    group_id: String = ""
    generation_id: Int32 = 0
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+"] = None


class HeartbeatResponse(Struct):
    SPEC = Spec(key=12, versions="0-4", flexible="4+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    """REBALANCE_IN_PROGRESS (27): rejoin. GROUP_AUTHORIZATION_FAILED (30): no READ on the group. INVALID_GROUP_ID (24).
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16). UNKNOWN_MEMBER_ID (25): no such group or member.
    FENCED_INSTANCE_ID (82): another member has the instance id now. ILLEGAL_GENERATION (22): looked at last. NONE while
    the coordinator is loading.
    """
