"""OffsetDelete (API key 47): take back committed offsets of a group (KIP-496)."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Spec, String, Struct

__all__ = [
    "OffsetDeleteRequest",
    "OffsetDeleteRequestPartition",
    "OffsetDeleteRequestTopic",
    "OffsetDeleteResponse",
    "OffsetDeleteResponsePartition",
    "OffsetDeleteResponseTopic",
]


class OffsetDeleteRequest(Struct):
    SPEC = Spec(key=47, versions="0")

    group_id: String = ""
    topics: list[OffsetDeleteRequestTopic] = []


class OffsetDeleteRequestTopic(Struct):
    name: String = ""
    partitions: list[OffsetDeleteRequestPartition] = []


class OffsetDeleteRequestPartition(Struct):
    partition_index: Int32 = 0


class OffsetDeleteResponse(Struct):
    SPEC = Spec(key=47, versions="0")

    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no DELETE on the group. INVALID_GROUP_ID (24). COORDINATOR_NOT_AVAILABLE (15),
    NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14). GROUP_ID_NOT_FOUND (69). NON_EMPTY_GROUP (68): active, and
    not of consumers, so that its topics are unknown.
    """
    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    topics: list[OffsetDeleteResponseTopic] = []


class OffsetDeleteResponseTopic(Struct):
    name: String = ""
    partitions: list[OffsetDeleteResponsePartition] = []


class OffsetDeleteResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no READ. UNKNOWN_TOPIC_OR_PARTITION (3). GROUP_SUBSCRIBED_TO_TOPIC (86). No
    offset to delete is no error.
    """
