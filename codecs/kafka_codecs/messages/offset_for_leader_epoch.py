"""OffsetForLeaderEpoch (API key 23): where an epoch's records end, to find out whether a log was truncated (KIP-101).

Versions (0 and 1 went with Kafka 4.0): 2: fenced by the current epoch (KIP-320). 3: replica id. 4: flexible.
"""

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
    """-1: a consumer. -2: a broker's debugging."""
    topics: list[OffsetForLeaderTopic] = []


class OffsetForLeaderTopic(Struct):
    topic: String = ""
    partitions: list[OffsetForLeaderPartition] = []


class OffsetForLeaderPartition(Struct):
    partition: Int32 = 0
    current_leader_epoch: Annotated[Int32, IGNORABLE] = -1
    """The epoch the client knows; -1: do not check."""
    leader_epoch: Int32 = 0
    """The epoch asked about."""


class OffsetForLeaderEpochResponse(Struct):
    SPEC = Spec(key=23, versions="2-4", flexible="4+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    topics: list[OffsetForLeaderTopicResult] = []


class OffsetForLeaderTopicResult(Struct):
    topic: String = ""
    partitions: list[EpochEndOffset] = []


class EpochEndOffset(Struct):
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE. UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6).
    FENCED_LEADER_EPOCH (74), UNKNOWN_LEADER_EPOCH (75).
    """
    partition: Int32 = 0
    leader_epoch: Annotated[Int32, IGNORABLE] = -1
    """The largest known epoch at or below the one asked about; -1: none, or a future one."""
    end_offset: Int64 = -1
    """Start of the next epoch, or the log end; -1 with epoch -1."""
