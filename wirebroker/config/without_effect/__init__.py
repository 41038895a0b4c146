"""Broker options that Kafka has and that change nothing here: known, checked, shown by DescribeConfigs."""

from typing import Any

from wirebroker.config.option import Option, OptionTable

TABLES: tuple[type[OptionTable], ...] = ()


def option_without_effect(name: str) -> Option[Any] | None:
    """Find the option of this name (with dots)."""
    for table in TABLES:
        if (option := table.option(name)) is not None:
            return option
    return None
