"""DeleteGroups (API key 42): delete empty groups with their offsets (KIP-229).

Versions: 1: throttled answers leave at once (KIP-219). 2: flexible. 3: error message (KIP-1331).
"""

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
    """GROUP_AUTHORIZATION_FAILED (30): no DELETE on the group. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). INVALID_GROUP_ID (24). GROUP_ID_NOT_FOUND (69). NON_EMPTY_GROUP (68).
    GROUP_DELETION_FAILED (134): v3+, the message says why.
    """
    error_message: Annotated[String | None, "3+", IGNORABLE] = None
    """Filled with 134 only."""
