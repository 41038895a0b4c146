"""DescribeGroups (API key 15): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Bytes, Int16, Int32, Spec, String, Struct

__all__ = [
    "DescribeGroupsRequest",
    "DescribeGroupsResponse",
    "DescribedGroup",
    "DescribedGroupMember",
]


class DescribeGroupsRequest(Struct):
    SPEC = Spec(key=15, versions="0-6", flexible="5+")

    groups: list[String] = []
    include_authorized_operations: Annotated[Bool, "3+"] = False


class DescribeGroupsResponse(Struct):
    SPEC = Spec(key=15, versions="0-6", flexible="5+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    groups: list[DescribedGroup] = []


class DescribedGroup(Struct):
    error_code: Int16 = 0
    error_message: Annotated[String | None, "6+"] = None
    group_id: String = ""
    group_state: String = ""
    protocol_type: String = ""
    protocol_data: String = ""
    members: list[DescribedGroupMember] = []
    authorized_operations: Annotated[Int32, "3+"] = -0x8000_0000


class DescribedGroupMember(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "4+", IGNORABLE] = None
    client_id: String = ""
    client_host: String = ""
    member_metadata: Bytes = b""
    member_assignment: Bytes = b""
