"""ListGroups (API key 16): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Spec, String, Struct

__all__ = [
    "ListGroupsRequest",
    "ListGroupsResponse",
    "ListedGroup",
]


class ListGroupsRequest(Struct):
    SPEC = Spec(key=16, versions="0-5", flexible="3+")

    states_filter: Annotated[list[String], "4+"] = []
    types_filter: Annotated[list[String], "5+"] = []


class ListGroupsResponse(Struct):
    SPEC = Spec(key=16, versions="0-5", flexible="3+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    groups: list[ListedGroup] = []


class ListedGroup(Struct):
    group_id: String = ""
    protocol_type: String = ""
    group_state: Annotated[String, "4+", IGNORABLE] = ""
    group_type: Annotated[String, "5+", IGNORABLE] = ""
