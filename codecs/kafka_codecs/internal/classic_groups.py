"""Classic groups in __consumer_offsets: members and their assignment after each completed rebalance.

The int16 before a key is the record type 2, before a value its version. A rebalance under way is not recorded: after a
reload the group is Stable, or Empty without members.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bytes, Int32, Int64, Spec, String, Struct

__all__ = [
    "GroupMetadataKey",
    "GroupMetadataValue",
    "MemberMetadata",
]


class GroupMetadataKey(Struct):
    SPEC = Spec(key=2, versions="0")

    group: String = ""
    """The group id."""


class GroupMetadataValue(Struct):
    """Kafka 4.x writes version 3."""

    SPEC = Spec(key=2, versions="0-4", flexible="4+")

    protocol_type: String = ""
    """Empty for a group that only stores offsets."""
    generation: Int32 = 0
    protocol: String | None = ""
    """The assignor that was chosen; null in an empty group."""
    leader: String | None = ""
    """Member id; null in an empty group."""
    current_state_timestamp: Annotated[Int64, "2+", IGNORABLE] = -1
    """When the group came into its state, milliseconds since the epoch; -1: unknown."""
    members: list[MemberMetadata] = []


class MemberMetadata(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+", IGNORABLE] = None
    client_id: String = ""
    client_host: String = ""
    rebalance_timeout: Annotated[Int32, "1+", IGNORABLE] = -1
    """Milliseconds. Version 0 uses the session timeout."""
    session_timeout: Int32 = 0
    """Milliseconds."""
    subscription: Bytes = b""
    """What the member sent in JoinGroup for the protocol chosen."""
    assignment: Bytes = b""
    """What the leader sent in SyncGroup."""
