"""Threads, queues, quotas, metrics and plug-ins of the server."""

from wirebroker.config.option import BOOLEAN, CLASS, CLUSTER_WIDE, INT, LIST, LONG, STRING, Option, OptionTable
from wirebroker.config.validators import ANY_LIST, MAX_INT, MAX_LONG, OneOf, at_least


class NetworkOptions(OptionTable):
    # Threads and queues
    background_threads = Option(INT, 10, "Threads for this and that.", at_least(1), CLUSTER_WIDE)
    num_io_threads = Option(INT, 8, "Threads that handle requests.", at_least(1), CLUSTER_WIDE)
    num_network_threads = Option(INT, 3, "Threads of each listener that read and write.", at_least(1), CLUSTER_WIDE)
    queued_max_requests = Option(
        INT, 500, "Requests that may wait for a handler before nothing more is read.", at_least(1)
    )
    queued_max_request_bytes = Option(
        LONG, -1, "Bytes of requests that may wait before nothing more is read; -1 means no limit."
    )
    fetch_purgatory_purge_interval_requests = Option(
        INT, 1000, "Finished waiting fetches after which their list is tidied."
    )
    producer_purgatory_purge_interval_requests = Option(
        INT, 1000, "Finished waiting produces after which their list is tidied."
    )
    delete_records_purgatory_purge_interval_requests = Option(
        INT, 1, "Finished waiting DeleteRecords after which their list is tidied."
    )

    # Connections of clients
    socket_listen_backlog_size = Option(INT, 50, "Connections that may wait to be accepted on a listener.", at_least(1))
    socket_receive_buffer_bytes = Option(INT, 102_400, "SO_RCVBUF of client connections; -1 leaves the system's value.")
    socket_send_buffer_bytes = Option(INT, 102_400, "SO_SNDBUF of client connections; -1 leaves the system's value.")
    max_connection_creation_rate = Option(
        INT, MAX_INT, "New connections a second that are accepted.", at_least(0), CLUSTER_WIDE
    )

    # Connections to others
    inter_broker_listener_name = Option(STRING, None, "The listener that brokers use among themselves.")
    security_inter_broker_protocol = Option(
        STRING,
        "PLAINTEXT",
        "The security protocol that brokers use among themselves.",
        OneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
    )
    early_start_listeners = Option(LIST, None, "Listeners that open before the authorizer is ready.", ANY_LIST)
    socket_connection_setup_timeout_ms = Option(
        LONG, 10000, "How long setting up a connection to another node may take at first."
    )
    socket_connection_setup_timeout_max_ms = Option(LONG, 30000, "How long it may take after several failures.")

    # Quotas
    quota_window_num = Option(INT, 11, "Samples kept of each client quota.", at_least(1))
    quota_window_size_seconds = Option(INT, 1, "The time that one sample of client quotas covers.", at_least(1))
    controller_quota_window_num = Option(INT, 11, "Samples kept of each quota on topic changes.", at_least(1))
    controller_quota_window_size_seconds = Option(INT, 1, "The time that one sample of these covers.", at_least(1))
    client_quota_callback_class = Option(CLASS, None, "The class that decides client quotas.")

    # Metrics
    metric_reporters = Option(
        LIST,
        ("org.apache.kafka.common.metrics.JmxReporter",),
        "Classes that are told of metrics.",
        ANY_LIST,
        CLUSTER_WIDE,
    )
    metrics_num_samples = Option(INT, 2, "Samples kept of each metric.", at_least(1))
    metrics_recording_level = Option(STRING, "INFO", "How fine metrics are recorded: INFO, DEBUG or TRACE.")
    metrics_sample_window_ms = Option(LONG, 30000, "The time that one sample of a metric covers.", at_least(1))
    kafka_metrics_polling_interval_secs = Option(
        INT, 10, "How often the classes of kafka.metrics.reporters are told.", at_least(1)
    )
    kafka_metrics_reporters = Option(LIST, (), "Classes that are told of Yammer metrics.", ANY_LIST)

    # Limits
    max_request_partition_size_limit = Option(
        INT, 2000, "The most partitions in one answer of DescribeTopicPartitions.", at_least(1)
    )
    telemetry_max_bytes = Option(
        INT, 1_048_576, "The largest push of client metrics, decompressed (KIP-714).", at_least(1)
    )

    # Plug-ins and versions
    config_providers = Option(
        LIST, (), "Names of classes that put values in the place of ${...}.", ANY_LIST, CLUSTER_WIDE
    )
    alter_config_policy_class_name = Option(CLASS, None, "The class that may refuse changes of configuration.")
    create_topic_policy_class_name = Option(CLASS, None, "The class that may refuse new topics.")
    unstable_api_versions_enable = Option(
        BOOLEAN, False, "Whether versions of requests are offered that are not finished.", internal=True
    )
    unstable_feature_versions_enable = Option(
        BOOLEAN, False, "Whether versions of features are offered that are not finished.", internal=True
    )
    server_max_startup_time_ms = Option(
        LONG, MAX_LONG, "How long the start may take before the broker gives up.", at_least(0), internal=True
    )
