"""DeleteRecords (API key 21): raise the log start of partitions, so that what lies below can go (KIP-107).

Versions: 1: throttled answers leave at once (KIP-219). 2: flexible.
"""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "DeleteRecordsPartition",
    "DeleteRecordsPartitionResult",
    "DeleteRecordsRequest",
    "DeleteRecordsResponse",
    "DeleteRecordsTopic",
    "DeleteRecordsTopicResult",
]


class DeleteRecordsRequest(Struct):
    SPEC = Spec(key=21, versions="0-2", flexible="2+")

    topics: list[DeleteRecordsTopic] = []
    timeout_ms: Int32 = 0
    """How long the leader waits for the replicas to follow."""


class DeleteRecordsTopic(Struct):
    name: String = ""
    partitions: list[DeleteRecordsPartition] = []


class DeleteRecordsPartition(Struct):
    partition_index: Int32 = 0
    offset: Int64 = 0
    """The first one to stay; -1: the high watermark, all go."""


class DeleteRecordsResponse(Struct):
    SPEC = Spec(key=21, versions="0-2", flexible="2+")

    throttle_time_ms: Int32 = 0
    topics: list[DeleteRecordsTopicResult] = []


class DeleteRecordsTopicResult(Struct):
    name: String = ""
    partitions: list[DeleteRecordsPartitionResult] = []


class DeleteRecordsPartitionResult(Struct):
    partition_index: Int32 = 0
    low_watermark: Int64 = 0
    """The lowest log start among the live replicas; -1 on errors."""
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no DELETE. UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_TOPIC_EXCEPTION (17): an
    internal topic. NOT_LEADER_OR_FOLLOWER (6). POLICY_VIOLATION (44): cleanup.policy is compact alone.
    OFFSET_OUT_OF_RANGE (1): above the high watermark, or negative. REQUEST_TIMED_OUT (7).
    """
