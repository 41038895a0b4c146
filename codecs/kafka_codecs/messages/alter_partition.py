"""AlterPartition (API key 56): a leader asks the controller to change a partition's in-sync replicas (KIP-497).

Versions (0 and 1 went with Kafka 4.0): 2: topics by id (KIP-841). 3: broker epochs of the replicas (KIP-903).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int8, Int16, Int32, Int64, Spec, Struct, Uuid

__all__ = [
    "AlterPartitionRequest",
    "AlterPartitionResponse",
    "BrokerState",
    "PartitionData",
    "PartitionDataResponse",
    "TopicData",
    "TopicDataResponse",
]


class AlterPartitionRequest(Struct):
    SPEC = Spec(key=56, versions="2-3", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    topics: list[TopicData] = []


class TopicData(Struct):
    topic_id: Annotated[Uuid, IGNORABLE] = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0
    leader_epoch: Int32 = 0
    new_isr: Annotated[list[Int32], "0-2"] = []
    new_isr_with_epochs: Annotated[list[BrokerState], "3+"] = []
    leader_recovery_state: Int8 = 0
    """0 recovered, 1 after an unclean election."""
    partition_epoch: Int32 = 0
    """The one the leader knows: nobody else may have changed the partition meanwhile."""


class BrokerState(Struct):
    broker_id: Int32 = 0
    broker_epoch: Int64 = -1


class AlterPartitionResponse(Struct):
    SPEC = Spec(key=56, versions="2-3", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). STALE_BROKER_EPOCH (77). NOT_CONTROLLER (41)."""
    topics: list[TopicDataResponse] = []


class TopicDataResponse(Struct):
    topic_id: Annotated[Uuid, IGNORABLE] = ZERO_UUID
    partitions: list[PartitionDataResponse] = []


class PartitionDataResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_ID (100), UNKNOWN_TOPIC_OR_PARTITION (3). FENCED_LEADER_EPOCH (74). NOT_CONTROLLER (41).
    INVALID_REQUEST (42). INVALID_UPDATE_VERSION (95): another partition epoch. INELIGIBLE_REPLICA (107): a replica is
    fenced, shutting down, or restarted. NEW_LEADER_ELECTED (108): done, and the leader changed by it.
    """
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0
    isr: list[Int32] = []
    leader_recovery_state: Annotated[Int8, IGNORABLE] = 0
    partition_epoch: Int32 = 0
