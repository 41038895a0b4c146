"""Broker options that topics inherit and DescribeConfigs shows, and that nothing acts on yet.

An option that something begins to act on moves to LogOptions.
"""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, INT, LONG, Option, OptionTable
from wirebroker.config.validators import GZIP_LEVEL, LZ4_LEVEL, ZSTD_LEVEL, at_least


class InheritedOptions(OptionTable):
    # Segments
    log_preallocate = Option(
        BOOLEAN, False, "Whether a new segment's file is given its full size at once.", update_mode=CLUSTER_WIDE
    )

    # Replicas
    min_insync_replicas = Option(INT, 1, "In-sync replicas that an acks=all write needs.", at_least(1), CLUSTER_WIDE)
    unclean_leader_election_enable = Option(
        BOOLEAN,
        False,
        "Whether a replica that is not in sync may become leader when there is no other.",
        update_mode=CLUSTER_WIDE,
    )

    # Compression
    compression_gzip_level = Option(
        INT, -1, "The level of gzip, where the broker compresses.", GZIP_LEVEL, CLUSTER_WIDE
    )
    compression_lz4_level = Option(INT, 9, "The level of lz4, where the broker compresses.", LZ4_LEVEL, CLUSTER_WIDE)
    compression_zstd_level = Option(INT, 3, "The level of zstd, where the broker compresses.", ZSTD_LEVEL, CLUSTER_WIDE)

    # Tiered storage
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
