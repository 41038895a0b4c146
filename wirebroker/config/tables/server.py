"""Broker options: who it is, where it listens, its topics, limits of requests.

Kafka keeps them in ServerConfigs, KRaftConfigs, SocketServerConfigs and others.
"""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, INT, LIST, LONG, PER_BROKER, STRING, Option, OptionTable
from wirebroker.config.validators import MAX_INT, ListOf, at_least


class ServerOptions(OptionTable):
    # Identity
    node_id = Option(INT, 1, "The broker's number in the cluster.", at_least(0))
    broker_id = Option(INT, -1, "The older name of node.id; whichever of the two is set counts.")
    broker_rack = Option(STRING, None, "The rack this broker says that it stands in, for rack-aware clients.")

    # Listening
    listeners = Option(
        LIST,
        ("PLAINTEXT://:9092",),
        "Where to listen: NAME://HOST:PORT, several separated by commas. An empty host is every interface.",
        ListOf(may_be_empty=False),
        PER_BROKER,
    )
    advertised_listeners = Option(
        LIST,
        None,
        "The addresses told to clients, NAME://HOST:PORT; unset, each client is told the one it dialled.",
        ListOf(may_be_empty=False),
    )
    listener_security_protocol_map = Option(
        STRING,
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
        "The security protocol of each listener name, NAME:PROTOCOL.",
        update_mode=PER_BROKER,
    )
    controller_listener_names = Option(
        LIST,
        ("CONTROLLER",),
        "Listeners for controllers only. They are not opened here: the controller lives in the broker.",
        ListOf(may_be_empty=False),
    )
    socket_request_max_bytes = Option(
        INT, 104_857_600, "The largest request in bytes; a connection that announces more is closed.", at_least(1)
    )
    connections_max_idle_ms = Option(
        LONG, 600_000, "A connection without a request for this long is closed; negative means never."
    )
    max_connections = Option(INT, MAX_INT, "Connections open at a time, over all listeners.", at_least(0), CLUSTER_WIDE)
    max_connections_per_ip = Option(
        INT, MAX_INT, "Connections open at a time from one address.", at_least(0), CLUSTER_WIDE
    )
    max_connections_per_ip_overrides = Option(
        STRING, "", "Other limits for single addresses: HOST:NUMBER, separated by commas.", update_mode=CLUSTER_WIDE
    )

    # Topics
    auto_create_topics_enable = Option(
        BOOLEAN, True, "Whether asking for the metadata of an unknown topic, as producers do, creates it."
    )
    num_partitions = Option(INT, 1, "Partitions of a topic that is created without a number of its own.", at_least(1))
    default_replication_factor = Option(INT, 1, "Replicas of a topic that is created without a number of its own.")
    delete_topic_enable = Option(BOOLEAN, True, "Whether DeleteTopics deletes.")

    # Requests
    request_timeout_ms = Option(INT, 30000, "How long the broker itself waits for an answer of another one.")
    fetch_max_bytes = Option(
        INT, 57_671_680, "The most bytes of one Fetch answer, however much the client asks for.", at_least(1024)
    )
    max_incremental_fetch_session_cache_slots = Option(
        INT, 1000, "Incremental fetch sessions kept at a time (KIP-227).", at_least(0)
    )
