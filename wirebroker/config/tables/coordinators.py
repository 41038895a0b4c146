"""Broker options of groups, committed offsets and transactions.

Kafka keeps them in GroupCoordinatorConfig, TransactionLogConfig, TransactionStateManagerConfig and others.
"""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, INT, LIST, LONG, SHORT, STRING, Option, OptionTable
from wirebroker.config.validators import MAX_INT, ListOf, OneOfAnyCase, at_least


class CoordinatorOptions(OptionTable):
    # Groups of the classic protocol
    group_min_session_timeout_ms = Option(INT, 6000, "The shortest session timeout a member may ask for.")
    group_max_session_timeout_ms = Option(INT, 1_800_000, "The longest session timeout a member may ask for.")
    group_initial_rebalance_delay_ms = Option(
        INT, 3000, "How long the first rebalance of an empty group waits for further members."
    )
    group_max_size = Option(INT, MAX_INT, "The most members of a group.", at_least(1))
    group_coordinator_rebalance_protocols = Option(
        LIST,
        ("classic", "consumer", "streams"),
        "The kinds of groups that are served.",
        ListOf("consumer", "classic", "share", "streams", may_be_empty=False),
    )

    # Groups of the consumer protocol (KIP-848)
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

    # Committed offsets
    offset_metadata_max_bytes = Option(INT, 4096, "The longest text that may be committed beside an offset.")
    offsets_topic_num_partitions = Option(
        INT, 50, "Partitions of __consumer_offsets. Not to be changed once there is data.", at_least(1)
    )
    offsets_topic_replication_factor = Option(SHORT, 3, "Replicas of __consumer_offsets.", at_least(1))
    offsets_topic_segment_bytes = Option(INT, 104_857_600, "Segment size of __consumer_offsets.", at_least(1))
    offsets_topic_compression_codec = Option(
        INT, 0, "How the coordinator compresses its records: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."
    )
    offsets_commit_timeout_ms = Option(
        INT, 5000, "How long a commit may wait for the replicas of __consumer_offsets.", at_least(1)
    )
    offsets_retention_minutes = Option(INT, 10080, "How long offsets of an empty group are kept.", at_least(1))
    offsets_retention_check_interval_ms = Option(LONG, 600_000, "How often old offsets are looked for.", at_least(1))
    offsets_load_buffer_size = Option(
        INT, 5_242_880, "Bytes read at a time when groups are loaded from __consumer_offsets.", at_least(1)
    )

    # Transactions
    transactional_id_expiration_ms = Option(
        INT, 604_800_000, "A transactional id that has been unused for this long is forgotten.", at_least(1)
    )
    transaction_max_timeout_ms = Option(
        INT, 900_000, "The longest transaction timeout a producer may ask for.", at_least(1)
    )
    transaction_state_log_num_partitions = Option(
        INT, 50, "Partitions of __transaction_state. Not to be changed once there is data.", at_least(1)
    )
    transaction_state_log_replication_factor = Option(SHORT, 3, "Replicas of __transaction_state.", at_least(1))
    transaction_state_log_segment_bytes = Option(INT, 104_857_600, "Segment size of __transaction_state.", at_least(1))
    transaction_state_log_min_isr = Option(INT, 2, "min.insync.replicas of __transaction_state.", at_least(1))
    transaction_abort_timed_out_transaction_cleanup_interval_ms = Option(
        INT, 10000, "How often timed out transactions are looked for.", at_least(1)
    )
    transaction_remove_expired_transaction_cleanup_interval_ms = Option(
        INT, 3_600_000, "How often unused transactional ids are looked for.", at_least(1)
    )
    transaction_partition_verification_enable = Option(
        BOOLEAN,
        True,
        "Whether a write is checked to belong to a transaction that is under way (KIP-890).",
        update_mode=CLUSTER_WIDE,
    )
    transaction_two_phase_commit_enable = Option(
        BOOLEAN, False, "Whether producers may take part in two-phase commits (KIP-939)."
    )

    # Share groups
    share_coordinator_state_topic_num_partitions = Option(
        INT, 50, "Partitions of __share_group_state. Not to be changed once there is data.", at_least(1)
    )
    share_coordinator_state_topic_replication_factor = Option(SHORT, 3, "Replicas of __share_group_state.", at_least(1))
    share_coordinator_state_topic_segment_bytes = Option(
        INT, 104_857_600, "Segment size of __share_group_state.", at_least(1)
    )
    share_coordinator_state_topic_min_isr = Option(SHORT, 2, "min.insync.replicas of __share_group_state.", at_least(1))
