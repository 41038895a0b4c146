"""DeleteGroups (API key 42): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Spec, String, Struct

__all__ = [
    "DeletableGroupResult",
    "DeleteGroupsRequest",
    "DeleteGroupsResponse",
]


class DeleteGroupsRequest(Struct):
    SPEC = Spec(key=42, versions="0-3", flexible="2+")

    groups_names: list[String] = []


class DeleteGroupsResponse(Struct):
    SPEC = Spec(key=42, versions="0-3", flexible="2+")

    throttle_time_ms: Int32 = 0
    results: list[DeletableGroupResult] = []


class DeletableGroupResult(Struct):
    group_id: String = ""
    error_code: Int16 = 0
    error_message: Annotated[String | None, "3+", IGNORABLE] = None
