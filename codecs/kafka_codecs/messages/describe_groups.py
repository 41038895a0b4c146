"""DescribeGroups (API key 15): state and members of classic groups.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: authorized operations (KIP-430).
4: instance ids (KIP-345). 5: flexible. 6: an unknown group is an error (KIP-1043).
"""

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
    """GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). GROUP_ID_NOT_FOUND (69): v6+, no such classic group; below, that is state Dead
    without an error.
    """
    error_message: Annotated[String | None, "6+"] = None
    group_id: String = ""
    group_state: String = ""
    """PreparingRebalance, CompletingRebalance, Stable, Empty or Dead; "" on errors other than 69."""
    protocol_type: String = ""
    """Stays when the group becomes empty; "" for one that only stores offsets."""
    protocol_data: String = ""
    """The protocol chosen; filled in state Stable only."""
    members: list[DescribedGroupMember] = []
    authorized_operations: Annotated[Int32, "3+"] = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""


class DescribedGroupMember(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "4+", IGNORABLE] = None
    client_id: String = ""
    client_host: String = ""
    """Written "/10.0.0.1"."""
    member_metadata: Bytes = b""
    """Filled in state Stable only."""
    member_assignment: Bytes = b""
    """Filled in state Stable only."""
