"""OffsetForLeaderEpoch (API key 23): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "EpochEndOffset",
    "OffsetForLeaderEpochRequest",
    "OffsetForLeaderEpochResponse",
    "OffsetForLeaderPartition",
    "OffsetForLeaderTopic",
    "OffsetForLeaderTopicResult",
]


class OffsetForLeaderEpochRequest(Struct):
    SPEC = Spec(key=23, versions="2-4", flexible="4+")

    replica_id: Annotated[Int32, "3+", IGNORABLE] = -2
    topics: list[OffsetForLeaderTopic] = []


class OffsetForLeaderTopic(Struct):
    topic: String = ""
    partitions: list[OffsetForLeaderPartition] = []


class OffsetForLeaderPartition(Struct):
    partition: Int32 = 0
    current_leader_epoch: Annotated[Int32, IGNORABLE] = -1
    leader_epoch: Int32 = 0


class OffsetForLeaderEpochResponse(Struct):
    SPEC = Spec(key=23, versions="2-4", flexible="4+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    topics: list[OffsetForLeaderTopicResult] = []


class OffsetForLeaderTopicResult(Struct):
    topic: String = ""
    partitions: list[EpochEndOffset] = []


class EpochEndOffset(Struct):
    error_code: Int16 = 0
    partition: Int32 = 0
    leader_epoch: Annotated[Int32, IGNORABLE] = -1
    end_offset: Int64 = -1
