"""Tiered storage (KIP-405)."""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, DOUBLE, INT, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import MAX_LONG, NON_EMPTY, at_least, between


class RemoteStorageOptions(OptionTable):
    # Tiered storage
    remote_log_storage_system_enable = Option(BOOLEAN, False, "Whether tiered storage is on.")
    remote_log_storage_manager_class_name = Option(STRING, None, "The class that stores segments elsewhere.", NON_EMPTY)
    remote_log_storage_manager_class_path = Option(STRING, None, "Where that class and what it needs lie.")
    remote_log_storage_manager_impl_prefix = Option(
        STRING, "rsm.config.", "How names of options for that class begin.", NON_EMPTY
    )
    remote_log_metadata_manager_class_name = Option(
        STRING,
        "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
        "The class that keeps what is stored where.",
        NON_EMPTY,
    )
    remote_log_metadata_manager_class_path = Option(STRING, None, "Where that class and what it needs lie.")
    remote_log_metadata_manager_impl_prefix = Option(
        STRING, "rlmm.config.", "How names of options for that class begin.", NON_EMPTY
    )
    remote_log_metadata_manager_listener_name = Option(STRING, None, "The listener that class connects to.", NON_EMPTY)
    remote_log_metadata_custom_metadata_max_bytes = Option(
        INT, 128, "The most that the storing class may note of its own beside a segment.", at_least(0)
    )

    # Copying and reading
    remote_log_manager_thread_pool_size = Option(INT, 2, "Threads for tasks of tiered storage.", at_least(1))
    remote_log_manager_copier_thread_pool_size = Option(
        INT, 10, "Threads that copy segments.", at_least(1), CLUSTER_WIDE
    )
    remote_log_manager_expiration_thread_pool_size = Option(
        INT, 10, "Threads that delete old segments.", at_least(1), CLUSTER_WIDE
    )
    remote_log_manager_follower_thread_pool_size = Option(
        INT, 2, "Threads that keep followers up to date about what is stored.", at_least(1), CLUSTER_WIDE
    )
    remote_log_manager_task_interval_ms = Option(
        LONG, 30000, "How often there is looked for something to copy or delete.", at_least(1)
    )
    remote_log_manager_task_retry_backoff_ms = Option(
        LONG, 500, "The first pause after a failure.", at_least(1), internal=True
    )
    remote_log_manager_task_retry_backoff_max_ms = Option(
        LONG, 30000, "The longest pause after failures.", at_least(1), internal=True
    )
    remote_log_manager_task_retry_jitter = Option(
        DOUBLE, 0.2, "The part of these pauses that is random.", between(0, 0.5), internal=True
    )
    remote_log_manager_copy_max_bytes_per_second = Option(
        LONG, MAX_LONG, "Bytes a second that copying may take.", at_least(1), CLUSTER_WIDE
    )
    remote_log_manager_copy_quota_window_num = Option(INT, 11, "Samples kept of that limit.", at_least(1))
    remote_log_manager_copy_quota_window_size_seconds = Option(
        INT, 1, "The time that one sample of it covers.", at_least(1)
    )
    remote_log_manager_fetch_max_bytes_per_second = Option(
        LONG, MAX_LONG, "Bytes a second that reading back may take.", at_least(1), CLUSTER_WIDE
    )
    remote_log_manager_fetch_quota_window_num = Option(INT, 11, "Samples kept of that limit.", at_least(1))
    remote_log_manager_fetch_quota_window_size_seconds = Option(
        INT, 1, "The time that one sample of it covers.", at_least(1)
    )
    remote_log_index_file_cache_total_size_bytes = Option(
        LONG, 1_073_741_824, "Room for index files fetched back.", at_least(1), CLUSTER_WIDE
    )
    remote_log_index_file_cache_ttl_ms = Option(
        LONG,
        900_000,
        "How long an index file that is not used is kept; -1 means until there is no room.",
        at_least(-1),
        internal=True,
    )
    remote_log_reader_threads = Option(INT, 10, "Threads that read back for fetches.", at_least(1), CLUSTER_WIDE)
    remote_log_reader_max_pending_tasks = Option(INT, 100, "Reads that may wait for such a thread.", at_least(1))
    remote_fetch_max_wait_ms = Option(
        INT, 500, "How long a fetch waits for data of the second tier.", at_least(1), CLUSTER_WIDE
    )
    remote_list_offsets_request_timeout_ms = Option(
        LONG, 30000, "How long ListOffsets waits for the second tier.", at_least(1), CLUSTER_WIDE
    )
    follower_fetch_last_tiered_offset_enable = Option(
        BOOLEAN, False, "Whether a new follower begins after what lies in the second tier.", update_mode=CLUSTER_WIDE
    )
