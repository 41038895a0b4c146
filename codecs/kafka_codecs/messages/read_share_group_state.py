"""ReadShareGroupState (API key 84): share state of partitions, for the leaders that serve them (KIP-932)."""

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
    """Of the leader that asks: fences its predecessors."""


class ReadShareGroupStateResponse(Struct):
    SPEC = Spec(key=84, versions="0", flexible="0+")

    results: list[ReadStateResult] = []


class ReadStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): not a broker. INVALID_REQUEST (42): not set up, or an unknown topic.
    FENCED_LEADER_EPOCH (74): an older leader. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    state_epoch: Int32 = 0
    start_offset: Int64 = 0
    """Everything below is finished; -1: not known yet."""
    state_batches: list[StateBatch] = []


class StateBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    delivery_state: Int8 = 0
    """0 available, 2 acknowledged, 4 archived."""
    delivery_count: Int16 = 0
