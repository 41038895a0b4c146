"""A topic's configuration: its overrides over the broker's options over Kafka's defaults.

Names, order and limits are those of Kafka's LogConfig; ``server_names`` those of ServerTopicConfigSynonyms: the first
of them that the broker has a value for gives the topic's default, times the unit at the end of its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.option import BOOLEAN, DOUBLE, INT, LIST, LONG, STRING, ConfigError, Option, OptionTable
from wirebroker.config.validators import (
    CLEANUP_POLICY,
    COMPRESSION_TYPE,
    GZIP_LEVEL,
    LZ4_LEVEL,
    MAX_LONG,
    TIMESTAMP_TYPE,
    ZSTD_LEVEL,
    Check,
    at_least,
    between,
)

MILLISECONDS = {"hours": 3_600_000, "minutes": 60_000}


def _not_throttled_replicas(name: str, members: tuple[str, ...]) -> str | None:
    def is_replica(member: str) -> bool:
        partition, _, broker = member.partition(":")
        return not member or (partition.isdecimal() and broker.isdecimal())

    if "".join(members) == "*" or all(map(is_replica, members)):
        return None
    return (
        f"{name} must be the literal '*' or a list of replicas in the following format:"
        " [partitionId]:[brokerId],[partitionId]:[brokerId],..."
    )


THROTTLED_REPLICAS = Check("[partitionId]:[brokerId],[partitionId]:[brokerId],...", _not_throttled_replicas)


class TopicConfig(OptionTable):
    """Immutable. `overrides` is what was set for this topic, by name, as text."""

    # Segments
    segment_bytes = Option(
        INT,
        1_073_741_824,
        "A segment that reaches this size is closed and a new one begins.",
        at_least(1_048_576),
        server_names=("log.segment.bytes",),
    )
    segment_ms = Option(
        LONG,
        604_800_000,
        "A segment older than this is closed even if it is small.",
        at_least(1),
        server_names=("log.roll.ms", "log.roll.hours"),
    )
    segment_jitter_ms = Option(
        LONG,
        0,
        "The most that is taken at random from segment.ms, so that not all segments close at once.",
        at_least(0),
        server_names=("log.roll.jitter.ms", "log.roll.jitter.hours"),
    )
    segment_index_bytes = Option(
        INT, 10_485_760, "The largest index file of a segment.", at_least(4), server_names=("log.index.size.max.bytes",)
    )
    flush_messages = Option(
        LONG, MAX_LONG, "An fsync after this many records.", at_least(1), server_names=("log.flush.interval.messages",)
    )
    flush_ms = Option(
        LONG,
        MAX_LONG,
        "An fsync at the latest this long after a record.",
        at_least(0),
        server_names=("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    )

    # Retention and compaction
    retention_bytes = Option(
        LONG,
        -1,
        "A partition's size above which its oldest segments go; -1 means no limit.",
        server_names=("log.retention.bytes",),
    )
    retention_ms = Option(
        LONG,
        604_800_000,
        "The age at which segments go; -1 means never.",
        at_least(-1),
        server_names=("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    )
    max_message_bytes = Option(
        INT, 1_048_588, "The largest record batch, as it arrives.", at_least(0), server_names=("message.max.bytes",)
    )
    max_decompressed_message_bytes = Option(
        INT,
        2_147_483_639,
        "The largest record batch once decompressed.",
        between(1, 2_147_483_639),
        server_names=("max.decompressed.message.bytes",),
    )
    index_interval_bytes = Option(
        INT,
        4096,
        "About how many bytes of records lie between two entries of the offset index.",
        at_least(0),
        server_names=("log.index.interval.bytes",),
    )
    delete_retention_ms = Option(
        LONG,
        86_400_000,
        "How long a tombstone stays, so that a reader from the beginning can see it.",
        at_least(0),
        server_names=("log.cleaner.delete.retention.ms",),
    )
    min_compaction_lag_ms = Option(
        LONG,
        0,
        "A record younger than this is not compacted away.",
        at_least(0),
        server_names=("log.cleaner.min.compaction.lag.ms",),
    )
    max_compaction_lag_ms = Option(
        LONG,
        MAX_LONG,
        "A record older than this is compacted though the ratio does not ask for it.",
        at_least(1),
        server_names=("log.cleaner.max.compaction.lag.ms",),
    )
    file_delete_delay_ms = Option(
        LONG,
        60000,
        "How long a deleted segment's files stay on the disk under another name.",
        at_least(0),
        server_names=("log.segment.delete.delay.ms",),
    )
    min_cleanable_dirty_ratio = Option(
        DOUBLE,
        0.5,
        "The part of a log that must be uncompacted before it is compacted again.",
        between(0, 1),
        server_names=("log.cleaner.min.cleanable.ratio",),
    )
    cleanup_policy = Option(
        LIST,
        ("delete",),
        "What becomes of old segments: delete, compact, both, or (empty) nothing.",
        CLEANUP_POLICY,
        server_names=("log.cleanup.policy",),
    )

    # Replicas
    unclean_leader_election_enable = Option(
        BOOLEAN,
        False,
        "Whether a replica that is not in sync may become leader when there is no other.",
        server_names=("unclean.leader.election.enable",),
    )
    min_insync_replicas = Option(
        INT, 1, "In-sync replicas that an acks=all write needs.", at_least(1), server_names=("min.insync.replicas",)
    )

    # Records
    compression_type = Option(
        STRING,
        "producer",
        "How batches are compressed in the log; producer keeps them as they come.",
        COMPRESSION_TYPE,
        server_names=("compression.type",),
    )
    compression_gzip_level = Option(
        INT, -1, "The level of gzip, where the broker compresses.", GZIP_LEVEL, server_names=("compression.gzip.level",)
    )
    compression_lz4_level = Option(
        INT, 9, "The level of lz4, where the broker compresses.", LZ4_LEVEL, server_names=("compression.lz4.level",)
    )
    compression_zstd_level = Option(
        INT, 3, "The level of zstd, where the broker compresses.", ZSTD_LEVEL, server_names=("compression.zstd.level",)
    )
    preallocate = Option(
        BOOLEAN,
        False,
        "Whether a new segment's file is given its full size at once.",
        server_names=("log.preallocate",),
    )
    message_timestamp_type = Option(
        STRING,
        "CreateTime",
        "Whether a record keeps its producer's timestamp (CreateTime) or gets the broker's (LogAppendTime).",
        TIMESTAMP_TYPE,
        server_names=("log.message.timestamp.type",),
    )
    message_timestamp_before_max_ms = Option(
        LONG,
        MAX_LONG,
        "How far a producer's timestamp may lie behind the broker's clock.",
        at_least(0),
        server_names=("log.message.timestamp.before.max.ms",),
    )
    message_timestamp_after_max_ms = Option(
        LONG,
        3_600_000,
        "How far a producer's timestamp may run ahead of the broker's clock.",
        at_least(0),
        server_names=("log.message.timestamp.after.max.ms",),
    )

    # Replication quotas
    leader_replication_throttled_replicas = Option(
        LIST, (), "Replicas whose leaders send slowly: PARTITION:BROKER, separated by commas, or *.", THROTTLED_REPLICAS
    )
    follower_replication_throttled_replicas = Option(
        LIST, (), "Replicas that fetch slowly: PARTITION:BROKER, separated by commas, or *.", THROTTLED_REPLICAS
    )

    # Tiered storage
    remote_storage_enable = Option(BOOLEAN, False, "Whether old segments are moved to a second tier of storage.")
    local_retention_ms = Option(
        LONG,
        -2,
        "With tiered storage, the age up to which segments stay here; -2 means retention.ms.",
        at_least(-2),
        server_names=("log.local.retention.ms",),
    )
    local_retention_bytes = Option(
        LONG,
        -2,
        "With tiered storage, the bytes of a partition that stay here; -2 means retention.bytes.",
        at_least(-2),
        server_names=("log.local.retention.bytes",),
    )
    remote_log_copy_disable = Option(BOOLEAN, False, "Whether nothing more is copied to the second tier.")
    remote_copy_lag_ms = Option(
        LONG,
        0,
        "With tiered storage, how far copying may lag behind in time.",
        at_least(-1),
        server_names=("log.remote.copy.lag.ms",),
    )
    remote_copy_lag_bytes = Option(
        LONG,
        -1,
        "With tiered storage, how far copying may lag behind in bytes.",
        at_least(-1),
        server_names=("log.remote.copy.lag.bytes",),
    )
    remote_log_delete_on_disable = Option(
        BOOLEAN, False, "Whether the second tier's data goes when tiered storage is turned off."
    )

    # Others
    errors_deadletterqueue_group_enable = Option(
        BOOLEAN, False, "Whether share groups may use this topic as a dead letter queue."
    )
    internal_segment_bytes = Option(INT, None, "segment.bytes without its lower limit, for tests.", internal=True)

    overrides: Mapping[str, str]

    def __init__(self, overrides: Mapping[str, str], broker: BrokerConfig) -> None:
        self.overrides = MappingProxyType(dict(overrides))
        self._broker = broker

    @classmethod
    def of(cls, overrides: Mapping[str, str], broker: BrokerConfig) -> Self:
        """Check and build. Raises ConfigError with the texts of Kafka's LogConfig.validate."""
        for name in overrides:
            if cls.option(name) is None:
                raise ConfigError(f"Unknown topic config name: {name}")
        config = cls(overrides, broker)
        if overrides:
            for option in cls.options():
                if option.name in overrides:
                    getattr(config, option.attribute)
            config._check_together()
        return config

    def resolve(self, option: Option[Any]) -> Any:
        text = self.overrides.get(option.name)
        return self.inherited(option) if text is None else option.parse(text)

    def inherited(self, option: Option[Any]) -> Any:
        """Look up what this option is on a topic without an override."""
        for name in option.server_names:
            value = self._broker.value(name)
            if value is not None:
                unit = MILLISECONDS.get(name.rpartition(".")[2])
                value = value if unit is None else value * unit
                return max(value, -1) if name.startswith("log.retention.") else value
        return option.default

    @property
    def segment_size(self) -> int:
        """The size in bytes at which a segment is closed."""
        return self.segment_bytes if self.internal_segment_bytes is None else self.internal_segment_bytes

    @property
    def max_segment_ms(self) -> int:
        """The age at which a segment is closed: compaction must come to every record in time."""
        return min(self.max_compaction_lag_ms, self.segment_ms) if "compact" in self.cleanup_policy else self.segment_ms

    def _check_together(self) -> None:
        least, most = self.min_compaction_lag_ms, self.max_compaction_lag_ms
        if least > most:
            raise ConfigError(
                f"conflict topic config setting min.compaction.lag.ms ({least}) > max.compaction.lag.ms ({most})"
            )
        if self.remote_storage_enable:
            raise ConfigError(
                "Tiered Storage functionality is disabled in the broker."
                " Topic cannot be configured with remote log storage."
            )
