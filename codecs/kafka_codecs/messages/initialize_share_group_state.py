"""InitializeShareGroupState (API key 83): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "InitializeShareGroupStateRequest",
    "InitializeShareGroupStateResponse",
    "InitializeStateData",
    "InitializeStateResult",
    "PartitionData",
    "PartitionResult",
]


class InitializeShareGroupStateRequest(Struct):
    SPEC = Spec(key=83, versions="0", flexible="0+")

    group_id: String = ""
    topics: list[InitializeStateData] = []


class InitializeStateData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition: Int32 = 0
    state_epoch: Int32 = 0
    start_offset: Int64 = 0


class InitializeShareGroupStateResponse(Struct):
    SPEC = Spec(key=83, versions="0", flexible="0+")

    results: list[InitializeStateResult] = []


class InitializeStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
