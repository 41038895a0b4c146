"""ListOffsets (API key 2): the offset that belongs to a point in time, or to a special point of the log.

Versions (0 went with Kafka 4.0):

- 1: one offset a partition (KIP-79). 2: isolation level (KIP-98). 3: throttled answers leave at once (KIP-219).
- 4: leader epochs (KIP-320). 5: OFFSET_NOT_AVAILABLE (KIP-207). 6: flexible.
- 7: timestamp -3 (KIP-734). 8: -4 (KIP-405). 9: -5 (KIP-1005). 10: ``timeout_ms`` for reads from a remote tier
  (KIP-1075). 11: -6 (KIP-1023).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int8, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "ListOffsetsPartition",
    "ListOffsetsPartitionResponse",
    "ListOffsetsRequest",
    "ListOffsetsResponse",
    "ListOffsetsTopic",
    "ListOffsetsTopicResponse",
]


class ListOffsetsRequest(Struct):
    SPEC = Spec(key=2, versions="1-11", flexible="6+")

    replica_id: Int32 = 0
    """-1 for a consumer. Anybody else sees up to the log end."""
    isolation_level: Annotated[Int8, "2+"] = 0
    """0: latest is the high watermark. 1: latest is the last stable offset."""
    topics: list[ListOffsetsTopic] = []
    timeout_ms: Annotated[Int32, "10+", IGNORABLE] = 0
    """How long offsets may be looked up in a remote tier."""


class ListOffsetsTopic(Struct):
    name: String = ""
    partitions: list[ListOffsetsPartition] = []


class ListOffsetsPartition(Struct):
    partition_index: Int32 = 0
    current_leader_epoch: Annotated[Int32, "4+", IGNORABLE] = -1
    """The epoch the client knows; -1: do not check."""
    timestamp: Int64 = 0
    """Milliseconds since the epoch, or one of: -1 latest, -2 earliest, -3 the record with the largest timestamp, -4
    earliest on local disk, -5 last one in the remote tier, -6 earliest that still waits for its upload.
    """


class ListOffsetsResponse(Struct):
    SPEC = Spec(key=2, versions="1-11", flexible="6+")

    throttle_time_ms: Annotated[Int32, "2+", IGNORABLE] = 0
    topics: list[ListOffsetsTopicResponse] = []


class ListOffsetsTopicResponse(Struct):
    name: String = ""
    partitions: list[ListOffsetsPartitionResponse] = []


class ListOffsetsPartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE. INVALID_REQUEST (42): the partition was named twice.
    UNSUPPORTED_VERSION (35): a special timestamp newer than the version, or an unknown one.
    UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6). FENCED_LEADER_EPOCH (74), UNKNOWN_LEADER_EPOCH (75).
    OFFSET_NOT_AVAILABLE (78; LEADER_NOT_AVAILABLE (5) below v5): just after an election. UNKNOWN_SERVER_ERROR (-1): bad
    isolation level.
    """
    timestamp: Int64 = -1
    """Of the record found; -1 for special points and if there is none."""
    offset: Int64 = -1
    """-1 if no record is that young."""
    leader_epoch: Annotated[Int32, "4+"] = -1
    """Of the record found, or that covers the special point."""
