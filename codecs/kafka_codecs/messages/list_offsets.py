"""ListOffsets (API key 2): request and response."""

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
    isolation_level: Annotated[Int8, "2+"] = 0
    topics: list[ListOffsetsTopic] = []
    timeout_ms: Annotated[Int32, "10+", IGNORABLE] = 0


class ListOffsetsTopic(Struct):
    name: String = ""
    partitions: list[ListOffsetsPartition] = []


class ListOffsetsPartition(Struct):
    partition_index: Int32 = 0
    current_leader_epoch: Annotated[Int32, "4+", IGNORABLE] = -1
    timestamp: Int64 = 0


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
    timestamp: Int64 = -1
    offset: Int64 = -1
    leader_epoch: Annotated[Int32, "4+"] = -1
