"""LeaveGroup (API key 13): take members out of a classic group, at once.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: many members, also by instance id
(KIP-345). 4: flexible. 5: a reason (KIP-800).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Spec, String, Struct

__all__ = [
    "LeaveGroupRequest",
    "LeaveGroupResponse",
    "MemberIdentity",
    "MemberResponse",
]


class LeaveGroupRequest(Struct):
    SPEC = Spec(key=13, versions="0-5", flexible="4+")

    group_id: String = ""
    member_id: Annotated[String, "0-2"] = ""
    """v0 to v2: the one member."""
    members: Annotated[list[MemberIdentity], "3+"] = []


class MemberIdentity(Struct):
    member_id: String = ""
    """May be "" if the instance id names a static member."""
    group_instance_id: String | None = None
    reason: Annotated[String | None, "5+", IGNORABLE] = None
    """For the broker's log."""


class LeaveGroupResponse(Struct):
    SPEC = Spec(key=13, versions="0-5", flexible="4+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no READ on the group. INVALID_GROUP_ID (24). COORDINATOR_NOT_AVAILABLE (15),
    NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14). In v0 to v2 also the error of the one member.
    """
    members: Annotated[list[MemberResponse], "3+"] = []
    """v3+: what became of each."""


class MemberResponse(Struct):
    member_id: String = ""
    group_instance_id: String | None = ""
    error_code: Int16 = 0
    """UNKNOWN_MEMBER_ID (25): no such group, member or instance. FENCED_INSTANCE_ID (82): the instance id belongs to
    another member id.
    """
