"""WriteShareGroupState (API key 85): store share state of partitions, from the leaders that serve them (KIP-932).

Versions: 1: how many records are finished (KIP-1226).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int8, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "PartitionData",
    "PartitionResult",
    "StateBatch",
    "WriteShareGroupStateRequest",
    "WriteShareGroupStateResponse",
    "WriteStateData",
    "WriteStateResult",
]


class WriteShareGroupStateRequest(Struct):
    SPEC = Spec(key=85, versions="0-1", flexible="0+")

    group_id: String = ""
    topics: list[WriteStateData] = []


class WriteStateData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition: Int32 = 0
    state_epoch: Int32 = 0
    """As it was read."""
    leader_epoch: Int32 = 0
    """Of the leader that writes."""
    start_offset: Int64 = 0
    """Everything below is finished; -1: unchanged."""
    delivery_complete_count: Annotated[Int32, "1+", IGNORABLE] = -1
    """Finished records at or above the start offset; -1: unknown."""
    state_batches: list[StateBatch] = []


class StateBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    delivery_state: Int8 = 0
    """0 available, 2 acknowledged, 4 archived."""
    delivery_count: Int16 = 0


class WriteShareGroupStateResponse(Struct):
    SPEC = Spec(key=85, versions="0-1", flexible="0+")

    results: list[WriteStateResult] = []


class WriteStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): not a broker. INVALID_REQUEST (42): not set up. FENCED_LEADER_EPOCH (74): an
    older leader. FENCED_STATE_EPOCH (124): an older life of the group. UNKNOWN_TOPIC_OR_PARTITION (3).
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
