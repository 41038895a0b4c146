"""SyncGroup (API key 14): the leader hands in the assignment, everybody else waits for theirs.

Second half of a rebalance of the classic protocol, after JoinGroup.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: static members (KIP-345). 4: flexible.
5: the member says which protocol it believes in (KIP-559).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bytes, Int16, Int32, Spec, String, Struct

__all__ = [
    "SyncGroupRequest",
    "SyncGroupRequestAssignment",
    "SyncGroupResponse",
]


class SyncGroupRequest(Struct):
    SPEC = Spec(key=14, versions="0-5", flexible="4+")

    group_id: String = ""
    generation_id: Int32 = 0
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    protocol_type: Annotated[String | None, "5+", IGNORABLE] = None
    """v5+: must be the group's."""
    protocol_name: Annotated[String | None, "5+", IGNORABLE] = None
    """v5+: must be the one chosen."""
    assignments: list[SyncGroupRequestAssignment] = []
    """From the leader; empty from all others."""


class SyncGroupRequestAssignment(Struct):
    member_id: String = ""
    assignment: Bytes = b""
    """Opaque to the broker; of a consumer: a ``ConsumerProtocolAssignment`` with its version before it."""


class SyncGroupResponse(Struct):
    SPEC = Spec(key=14, versions="0-5", flexible="4+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    """Checks in their order. INCONSISTENT_GROUP_PROTOCOL (23): v5+ without protocol type or name.
    GROUP_AUTHORIZATION_FAILED (30): no READ on the group. INVALID_GROUP_ID (24). COORDINATOR_NOT_AVAILABLE (15),
    NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14). UNKNOWN_MEMBER_ID (25): no such group or member.
    FENCED_INSTANCE_ID (82). ILLEGAL_GENERATION (22). INCONSISTENT_GROUP_PROTOCOL (23): another type or name than the
    group's. REBALANCE_IN_PROGRESS (27): a new rebalance began, rejoin.
    """
    protocol_type: Annotated[String | None, "5+", IGNORABLE] = None
    protocol_name: Annotated[String | None, "5+", IGNORABLE] = None
    assignment: Bytes = b""
    """Empty on errors, and for a member that the leader left out."""
