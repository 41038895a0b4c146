"""SyncGroup (API key 14): request and response."""

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
    protocol_name: Annotated[String | None, "5+", IGNORABLE] = None
    assignments: list[SyncGroupRequestAssignment] = []


class SyncGroupRequestAssignment(Struct):
    member_id: String = ""
    assignment: Bytes = b""


class SyncGroupResponse(Struct):
    SPEC = Spec(key=14, versions="0-5", flexible="4+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    protocol_type: Annotated[String | None, "5+", IGNORABLE] = None
    protocol_name: Annotated[String | None, "5+", IGNORABLE] = None
    assignment: Bytes = b""
