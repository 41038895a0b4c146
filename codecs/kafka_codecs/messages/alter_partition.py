"""AlterPartition (API key 56): request and response."""

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
    partition_epoch: Int32 = 0


class BrokerState(Struct):
    broker_id: Int32 = 0
    broker_epoch: Int64 = -1


class AlterPartitionResponse(Struct):
    SPEC = Spec(key=56, versions="2-3", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    topics: list[TopicDataResponse] = []


class TopicDataResponse(Struct):
    topic_id: Annotated[Uuid, IGNORABLE] = ZERO_UUID
    partitions: list[PartitionDataResponse] = []


class PartitionDataResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0
    isr: list[Int32] = []
    leader_recovery_state: Annotated[Int8, IGNORABLE] = 0
    partition_epoch: Int32 = 0
