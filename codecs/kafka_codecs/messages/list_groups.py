"""ListGroups (API key 16): the groups of every type that this broker coordinates.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: flexible. 4: states (KIP-518). 5: types
(KIP-848).
"""

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
    """Empty: all. In any case of letters; unknown names match nothing."""
    types_filter: Annotated[list[String], "5+"] = []
    """Empty: all. In any case of letters; unknown names match nothing."""


class ListGroupsResponse(Struct):
    SPEC = Spec(key=16, versions="0-5", flexible="3+")

    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    error_code: Int16 = 0
    """COORDINATOR_LOAD_IN_PROGRESS (14), COORDINATOR_NOT_AVAILABLE (15). A client without DESCRIBE on the cluster sees
    only the groups it may describe.
    """
    groups: list[ListedGroup] = []


class ListedGroup(Struct):
    group_id: String = ""
    protocol_type: String = ""
    """Empty for a group that only stores offsets; "consumer", "share", "streams" for groups of those types."""
    group_state: Annotated[String, "4+", IGNORABLE] = ""
    group_type: Annotated[String, "5+", IGNORABLE] = ""
    """One of "classic", "consumer", "share" or "streams"."""
