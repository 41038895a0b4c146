"""DeleteShareGroupState (API key 86): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "DeleteShareGroupStateRequest",
    "DeleteShareGroupStateResponse",
    "DeleteStateData",
    "DeleteStateResult",
    "PartitionData",
    "PartitionResult",
]


class DeleteShareGroupStateRequest(Struct):
    SPEC = Spec(key=86, versions="0", flexible="0+")

    group_id: String = ""
    topics: list[DeleteStateData] = []


class DeleteStateData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition: Int32 = 0


class DeleteShareGroupStateResponse(Struct):
    SPEC = Spec(key=86, versions="0", flexible="0+")

    results: list[DeleteStateResult] = []


class DeleteStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
