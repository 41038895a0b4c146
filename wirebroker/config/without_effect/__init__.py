"""Broker options that Kafka has and that change nothing here: known, checked, shown by DescribeConfigs.

To give one an effect, move its line to a table that BrokerConfig is made of.
"""

from typing import Any

from wirebroker.config.option import Option, OptionTable
from wirebroker.config.without_effect.controller import ControllerOptions
from wirebroker.config.without_effect.groups import GroupOptions
from wirebroker.config.without_effect.logs import LogWorkOptions
from wirebroker.config.without_effect.network import NetworkOptions
from wirebroker.config.without_effect.remote_storage import RemoteStorageOptions
from wirebroker.config.without_effect.replication import DynamicOnlyOptions, ReplicationOptions
from wirebroker.config.without_effect.security import SecurityOptions
from wirebroker.config.without_effect.transactions import TransactionOptions

TABLES: tuple[type[OptionTable], ...] = (
    NetworkOptions,
    SecurityOptions,
    GroupOptions,
    TransactionOptions,
    LogWorkOptions,
    ReplicationOptions,
    ControllerOptions,
    RemoteStorageOptions,
)


def option_without_effect(name: str) -> Option[Any] | None:
    """Find the option of this name (with dots)."""
    for table in TABLES:
        if (option := table.option(name)) is not None:
            return option
    return DynamicOnlyOptions.option(name)
