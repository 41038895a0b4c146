"""DeleteShareGroupState (API key 86): forget share state of partitions, between brokers (KIP-932)."""

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
    """CLUSTER_AUTHORIZATION_FAILED (31): not a broker. UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_REQUEST (42).
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
