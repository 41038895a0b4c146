"""All tables against Kafka's, where KAFKA_CONFIG_TABLE names a file that lists Kafka's options.

The file is tab-separated with the columns scope (broker, broker-dynamic-only, topic, group, client-metrics), name,
type, default, server_default_name, update_mode, sensitive, internal and validator, a dash standing for none.
"""

import csv
import os
from pathlib import Path

import pytest

from wirebroker.config.broker import SINGLE_NODE, all_options
from wirebroker.config.client_metrics import ClientMetricsConfig
from wirebroker.config.group import GroupConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.config.without_effect.replication import DynamicOnlyOptions

TABLE = os.environ.get("KAFKA_CONFIG_TABLE")
TABLES = {
    "broker": all_options,
    "broker-dynamic-only": DynamicOnlyOptions.options,
    "topic": TopicConfig.options,
    "group": GroupConfig.options,
    "client-metrics": ClientMetricsConfig.options,
}


def row(option, scope):
    default = option.text(option.default)
    return {
        "scope": scope,
        "name": option.name,
        "type": option.type.name,
        "default": "null" if default is None else default,
        "server_default_name": option.server_default_name or "-",
        "update_mode": option.update_mode if scope.startswith("broker") else "-",
        "sensitive": str(option.sensitive).lower(),
        "internal": str(option.internal).lower(),
        "validator": "-" if option.validator is None else str(option.validator),
    }


@pytest.mark.skipif(TABLE is None, reason="KAFKA_CONFIG_TABLE names no table of Kafka's options")
@pytest.mark.parametrize("scope", TABLES)
def test_every_option_is_kafkas(scope):
    with Path(TABLE).open(newline="") as file:
        rows = [line for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if line["scope"] == scope]
    kafkas = {line["name"]: line for line in rows}
    ours = {option.name: row(option, scope) for option in TABLES[scope]()}
    for name, line in kafkas.items():
        if line["default"] == "<required>":  # which a user of this broker need not give
            line["default"] = SINGLE_NODE.get(name, "1")
    assert ours == kafkas
