"""A client metrics subscription's options (KIP-714, ClientMetricsConfigs)."""

from wirebroker.config.option import INT, LIST, Option, OptionTable
from wirebroker.config.validators import ANY_LIST


class ClientMetricsConfig(OptionTable):
    interval_ms = Option(INT, 300_000, "How often clients push.")
    match = Option(LIST, (), "Which clients: NAME=PATTERN, separated by commas; empty means all.", ANY_LIST)
    metrics = Option(LIST, (), "Which metrics: prefixes of names, separated by commas; empty means none.", ANY_LIST)
