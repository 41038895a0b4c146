"""Internal records: classic groups."""

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


class GroupMetadataValue(Struct):
    SPEC = Spec(key=2, versions="0-4", flexible="4+")

    protocol_type: String = ""
    generation: Int32 = 0
    protocol: String | None = ""
    leader: String | None = ""
    current_state_timestamp: Annotated[Int64, "2+", IGNORABLE] = -1
    members: list[MemberMetadata] = []


class MemberMetadata(Struct):
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+", IGNORABLE] = None
    client_id: String = ""
    client_host: String = ""
    rebalance_timeout: Annotated[Int32, "1+", IGNORABLE] = -1
    session_timeout: Int32 = 0
    subscription: Bytes = b""
    assignment: Bytes = b""
