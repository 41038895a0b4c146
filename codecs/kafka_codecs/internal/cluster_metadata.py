"""Internal records: cluster metadata."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int8, Int16, Int32, Int64, Spec, String, Struct, Tag, Uuid

__all__ = [
    "AbortTransactionRecord",
    "BeginTransactionRecord",
    "ClearElrRecord",
    "ConfigRecord",
    "EndTransactionRecord",
    "FeatureLevelRecord",
    "NoOpRecord",
    "PartitionChangeRecord",
    "PartitionRecord",
    "ProducerIdsRecord",
    "RemoveTopicRecord",
    "TopicRecord",
    "ZkMigrationRecord",
]


class FeatureLevelRecord(Struct):
    SPEC = Spec(key=12, versions="0", flexible="0+")

    name: String = ""
    feature_level: Int16 = 0


class TopicRecord(Struct):
    SPEC = Spec(key=2, versions="0", flexible="0+")

    name: String = ""
    topic_id: Uuid = ZERO_UUID


class PartitionRecord(Struct):
    SPEC = Spec(key=3, versions="0-2", flexible="0+")

    partition_id: Int32 = -1
    topic_id: Uuid = ZERO_UUID
    replicas: list[Int32] = []
    isr: list[Int32] = []
    removing_replicas: list[Int32] = []
    adding_replicas: list[Int32] = []
    leader: Int32 = -1
    leader_recovery_state: Annotated[Int8, Tag(0)] = 0
    leader_epoch: Int32 = -1
    partition_epoch: Int32 = -1
    directories: Annotated[list[Uuid], "1+"] = []
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(1)] = None
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(2)] = None


class PartitionChangeRecord(Struct):
    SPEC = Spec(key=5, versions="0-2", flexible="0+")

    partition_id: Int32 = -1
    topic_id: Uuid = ZERO_UUID
    isr: Annotated[list[Int32] | None, Tag(0)] = None
    leader: Annotated[Int32, Tag(1)] = -2
    replicas: Annotated[list[Int32] | None, Tag(2)] = None
    removing_replicas: Annotated[list[Int32] | None, Tag(3)] = None
    adding_replicas: Annotated[list[Int32] | None, Tag(4)] = None
    leader_recovery_state: Annotated[Int8, Tag(5)] = -1
    directories: Annotated[list[Uuid] | None, "1+", Tag(8)] = None
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(6)] = None
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(7)] = None


class RemoveTopicRecord(Struct):
    SPEC = Spec(key=9, versions="0", flexible="0+")

    topic_id: Uuid = ZERO_UUID


class ClearElrRecord(Struct):
    SPEC = Spec(key=28, versions="0", flexible="0+")

    topic_name: String = ""


class ConfigRecord(Struct):
    SPEC = Spec(key=4, versions="0", flexible="0+")

    resource_type: Int8 = 0
    resource_name: String = ""
    name: String = ""
    value: String | None = ""


class ProducerIdsRecord(Struct):
    SPEC = Spec(key=15, versions="0", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    next_producer_id: Int64 = 0


class NoOpRecord(Struct):
    SPEC = Spec(key=20, versions="0", flexible="0+")


class BeginTransactionRecord(Struct):
    SPEC = Spec(key=23, versions="0", flexible="0+")

    name: Annotated[String | None, Tag(0)] = None


class EndTransactionRecord(Struct):
    SPEC = Spec(key=24, versions="0", flexible="0+")


class AbortTransactionRecord(Struct):
    SPEC = Spec(key=25, versions="0", flexible="0+")

    reason: Annotated[String | None, Tag(0)] = None


class ZkMigrationRecord(Struct):
    SPEC = Spec(key=21, versions="0", flexible="0+")

    zk_migration_state: Int8 = 0
