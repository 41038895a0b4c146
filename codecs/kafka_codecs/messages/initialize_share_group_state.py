"""InitializeShareGroupState (API key 83): set up share state of partitions, between brokers (KIP-932).

From the group coordinator to the share coordinator, which keeps the state in __share_group_state.
"""

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
    """Fences whatever belongs to an earlier life of the group."""
    start_offset: Int64 = 0
    """-1: to be found when the partition is first fetched."""


class InitializeShareGroupStateResponse(Struct):
    SPEC = Spec(key=83, versions="0", flexible="0+")

    results: list[InitializeStateResult] = []


class InitializeStateResult(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionResult] = []


class PartitionResult(Struct):
    partition: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): not a broker. FENCED_STATE_EPOCH (124): an older epoch.
    UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_REQUEST (42). COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
