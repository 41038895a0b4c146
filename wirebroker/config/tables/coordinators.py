"""Broker options of groups, committed offsets and transactions.

Kafka keeps them in GroupCoordinatorConfig, TransactionLogConfig, TransactionStateManagerConfig and others.
"""

from wirebroker.config.option import INT, LONG, SHORT, Option, OptionTable
from wirebroker.config.validators import MAX_INT, at_least


class CoordinatorOptions(OptionTable):
    # Groups of the classic protocol
    group_min_session_timeout_ms = Option(INT, 6000, "The shortest session timeout a member may ask for.")
    group_max_session_timeout_ms = Option(INT, 1_800_000, "The longest session timeout a member may ask for.")
    group_initial_rebalance_delay_ms = Option(
        INT, 3000, "How long the first rebalance of an empty group waits for further members."
    )
    group_max_size = Option(INT, MAX_INT, "The most members of a group.", at_least(1))

    # Committed offsets
    offset_metadata_max_bytes = Option(INT, 4096, "The longest text that may be committed beside an offset.")
    offsets_topic_num_partitions = Option(
        INT, 50, "Partitions of __consumer_offsets. Not to be changed once there is data.", at_least(1)
    )
    offsets_topic_replication_factor = Option(SHORT, 3, "Replicas of __consumer_offsets.", at_least(1))
    offsets_topic_segment_bytes = Option(INT, 104_857_600, "Segment size of __consumer_offsets.", at_least(1))
    offsets_retention_minutes = Option(INT, 10080, "How long offsets of an empty group are kept.", at_least(1))
    offsets_retention_check_interval_ms = Option(LONG, 600_000, "How often old offsets are looked for.", at_least(1))

    # Transactions
    transaction_max_timeout_ms = Option(
        INT, 900_000, "The longest transaction timeout a producer may ask for.", at_least(1)
    )
    transaction_state_log_num_partitions = Option(
        INT, 50, "Partitions of __transaction_state. Not to be changed once there is data.", at_least(1)
    )
    transaction_state_log_replication_factor = Option(SHORT, 3, "Replicas of __transaction_state.", at_least(1))
    transaction_state_log_segment_bytes = Option(INT, 104_857_600, "Segment size of __transaction_state.", at_least(1))
    transaction_state_log_min_isr = Option(INT, 2, "min.insync.replicas of __transaction_state.", at_least(1))

    # Share groups
    share_coordinator_state_topic_num_partitions = Option(
        INT, 50, "Partitions of __share_group_state. Not to be changed once there is data.", at_least(1)
    )
    share_coordinator_state_topic_replication_factor = Option(SHORT, 3, "Replicas of __share_group_state.", at_least(1))
    share_coordinator_state_topic_segment_bytes = Option(
        INT, 104_857_600, "Segment size of __share_group_state.", at_least(1)
    )
    share_coordinator_state_topic_min_isr = Option(SHORT, 2, "min.insync.replicas of __share_group_state.", at_least(1))
