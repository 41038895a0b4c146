"""Share groups, streams groups, and the coordinators' inner workings."""

from wirebroker.config.option import BOOLEAN, CLASS, CLUSTER_WIDE, INT, LIST, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import ANY_LIST, MAX_INT, ListOf, OneOfAnyCase, at_least, between


class GroupOptions(OptionTable):
    # The coordinator's own work
    group_coordinator_append_linger_ms = Option(
        INT,
        -1,
        "How long records of coordinators are gathered before they are written; -1 decides by itself.",
        at_least(-1),
    )
    group_coordinator_background_threads = Option(INT, 2, "Threads for assignments and other long work.", at_least(1))
    group_coordinator_cached_buffer_max_bytes = Option(
        INT, 1_048_588, "The largest write buffer that is kept for reuse.", at_least(524_288), CLUSTER_WIDE
    )
    group_coordinator_threads = Option(INT, 4, "Threads that run group coordinators.", at_least(1))
    group_consumer_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        update_mode=CLUSTER_WIDE,
        internal=True,
    )
    group_coordinator_rebalance_protocols = Option(
        LIST,
        ("classic", "consumer", "streams"),
        "The kinds of groups that are served.",
        ListOf("consumer", "classic", "share", "streams", may_be_empty=False),
    )

    # Committed offsets
    offsets_topic_compression_codec = Option(
        INT, 0, "How the coordinator compresses its records: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."
    )
    offsets_commit_timeout_ms = Option(
        INT, 5000, "How long a commit may wait for the replicas of __consumer_offsets.", at_least(1)
    )
    offsets_load_buffer_size = Option(
        INT, 5_242_880, "Bytes read at a time when groups are loaded from __consumer_offsets.", at_least(1)
    )

    # Consumer groups (KIP-848)
    group_consumer_heartbeat_interval_ms = Option(
        INT, 5000, "How often members are told to send heartbeats.", at_least(1)
    )
    group_consumer_min_heartbeat_interval_ms = Option(
        INT, 5000, "The least heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_consumer_max_heartbeat_interval_ms = Option(
        INT, 15000, "The greatest heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_consumer_session_timeout_ms = Option(
        INT, 45000, "How long a member may be silent before it is removed.", at_least(1)
    )
    group_consumer_min_session_timeout_ms = Option(
        INT, 45000, "The least session timeout that a group's own setting may have.", at_least(1)
    )
    group_consumer_max_session_timeout_ms = Option(
        INT, 60000, "The greatest session timeout that a group's own setting may have.", at_least(1)
    )
    group_consumer_max_size = Option(INT, MAX_INT, "The most members of a consumer group.", at_least(1))
    group_consumer_assignors = Option(
        LIST,
        ("uniform", "range"),
        "The assignors on the broker; the first is taken where a member names none.",
        ListOf(may_be_empty=False),
    )
    group_consumer_assignment_interval_ms = Option(
        INT, 1000, "The shortest time between two assignments of a group.", at_least(0), CLUSTER_WIDE
    )
    group_consumer_min_assignment_interval_ms = Option(
        INT, 0, "The least assignment interval that a group's own setting may have.", at_least(0)
    )
    group_consumer_max_assignment_interval_ms = Option(
        INT, 15000, "The greatest assignment interval that a group's own setting may have.", at_least(0)
    )
    group_consumer_migration_policy = Option(
        STRING,
        "bidirectional",
        "Which ways a group may change between the classic and the consumer protocol.",
        OneOfAnyCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"),
    )
    group_consumer_regex_refresh_interval_ms = Option(
        INT, 600_000, "How often patterns of topic names are matched again.", at_least(10000), internal=True
    )

    # Share groups (KIP-932)
    group_share_session_timeout_ms = Option(
        INT, 45000, "How long a member may be silent before it is removed.", at_least(1)
    )
    group_share_min_session_timeout_ms = Option(
        INT, 45000, "The least session timeout that a group's own setting may have.", at_least(1)
    )
    group_share_max_session_timeout_ms = Option(
        INT, 60000, "The greatest session timeout that a group's own setting may have.", at_least(1)
    )
    group_share_heartbeat_interval_ms = Option(INT, 5000, "How often members are told to send heartbeats.", at_least(1))
    group_share_min_heartbeat_interval_ms = Option(
        INT, 5000, "The least heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_share_max_heartbeat_interval_ms = Option(
        INT, 15000, "The greatest heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_share_assignment_interval_ms = Option(
        INT, 1000, "The shortest time between two assignments of a group.", at_least(0), CLUSTER_WIDE
    )
    group_share_min_assignment_interval_ms = Option(
        INT, 0, "The least assignment interval that a group's own setting may have.", at_least(0)
    )
    group_share_max_assignment_interval_ms = Option(
        INT, 15000, "The greatest assignment interval that a group's own setting may have.", at_least(0)
    )
    group_share_assignors = Option(LIST, ("simple",), "The assignor of share groups.", ListOf(may_be_empty=False))
    group_share_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        update_mode=CLUSTER_WIDE,
        internal=True,
    )
    group_share_max_size = Option(INT, 200, "The most members of a share group.", between(1, 1000))
    group_share_max_share_sessions = Option(INT, 2000, "Share sessions kept at a time.", at_least(1))
    group_share_delivery_count_limit = Option(
        INT, 5, "How often a record is handed out before it is given up.", between(2, 10)
    )
    group_share_min_delivery_count_limit = Option(
        INT, 2, "The least delivery count limit that a group's own setting may have.", between(2, 5)
    )
    group_share_max_delivery_count_limit = Option(
        INT, 10, "The greatest delivery count limit that a group's own setting may have.", between(5, 25)
    )
    group_share_record_lock_duration_ms = Option(
        INT, 30000, "How long a record that was handed out stays reserved for its receiver.", between(1000, 3_600_000)
    )
    group_share_min_record_lock_duration_ms = Option(
        INT, 15000, "The shortest reservation that a group's own setting may ask for.", between(1000, 30000)
    )
    group_share_max_record_lock_duration_ms = Option(
        INT, 60000, "The longest reservation that a group's own setting may ask for.", between(30000, 3_600_000)
    )
    group_share_partition_max_record_locks = Option(
        INT, 2000, "Records of a partition that may be handed out at a time.", between(100, 10000)
    )
    group_share_min_partition_max_record_locks = Option(
        INT, 100, "The least such number that a group's own setting may have.", between(100, 2000)
    )
    group_share_max_partition_max_record_locks = Option(
        INT, 4000, "The greatest such number that a group's own setting may have.", between(2000, 10000)
    )
    group_share_persister_class_name = Option(
        STRING,
        "org.apache.kafka.server.share.persister.DefaultStatePersister",
        "The class that keeps the state of share groups.",
        internal=True,
    )
    group_share_dlq_manager_class_name = Option(
        STRING,
        "org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager",
        "The class that writes dead letter queues.",
        internal=True,
    )
    group_share_initialize_retry_interval_ms = Option(
        INT, 30000, "How long until setting up a share partition is tried again.", at_least(1), internal=True
    )
    errors_deadletterqueue_auto_create_topics_enable = Option(
        BOOLEAN, False, "Whether dead letter queues are created when needed.", update_mode=CLUSTER_WIDE
    )
    errors_deadletterqueue_topic_name_prefix = Option(
        STRING, "dlq.", "How names of dead letter queues must begin.", update_mode=CLUSTER_WIDE
    )

    # The state of share groups
    share_coordinator_append_linger_ms = Option(
        INT, -1, "How long state records are gathered before they are written; -1 decides by itself.", at_least(-1)
    )
    share_coordinator_cached_buffer_max_bytes = Option(
        INT, 1_048_588, "The largest write buffer that is kept for reuse.", at_least(524_288), CLUSTER_WIDE
    )
    share_coordinator_cold_partition_snapshot_interval_ms = Option(
        INT, 300_000, "How often the state of quiet partitions is written anew.", at_least(1), internal=True
    )
    share_coordinator_load_buffer_size = Option(
        INT, 5_242_880, "Bytes read at a time when state is loaded from __share_group_state.", at_least(1)
    )
    share_coordinator_snapshot_update_records_per_snapshot = Option(
        INT, 500, "Changes of state between two full pictures of it.", between(0, 500)
    )
    share_coordinator_state_topic_compression_codec = Option(
        INT, 0, "How state records are compressed: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."
    )
    share_coordinator_state_topic_prune_interval_ms = Option(
        INT, 300_000, "How often outdated state is deleted.", at_least(1), internal=True
    )
    share_coordinator_threads = Option(INT, 1, "Threads that run share coordinators.", at_least(1))
    share_coordinator_write_timeout_ms = Option(INT, 5000, "How long writing state may take.", at_least(1))
    share_fetch_purgatory_purge_interval_requests = Option(
        INT, 1000, "Finished waiting share fetches after which their list is tidied."
    )

    # Streams groups (KIP-1071)
    group_streams_session_timeout_ms = Option(
        INT, 45000, "How long a member may be silent before it is removed.", at_least(1)
    )
    group_streams_min_session_timeout_ms = Option(
        INT, 45000, "The least session timeout that a group's own setting may have.", at_least(1)
    )
    group_streams_max_session_timeout_ms = Option(
        INT, 60000, "The greatest session timeout that a group's own setting may have.", at_least(1)
    )
    group_streams_heartbeat_interval_ms = Option(
        INT, 5000, "How often members are told to send heartbeats.", at_least(1)
    )
    group_streams_min_heartbeat_interval_ms = Option(
        INT, 5000, "The least heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_streams_max_heartbeat_interval_ms = Option(
        INT, 15000, "The greatest heartbeat interval that a group's own setting may have.", at_least(1)
    )
    group_streams_assignment_interval_ms = Option(
        INT, 1000, "The shortest time between two assignments of a group.", at_least(0), CLUSTER_WIDE
    )
    group_streams_min_assignment_interval_ms = Option(
        INT, 0, "The least assignment interval that a group's own setting may have.", at_least(0)
    )
    group_streams_max_assignment_interval_ms = Option(
        INT, 15000, "The greatest assignment interval that a group's own setting may have.", at_least(0)
    )
    group_streams_task_offset_interval_ms = Option(
        INT, 60000, "How often members report their tasks' offsets.", at_least(1), internal=True
    )
    group_streams_min_task_offset_interval_ms = Option(
        INT, 15000, "The least such interval that a group's own setting may have.", at_least(1), internal=True
    )
    group_streams_initial_rebalance_delay_ms = Option(
        INT, 3000, "How long the first rebalance of an empty group waits for further members.", at_least(0)
    )
    group_streams_assignors = Option(
        LIST,
        ("sticky",),
        "The assignors on the broker; the first is taken where a group names none.",
        ListOf(may_be_empty=False),
    )
    group_streams_assignor_offload_enable = Option(
        BOOLEAN,
        True,
        "Whether assignments are computed beside the coordinator.",
        update_mode=CLUSTER_WIDE,
        internal=True,
    )
    group_streams_max_size = Option(INT, MAX_INT, "The most members of a streams group.", at_least(1))
    group_streams_num_standby_replicas = Option(INT, 0, "Standby copies of each stateful task.", at_least(0))
    group_streams_max_standby_replicas = Option(
        INT, 2, "The most standby copies that a group's own setting may ask for.", at_least(0)
    )
    group_streams_num_warmup_replicas = Option(
        INT, 2, "Tasks that may warm up elsewhere at a time.", at_least(0), internal=True
    )
    group_streams_max_warmup_replicas = Option(
        INT, 20, "The most of them that a group's own setting may ask for.", at_least(0), internal=True
    )
    group_streams_acceptable_recovery_lag = Option(
        LONG, 10000, "How many records a copy may lag behind and still count as caught up.", at_least(0), internal=True
    )
    group_streams_rack_aware_assignment_tags = Option(
        LIST, (), "Client tags over which standby copies are spread.", ANY_LIST
    )
    group_streams_topology_description_plugin_class = Option(CLASS, None, "The class that is told of topologies.")
