"""Broker options of logs; most of them give the default of a topic's option.

Kafka keeps them in ServerLogConfigs, LogConfig, CleanerConfig, MetadataLogConfig and others.
"""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, DOUBLE, INT, LIST, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import (
    CLEANUP_POLICY,
    COMPRESSION_TYPE,
    GZIP_LEVEL,
    LZ4_LEVEL,
    MAX_LONG,
    TIMESTAMP_TYPE,
    ZSTD_LEVEL,
    ListOf,
    at_least,
    between,
)


class LogOptions(OptionTable):
    # Where
    log_dir = Option(
        LIST,
        ("/tmp/kafka-logs",),  # noqa: S108 - Kafka's default; --data-dir or its default always comes before it
        "The data directory, where log.dirs is not set.",
        ListOf(may_be_empty=False),
    )
    log_dirs = Option(LIST, None, "The data directories. One is used here: the first.", ListOf(may_be_empty=False))

    # Segments
    log_segment_bytes = Option(
        INT,
        1_073_741_824,
        "A segment that reaches this size is closed and a new one begins.",
        at_least(1_048_576),
        CLUSTER_WIDE,
    )
    log_roll_ms = Option(
        LONG,
        None,
        "A segment older than this is closed even if it is small; comes before log.roll.hours.",
        update_mode=CLUSTER_WIDE,
    )
    log_roll_hours = Option(INT, 168, "The same in hours.", at_least(1))
    log_roll_jitter_ms = Option(
        LONG,
        None,
        "The most that is taken at random from the age at which a segment is closed.",
        update_mode=CLUSTER_WIDE,
    )
    log_roll_jitter_hours = Option(INT, 0, "The same in hours.", at_least(0))
    log_index_size_max_bytes = Option(
        INT, 10_485_760, "The largest index file of a segment.", at_least(4), CLUSTER_WIDE
    )
    log_index_interval_bytes = Option(
        INT,
        4096,
        "About how many bytes of records lie between two entries of the offset index.",
        at_least(0),
        CLUSTER_WIDE,
    )
    log_preallocate = Option(
        BOOLEAN, False, "Whether a new segment's file is given its full size at once.", update_mode=CLUSTER_WIDE
    )
    log_segment_delete_delay_ms = Option(
        LONG,
        60000,
        "How long a deleted segment's files stay on the disk under another name.",
        at_least(0),
        CLUSTER_WIDE,
    )

    # Retention and compaction
    log_cleanup_policy = Option(
        LIST,
        ("delete",),
        "What becomes of old segments: delete, compact, both, or (empty) nothing.",
        CLEANUP_POLICY,
        CLUSTER_WIDE,
    )
    log_retention_bytes = Option(
        LONG, -1, "A partition's size above which its oldest segments go; -1 means no limit.", update_mode=CLUSTER_WIDE
    )
    log_retention_ms = Option(
        LONG,
        None,
        "The age at which segments go; -1 means never. Comes before log.retention.minutes and .hours.",
        update_mode=CLUSTER_WIDE,
    )
    log_retention_minutes = Option(INT, None, "The same in minutes; comes before log.retention.hours.")
    log_retention_hours = Option(INT, 168, "The same in hours.")
    log_retention_check_interval_ms = Option(
        LONG, 300_000, "How often segments are looked through for old ones.", at_least(1)
    )
    log_cleaner_enable = Option(BOOLEAN, True, "Whether compaction runs at all.")
    log_cleaner_backoff_ms = Option(
        LONG, 15000, "How long compaction rests when there was nothing to compact.", at_least(0), CLUSTER_WIDE
    )
    log_cleaner_delete_retention_ms = Option(
        LONG,
        86_400_000,
        "How long a tombstone stays, so that a reader from the beginning can see it.",
        at_least(0),
        CLUSTER_WIDE,
    )
    log_cleaner_min_cleanable_ratio = Option(
        DOUBLE,
        0.5,
        "The part of a log that must be uncompacted before it is compacted again.",
        between(0, 1),
        CLUSTER_WIDE,
    )
    log_cleaner_min_compaction_lag_ms = Option(
        LONG, 0, "A record younger than this is not compacted away.", at_least(0), CLUSTER_WIDE
    )
    log_cleaner_max_compaction_lag_ms = Option(
        LONG,
        MAX_LONG,
        "A record older than this is compacted though the ratio does not ask for it.",
        at_least(1),
        CLUSTER_WIDE,
    )

    # Durability
    log_flush_interval_messages = Option(
        LONG, MAX_LONG, "An fsync after this many records in a partition.", at_least(1), CLUSTER_WIDE
    )
    log_flush_interval_ms = Option(
        LONG,
        None,
        "An fsync at the latest this long after a record; unset, log.flush.scheduler.interval.ms.",
        update_mode=CLUSTER_WIDE,
    )
    log_flush_scheduler_interval_ms = Option(
        LONG, MAX_LONG, "How often logs are looked through for such as need an fsync."
    )
    log_flush_offset_checkpoint_interval_ms = Option(
        INT, 60000, "How often the offset up to which logs are safely on disk is noted.", at_least(0)
    )
    log_flush_start_offset_checkpoint_interval_ms = Option(
        INT, 60000, "How often the first offset of the logs is noted.", at_least(0)
    )
    min_insync_replicas = Option(INT, 1, "In-sync replicas that an acks=all write needs.", at_least(1), CLUSTER_WIDE)
    unclean_leader_election_enable = Option(
        BOOLEAN,
        False,
        "Whether a replica that is not in sync may become leader when there is no other.",
        update_mode=CLUSTER_WIDE,
    )

    # Records
    message_max_bytes = Option(INT, 1_048_588, "The largest record batch, as it arrives.", at_least(0), CLUSTER_WIDE)
    max_decompressed_message_bytes = Option(
        INT, 2_147_483_639, "The largest record batch once decompressed.", between(1, 2_147_483_639), CLUSTER_WIDE
    )
    log_message_timestamp_type = Option(
        STRING,
        "CreateTime",
        "Whether a record keeps its producer's timestamp (CreateTime) or gets the broker's (LogAppendTime).",
        TIMESTAMP_TYPE,
        CLUSTER_WIDE,
    )
    log_message_timestamp_before_max_ms = Option(
        LONG, MAX_LONG, "How far a producer's timestamp may lie behind the broker's clock.", at_least(0), CLUSTER_WIDE
    )
    log_message_timestamp_after_max_ms = Option(
        LONG,
        3_600_000,
        "How far a producer's timestamp may run ahead of the broker's clock.",
        at_least(0),
        CLUSTER_WIDE,
    )
    compression_type = Option(
        STRING,
        "producer",
        "How batches are compressed in the log; producer keeps them as they come.",
        COMPRESSION_TYPE,
        CLUSTER_WIDE,
    )
    compression_gzip_level = Option(
        INT, -1, "The level of gzip, where the broker compresses.", GZIP_LEVEL, CLUSTER_WIDE
    )
    compression_lz4_level = Option(INT, 9, "The level of lz4, where the broker compresses.", LZ4_LEVEL, CLUSTER_WIDE)
    compression_zstd_level = Option(INT, 3, "The level of zstd, where the broker compresses.", ZSTD_LEVEL, CLUSTER_WIDE)

    # Idempotent producers
    producer_id_expiration_ms = Option(
        INT, 86_400_000, "A producer that has been silent for this long is forgotten.", at_least(1), CLUSTER_WIDE
    )
    producer_id_expiration_check_interval_ms = Option(
        INT, 600_000, "How often silent producers are looked for.", at_least(1), internal=True
    )

    # Tiers, which topics inherit
    log_local_retention_bytes = Option(
        LONG,
        -2,
        "With tiered storage, the bytes of a partition that stay here; -2 means retention.bytes.",
        at_least(-2),
        CLUSTER_WIDE,
    )
    log_local_retention_ms = Option(
        LONG,
        -2,
        "With tiered storage, the age up to which segments stay here; -2 means retention.ms.",
        at_least(-2),
        CLUSTER_WIDE,
    )
    log_remote_copy_lag_bytes = Option(
        LONG, -1, "With tiered storage, how far copying may lag behind in bytes.", at_least(-1), CLUSTER_WIDE
    )
    log_remote_copy_lag_ms = Option(
        LONG, 0, "With tiered storage, how far copying may lag behind in time.", at_least(-1), CLUSTER_WIDE
    )

    # The metadata log
    metadata_log_dir = Option(STRING, None, "Where the metadata log lies; unset, in the data directory.")
    metadata_log_segment_bytes = Option(
        INT, 1_073_741_824, "The size at which a segment of the metadata log is closed.", at_least(8_388_608)
    )
    metadata_log_segment_ms = Option(LONG, 604_800_000, "The age at which a segment of the metadata log is closed.")
    metadata_log_max_record_bytes_between_snapshots = Option(
        LONG, 20_971_520, "Bytes of metadata records after which a snapshot is written.", at_least(1)
    )
    metadata_log_max_snapshot_interval_ms = Option(
        LONG, 3_600_000, "The longest time between two snapshots of the metadata; 0 means no limit.", at_least(0)
    )
    metadata_max_retention_bytes = Option(LONG, 104_857_600, "Bytes of metadata log and snapshots that are kept.")
    metadata_max_retention_ms = Option(LONG, 604_800_000, "How long metadata log and snapshots are kept.")
