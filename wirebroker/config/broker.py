"""The broker's configuration: every option by its Kafka name, and typed values of those that have an effect here.

``BrokerConfig.of({"num.partitions": "3"}).num_partitions`` is 3. An option that Kafka has and that does nothing here
lies in ``without_effect``: giving it an effect means moving its line into one of the ``tables``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Self

from wirebroker.config.option import ConfigError, Option
from wirebroker.config.tables.coordinators import CoordinatorOptions
from wirebroker.config.tables.inherited import InheritedOptions
from wirebroker.config.tables.logs import LogOptions
from wirebroker.config.tables.metadata import MetadataOptions
from wirebroker.config.tables.server import ServerOptions

SINGLE_NODE: Mapping[str, str] = MappingProxyType(
    {
        "process.roles": "broker,controller",
        "controller.listener.names": "CONTROLLER",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }
)
"""What Kafka's config/server.properties sets for a single node, and a user of this broker need not."""

CUSTOM_PREFIXES = ("listener.name.", "rsm.config.", "rlmm.config.", "config.providers.")
"""Names that begin so are made up by users: settings of one listener, of a plug-in."""


class BrokerConfig(ServerOptions, LogOptions, MetadataOptions, InheritedOptions, CoordinatorOptions):
    """Immutable. ``explicit`` is what the user set; ``static`` adds what this broker sets for a single node.

    DescribeConfigs calls values of ``static`` static broker configurations (source 4), all others defaults (5).
    """

    explicit: Mapping[str, str]
    static: Mapping[str, str]

    def __init__(self, explicit: Mapping[str, str], static: Mapping[str, str]) -> None:
        self.explicit = MappingProxyType(dict(explicit))
        self.static = MappingProxyType(dict(static))

    @classmethod
    def of(cls, explicit: Mapping[str, str] = MappingProxyType({})) -> Self:
        """Check names and values and build. Raises ConfigError."""
        static = {**SINGLE_NODE, **_with_both_ids(explicit)}
        config = cls(explicit, static)
        for name in explicit:
            config.value(name)
        _check_together(config)
        return config

    def resolve(self, option: Option[Any]) -> Any:
        text = self.static.get(option.name)
        return option.default if text is None else option.parse(text)

    def value(self, name: str) -> Any:
        """Look up any option's value by name; a custom name has its text. Raises ConfigError for an unknown one."""
        if (own := self.option(name)) is not None:
            return getattr(self, own.attribute)
        if (other := known_option(name)) is not None:
            return self.resolve(other)
        if name.startswith(CUSTOM_PREFIXES):
            return self.static.get(name)
        raise ConfigError(_unknown(name))

    def without_effect(self) -> list[str]:
        """List the names that the user set and that change nothing here."""
        return [name for name in self.explicit if self.option(name) is None or InheritedOptions.option(name)]


def known_option(name: str) -> Option[Any] | None:
    """Find a broker option by name, whether it has an effect here or not."""
    own = BrokerConfig.option(name)
    if own is not None:
        return own
    from wirebroker.config.without_effect import option_without_effect  # noqa: PLC0415 - seldom needed, start-up counts

    return option_without_effect(name)


def is_known(name: str) -> bool:
    """Tell whether a broker may be given an option of this name."""
    return name.startswith(CUSTOM_PREFIXES) or known_option(name) is not None


def all_options() -> Iterator[Option[Any]]:
    """Go through all broker options of Kafka, those without an effect last."""
    from wirebroker.config.without_effect import TABLES  # noqa: PLC0415 - seldom needed, start-up counts

    yield from BrokerConfig.options()
    for table in TABLES:
        yield from table.options()


def _with_both_ids(explicit: Mapping[str, str]) -> Mapping[str, str]:
    """Let node.id and broker.id stand for each other (AbstractKafkaConfig.populateSynonyms)."""
    node, broker = explicit.get("node.id"), explicit.get("broker.id")
    if node is not None and broker is not None and node.strip() != broker.strip():
        raise ConfigError("You must set `node.id` to the same value as `broker.id`.")
    known = node or broker or "1"
    return {**explicit, "node.id": known, "broker.id": known}


def _check_together(config: BrokerConfig) -> None:
    """Check what options say together (KafkaConfig.validateValues, LogConfig.validateValues)."""
    if config.log_roll_ms is not None and config.log_roll_ms < 1:
        raise ConfigError("log.roll.ms must be greater than or equal to 1")
    if config.log_roll_jitter_ms is not None and config.log_roll_jitter_ms < 0:
        raise ConfigError("log.roll.jitter.ms must be greater than or equal to 0")
    retentions = (config.log_retention_ms, config.log_retention_minutes, config.log_retention_hours)
    if next(retention for retention in retentions if retention is not None) == 0:
        raise ConfigError("log.retention.ms must be unlimited (-1) or, greater than or equal to 1")
    least, most = config.log_cleaner_min_compaction_lag_ms, config.log_cleaner_max_compaction_lag_ms
    if least > most:
        raise ConfigError(
            f"conflict topic config setting log.cleaner.min.compaction.lag.ms ({least})"
            f" > log.cleaner.max.compaction.lag.ms ({most})"
        )


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only to say what was perhaps meant

    nearest = get_close_matches(name, [option.name for option in all_options()], n=1)
    return f"Unknown configuration name: {name}" + (f" (is {nearest[0]} meant?)" if nearest else "")
