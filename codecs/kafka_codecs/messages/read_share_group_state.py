"""ReadShareGroupState (API key 84): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int8, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "PartitionData",
    "PartitionResult",
    "ReadShareGroupStateRequest",
    "ReadShareGroupStateResponse",
    "ReadStateData",
    "ReadStateResult",
    "StateBatch",
]


class ReadShareGroupStateRequest(Struct):
    SPEC = Spec(key=84, versions="0", flexible="0+")

    group_id: String = ""
    topics: list[ReadStateData] = []


class ReadStateData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition: Int32 = 0
    leader_epoch: Int32 = 0


class ReadShareGroupStateResponse(Struct):
    SPEC = Spec(key=84, versions="0", flexible="0+")

    results: list[ReadStateResult] = []


class ReadStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    state_epoch: Int32 = 0
    start_offset: Int64 = 0
    state_batches: list[StateBatch] = []


class StateBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    delivery_state: Int8 = 0
    delivery_count: Int16 = 0
