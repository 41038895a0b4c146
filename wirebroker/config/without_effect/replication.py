"""Replication between brokers, and data directories."""

from wirebroker.config.option import CLUSTER_WIDE, INT, LIST, LONG, PER_BROKER, STRING, Option, OptionTable
from wirebroker.config.validators import ANY_LIST, MAX_LONG, at_least


class ReplicationOptions(OptionTable):
    # Fetching from leaders
    num_replica_fetchers = Option(INT, 1, "Threads for each leader that is fetched from.", at_least(1), CLUSTER_WIDE)
    replica_fetch_backoff_ms = Option(INT, 1000, "The pause after a failed fetch.", at_least(0))
    replica_fetch_max_bytes = Option(INT, 1_048_576, "The most bytes of one partition in a fetch.", at_least(0))
    replica_fetch_min_bytes = Option(INT, 1, "The least bytes for which a fetch is answered at once.")
    replica_fetch_response_max_bytes = Option(INT, 10_485_760, "The most bytes of a whole fetch.", at_least(0))
    replica_fetch_wait_max_ms = Option(INT, 500, "How long a fetch waits for replica.fetch.min.bytes.")
    replica_socket_receive_buffer_bytes = Option(INT, 65536, "SO_RCVBUF of connections to leaders.")
    replica_socket_timeout_ms = Option(INT, 30000, "How long a connection to a leader waits for an answer.")
    replica_lag_time_max_ms = Option(LONG, 30000, "How long a follower may lag behind before it is out of sync.")
    replica_high_watermark_checkpoint_interval_ms = Option(
        LONG, 5000, "How often high watermarks are noted on the disk."
    )
    replica_selector_class = Option(STRING, None, "The class that chooses which replica a consumer reads from.")

    # Throttles
    replication_quota_window_num = Option(INT, 11, "Samples kept of replication throttles.", at_least(1))
    replication_quota_window_size_seconds = Option(INT, 1, "The time that one sample of these covers.", at_least(1))

    # Directories
    num_replica_alter_log_dirs_threads = Option(INT, None, "Threads that move replicas between directories.")
    alter_log_dirs_replication_quota_window_num = Option(INT, 11, "Samples kept of that limit.", at_least(1))
    alter_log_dirs_replication_quota_window_size_seconds = Option(
        INT, 1, "The time that one sample of it covers.", at_least(1)
    )
    cordoned_log_dirs = Option(LIST, (), "Directories that get no new replicas.", ANY_LIST, PER_BROKER)
    log_dir_failure_timeout_ms = Option(
        LONG, 30000, "How long a failed directory may stay unreported before the broker stops.", at_least(1)
    )
    num_recovery_threads_per_data_dir = Option(
        INT, 2, "Threads of each directory for recovery at the start.", at_least(1), CLUSTER_WIDE
    )


class DynamicOnlyOptions(OptionTable):
    """Options that can be set on a running broker only (DynamicConfig.Broker), and are not listed among the others."""

    leader_replication_throttled_rate = Option(
        LONG, MAX_LONG, "Bytes a second that throttled leaders send.", at_least(0), CLUSTER_WIDE
    )
    follower_replication_throttled_rate = Option(
        LONG, MAX_LONG, "Bytes a second that throttled followers fetch.", at_least(0), CLUSTER_WIDE
    )
    replica_alter_log_dirs_io_max_bytes_per_second = Option(
        LONG, MAX_LONG, "Bytes a second that moving replicas may take.", at_least(0), CLUSTER_WIDE
    )
