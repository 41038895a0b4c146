"""LeaveGroup (API key 13): request and response."""

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
    members: Annotated[list[MemberIdentity], "3+"] = []


class MemberIdentity(Struct):
    member_id: String = ""
    group_instance_id: String | None = None
    reason: Annotated[String | None, "5+", IGNORABLE] = None


class LeaveGroupResponse(Struct):
    SPEC = Spec(key=13, versions="0-5", flexible="4+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    members: Annotated[list[MemberResponse], "3+"] = []


class MemberResponse(Struct):
    member_id: String = ""
    group_instance_id: String | None = ""
    error_code: Int16 = 0
