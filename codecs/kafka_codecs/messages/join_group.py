"""JoinGroup (API key 11): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Bytes, Int16, Int32, Nullable, Spec, String, Struct

__all__ = [
    "JoinGroupRequest",
    "JoinGroupRequestProtocol",
    "JoinGroupResponse",
    "JoinGroupResponseMember",
]


class JoinGroupRequest(Struct):
    SPEC = Spec(key=11, versions="0-9", flexible="6+")

    group_id: String = ""
    session_timeout_ms: Int32 = 0
    rebalance_timeout_ms: Annotated[Int32, "1+", IGNORABLE] = -1
    member_id: String = ""
    group_instance_id: Annotated[String | None, "5+"] = None
    protocol_type: String = ""
    protocols: list[JoinGroupRequestProtocol] = []
    reason: Annotated[String | None, "8+", IGNORABLE] = None


class JoinGroupRequestProtocol(Struct):
    name: String = ""
    metadata: Bytes = b""


class JoinGroupResponse(Struct):
    SPEC = Spec(key=11, versions="0-9", flexible="6+")

    throttle_time_ms: Annotated[Int32, "2+", IGNORABLE] = 0
    error_code: Int16 = 0
    generation_id: Int32 = -1
    protocol_type: Annotated[String | None, "7+", IGNORABLE] = None
    protocol_name: Annotated[String | None, Nullable("7+")] = ""
    leader: String = ""
    skip_assignment: Annotated[Bool, "9+"] = False
    member_id: String = ""
    members: list[JoinGroupResponseMember] = []


class JoinGroupResponseMember(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "5+", IGNORABLE] = None
    metadata: Bytes = b""
