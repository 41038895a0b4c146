"""ReadShareGroupStateSummary (API key 87): share state without its batches, for the group coordinator (KIP-932).

Versions: 1: how many records are finished (KIP-1226).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "PartitionData",
    "PartitionResult",
    "ReadShareGroupStateSummaryRequest",
    "ReadShareGroupStateSummaryResponse",
    "ReadStateSummaryData",
    "ReadStateSummaryResult",
]


class ReadShareGroupStateSummaryRequest(Struct):
    SPEC = Spec(key=87, versions="0-1", flexible="0+")

    group_id: String = ""
    topics: list[ReadStateSummaryData] = []


class ReadStateSummaryData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition: Int32 = 0
    leader_epoch: Int32 = 0


class ReadShareGroupStateSummaryResponse(Struct):
    SPEC = Spec(key=87, versions="0-1", flexible="0+")

    results: list[ReadStateSummaryResult] = []


class ReadStateSummaryResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): not a broker. FENCED_LEADER_EPOCH (74). UNKNOWN_TOPIC_OR_PARTITION (3).
    INVALID_REQUEST (42). COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    state_epoch: Int32 = 0
    leader_epoch: Int32 = 0
    start_offset: Int64 = 0
    """Everything below is finished; -1: not known yet."""
    delivery_complete_count: Annotated[Int32, "1+", IGNORABLE] = -1
    """Finished records at or above the start offset; -1: unknown."""
