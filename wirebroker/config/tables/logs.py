"""Broker options of logs; most of them give the default of a topic's option.

Kafka keeps them in ServerLogConfigs, LogConfig, CleanerConfig, MetadataLogConfig and others.
"""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, DOUBLE, INT, LIST, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import (
    CLEANUP_POLICY,
    COMPRESSION_TYPE,
    MAX_DOUBLE,
    MAX_LONG,
    TIMESTAMP_TYPE,
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
    log_dirs = Option(
        LIST, None, "The data directories; the first holds the cluster's metadata.", ListOf(may_be_empty=False)
    )

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

    # Retention
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
    log_initial_task_delay_ms = Option(
        LONG, 30000, "How long after the start the work on logs begins.", at_least(0), internal=True
    )
    log_segment_delete_delay_ms = Option(
        LONG,
        60000,
        "How long a deleted segment's files stay on the disk under another name.",
        at_least(0),
        CLUSTER_WIDE,
    )

    # Compaction
    log_cleanup_policy = Option(
        LIST,
        ("delete",),
        "What becomes of old segments: delete, compact, both, or (empty) nothing.",
        CLEANUP_POLICY,
        CLUSTER_WIDE,
    )
    log_cleaner_enable = Option(BOOLEAN, True, "Whether compaction runs at all.")
    log_cleaner_backoff_ms = Option(
        LONG, 15000, "How long compaction rests when there was nothing to compact.", at_least(0), CLUSTER_WIDE
    )
    log_cleaner_dedupe_buffer_size = Option(
        LONG, 134_217_728, "Memory for the keys of the part that is compacted.", update_mode=CLUSTER_WIDE
    )
    log_cleaner_io_buffer_load_factor = Option(
        DOUBLE, 0.9, "How full the memory for keys may get.", update_mode=CLUSTER_WIDE
    )
    log_cleaner_threads = Option(
        INT, 1, "Compactions at a time; they share the memory for keys and for reading.", at_least(0), CLUSTER_WIDE
    )
    log_cleaner_io_buffer_size = Option(
        INT,
        524_288,
        "Memory for reading and writing while compacting: half of it is read at once.",
        at_least(0),
        CLUSTER_WIDE,
    )
    log_cleaner_io_max_bytes_per_second = Option(
        DOUBLE, MAX_DOUBLE, "Bytes a second that compaction may read and write.", update_mode=CLUSTER_WIDE
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

    # Stable storage
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

    # Idempotent producers
    producer_id_expiration_ms = Option(
        INT, 86_400_000, "A producer that has been silent for this long is forgotten.", at_least(1), CLUSTER_WIDE
    )
    producer_id_expiration_check_interval_ms = Option(
        INT, 600_000, "How often silent producers are looked for.", at_least(1), internal=True
    )
