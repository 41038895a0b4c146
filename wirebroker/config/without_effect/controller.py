"""The controllers' quorum and their work."""

from wirebroker.config.option import BOOLEAN, INT, LIST, LONG, Option, OptionTable
from wirebroker.config.validators import VOTERS, ListOf, at_least


class ControllerOptions(OptionTable):
    # The quorum
    controller_quorum_voters = Option(
        LIST, (), "The controllers of a fixed quorum: ID@HOST:PORT, separated by commas.", VOTERS
    )
    controller_quorum_bootstrap_servers = Option(
        LIST, (), "Controllers to ask for the quorum: HOST:PORT, separated by commas.", VOTERS
    )
    controller_quorum_auto_join_enable = Option(BOOLEAN, False, "Whether a controller joins the voters by itself.")
    controller_quorum_append_linger_ms = Option(
        INT, 25, "How long metadata records are gathered before they are written.", at_least(0)
    )
    controller_quorum_election_timeout_ms = Option(
        INT, 1000, "How long without a fetch of the leader's log before an election is tried.", at_least(0)
    )
    controller_quorum_election_backoff_max_ms = Option(INT, 1000, "The longest pause between elections.", at_least(0))
    controller_quorum_fetch_timeout_ms = Option(
        INT, 2000, "How long without a successful fetch before a follower stands for election.", at_least(0)
    )
    controller_quorum_fetch_max_bytes = Option(
        INT, 1_048_576, "The most bytes of one fetch of the metadata log.", at_least(1)
    )
    controller_quorum_fetch_snapshot_max_bytes = Option(
        INT, 1_048_576, "The most bytes of one fetch of a metadata snapshot.", at_least(1)
    )
    controller_quorum_request_timeout_ms = Option(INT, 2000, "How long a controller waits for an answer.", at_least(0))
    controller_quorum_retry_backoff_ms = Option(
        INT, 20, "The pause before a failed request is sent again.", at_least(0)
    )
    controller_socket_timeout_ms = Option(INT, 30000, "How long a controller's connection waits for an answer.")

    # Brokers and their controller
    broker_heartbeat_interval_ms = Option(INT, 2000, "How often a broker tells the controller that it lives.")
    broker_session_timeout_ms = Option(INT, 9000, "How long it may be silent before the controller fences it.")
    initial_broker_registration_timeout_ms = Option(
        INT, 60000, "How long a broker tries to register before it gives up."
    )
    controlled_shutdown_enable = Option(BOOLEAN, True, "Whether a broker that stops hands over its leaderships first.")

    # The controller's work
    controller_performance_sample_period_ms = Option(
        LONG, 60000, "How often slow events are summed up in the log.", at_least(100), internal=True
    )
    controller_performance_always_log_threshold_ms = Option(
        LONG, 2000, "Events slower than this are logged in any case.", at_least(0), internal=True
    )
    auto_leader_rebalance_enable = Option(BOOLEAN, True, "Whether leaderships go back to the preferred replicas.")
    leader_imbalance_check_interval_seconds = Option(LONG, 300, "How often that is looked into.", at_least(1))
    unclean_leader_election_interval_ms = Option(
        LONG, 300_000, "How often partitions are looked for that need an unclean election.", at_least(1), internal=True
    )
    metadata_max_idle_interval_ms = Option(
        INT, 500, "How often an empty record is written where there are no others; 0 means never.", at_least(0)
    )
    internal_metadata_log_segment_bytes = Option(
        INT, None, "metadata.log.segment.bytes without its lower limit, for tests.", internal=True
    )
    internal_metadata_max_batch_size_in_bytes = Option(
        INT, 8_388_608, "The largest batch of the metadata log, for tests.", internal=True
    )
    internal_metadata_delete_delay_millis = Option(
        LONG, 60000, "How long deleted files of the metadata log stay, for tests.", internal=True
    )

    # The metadata log
    process_roles = Option(
        LIST,
        ("broker", "controller"),
        "What the process is: broker, controller or both. Here it is always both.",
        ListOf("broker", "controller", may_be_empty=False),
    )
