"""The cluster's metadata in __cluster_metadata-0 (KIP-631): features, topics, partitions, configs, producer ids.

A record's value is framed: an unsigned varint frame version (1), the record type (``SPEC.key``) and the record's
version, both unsigned varints, then the record. Keys are null. Snapshots hold the same records.
"""

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
    "ZkMigrationStateRecord",
]


class FeatureLevelRecord(Struct):
    SPEC = Spec(key=12, versions="0", flexible="0+")

    name: String = ""
    feature_level: Int16 = 0
    """0: not in use."""


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
    """-1: none."""
    leader_recovery_state: Annotated[Int8, Tag(0)] = 0
    """0 recovered, 1 after an unclean election."""
    leader_epoch: Int32 = -1
    """Raised whenever the leader changes or goes."""
    partition_epoch: Int32 = -1
    """Raised with every change of this record."""
    directories: Annotated[list[Uuid], "1+"] = []
    """Log directory ids of the replicas, in their order."""
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(1)] = None
    """Out of sync, but with every committed record (KIP-966)."""
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(2)] = None
    """Lost their eligibility by an unclean shutdown."""


class PartitionChangeRecord(Struct):
    """Only what changed is written: a tagged field that is absent stays as it is."""

    SPEC = Spec(key=5, versions="0-2", flexible="0+")

    partition_id: Int32 = -1
    topic_id: Uuid = ZERO_UUID
    isr: Annotated[list[Int32] | None, Tag(0)] = None
    """Null: unchanged."""
    leader: Annotated[Int32, Tag(1)] = -2
    """-2: unchanged. -1: none. Any value but -2 raises the leader epoch."""
    replicas: Annotated[list[Int32] | None, Tag(2)] = None
    """Null: unchanged."""
    removing_replicas: Annotated[list[Int32] | None, Tag(3)] = None
    """Null: unchanged. Empty: no reassignment any more."""
    adding_replicas: Annotated[list[Int32] | None, Tag(4)] = None
    """Null: unchanged. Empty: no reassignment any more."""
    leader_recovery_state: Annotated[Int8, Tag(5)] = -1
    """-1: unchanged."""
    directories: Annotated[list[Uuid] | None, "1+", Tag(8)] = None
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(6)] = None
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(7)] = None


class RemoveTopicRecord(Struct):
    """The topic's partitions and configs go with it."""

    SPEC = Spec(key=9, versions="0", flexible="0+")

    topic_id: Uuid = ZERO_UUID


class ClearElrRecord(Struct):
    SPEC = Spec(key=28, versions="0", flexible="0+")

    topic_name: String = ""
    """Empty: all topics."""


class ConfigRecord(Struct):
    SPEC = Spec(key=4, versions="0", flexible="0+")

    resource_type: Int8 = 0
    """As in DescribeConfigs: 2 topic, 4 broker, 16 client metrics, 32 group."""
    resource_name: String = ""
    """Empty with type 4: all brokers."""
    name: String = ""
    value: String | None = ""
    """Null: the config is removed."""


class ProducerIdsRecord(Struct):
    """A broker was given a block of producer ids."""

    SPEC = Spec(key=15, versions="0", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    next_producer_id: Int64 = 0
    """The first id after the block."""


class NoOpRecord(Struct):
    """Written by an idle controller, so that everybody sees the log move."""

    SPEC = Spec(key=20, versions="0", flexible="0+")


class BeginTransactionRecord(Struct):
    """The records from here to ``EndTransactionRecord`` count together, or not at all if it was aborted (KIP-868)."""

    SPEC = Spec(key=23, versions="0", flexible="0+")

    name: Annotated[String | None, Tag(0)] = None


class EndTransactionRecord(Struct):
    SPEC = Spec(key=24, versions="0", flexible="0+")


class AbortTransactionRecord(Struct):
    SPEC = Spec(key=25, versions="0", flexible="0+")

    reason: Annotated[String | None, Tag(0)] = None


class ZkMigrationStateRecord(Struct):
    SPEC = Spec(key=21, versions="0", flexible="0+")

    zk_migration_state: Int8 = 0
    """0 none, 1 before, 2 under way, 3 after the migration from ZooKeeper."""
