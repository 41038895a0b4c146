"""DescribeShareGroupOffsets (API key 90): how far share groups have come (KIP-932).

Versions: 1: lag (KIP-1226).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "DescribeShareGroupOffsetsRequest",
    "DescribeShareGroupOffsetsRequestGroup",
    "DescribeShareGroupOffsetsRequestTopic",
    "DescribeShareGroupOffsetsResponse",
    "DescribeShareGroupOffsetsResponseGroup",
    "DescribeShareGroupOffsetsResponsePartition",
    "DescribeShareGroupOffsetsResponseTopic",
]


class DescribeShareGroupOffsetsRequest(Struct):
    SPEC = Spec(key=90, versions="0-1", flexible="0+")

    groups: list[DescribeShareGroupOffsetsRequestGroup] = []


class DescribeShareGroupOffsetsRequestGroup(Struct):
    group_id: String = ""
    topics: list[DescribeShareGroupOffsetsRequestTopic] | None = []
    """Null: all that have share state. Empty: none."""


class DescribeShareGroupOffsetsRequestTopic(Struct):
    topic_name: String = ""
    partitions: list[Int32] = []


class DescribeShareGroupOffsetsResponse(Struct):
    SPEC = Spec(key=90, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    groups: list[DescribeShareGroupOffsetsResponseGroup] = []


class DescribeShareGroupOffsetsResponseGroup(Struct):
    group_id: String = ""
    topics: list[DescribeShareGroupOffsetsResponseTopic] = []
    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): share.version is 0. GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14). An unknown group is no
    error: it has no topics.
    """
    error_message: String | None = None


class DescribeShareGroupOffsetsResponseTopic(Struct):
    topic_name: String = ""
    topic_id: Uuid = ZERO_UUID
    partitions: list[DescribeShareGroupOffsetsResponsePartition] = []


class DescribeShareGroupOffsetsResponsePartition(Struct):
    partition_index: Int32 = 0
    start_offset: Int64 = 0
    """Everything below is finished; -1: nothing was stored yet."""
    leader_epoch: Int32 = 0
    lag: Annotated[Int64, "1+", IGNORABLE] = -1
    """Records not finished; -1: unknown."""
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE. Unknown topics are no error."""
    error_message: String | None = None
