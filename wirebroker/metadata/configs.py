"""Where the value of a configuration comes from, and what a topic's configuration comes to.

A broker's option is looked up in four places, the first one counts: dynamic settings of this broker, dynamic settings
of all brokers (both in the metadata), what the broker was started with, Kafka's default. A topic's option is looked up
in the topic's own settings, then as the broker's option that is its default (Kafka: ``DynamicBrokerConfig``,
``ConfigHelper``, ``ServerTopicConfigSynonyms``).
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from kafka_codecs.error_codes import ErrorCode
from wirebroker.config.broker import BrokerConfig, known_option
from wirebroker.config.option import Option
from wirebroker.config.topic import TopicConfig
from wirebroker.config.validators import ConfigError
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import ClusterImage, ResourceType


class ConfigSource(IntEnum):
    """Numbers of the protocol (``DescribeConfigsResponse.ConfigSource``)."""

    TOPIC = 1
    DYNAMIC_BROKER = 2
    DYNAMIC_DEFAULT_BROKER = 3
    STATIC_BROKER = 4
    DEFAULT = 5
    DYNAMIC_BROKER_LOGGER = 6
    CLIENT_METRICS = 7
    GROUP = 8


class Synonym(NamedTuple):
    """One place in which a value was found: under which name, as which text."""

    name: str
    value: str | None
    source: ConfigSource


class EffectiveConfig(NamedTuple):
    """One option of a topic as CreateTopics answers it."""

    name: str
    value: str | None
    source: ConfigSource
    sensitive: bool


_READ_TOGETHER = (
    ("log.roll.ms", "log.roll.hours"),
    ("log.roll.jitter.ms", "log.roll.jitter.hours"),
    ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
)
"""Options of one meaning in several units (``DynamicBrokerConfig.brokerConfigSynonyms``)."""

_WITHOUT_DEFAULT = frozenset({"node.id", "process.roles", "controller.listener.names"})
"""Kafka wants these to be set; here they have a value all the same, which is shown as set."""


class BrokerSettings:
    """The settings of one broker, with their sources."""

    def __init__(self, config: BrokerConfig, image: ClusterImage, node_id: int) -> None:
        self.config = config
        self.of_this_broker: Mapping[str, str] = image.configs.get((ResourceType.BROKER, str(node_id)), {})
        self.of_all_brokers: Mapping[str, str] = image.configs.get((ResourceType.BROKER, ""), {})
        self.current = BrokerConfig(config.explicit, {**config.static, **self.of_all_brokers, **self.of_this_broker})
        """The configuration that is in force, dynamic settings included."""

    def synonyms(self, name: str) -> list[Synonym]:
        """List where a value for the broker option ``name`` is found, most important first.

        What stands before the first entry of this very name is left out: it belongs to the more special option.
        """
        names = read_together(name)
        found = [
            Synonym(other, values[other], source)
            for values, source in (
                (self.of_this_broker, ConfigSource.DYNAMIC_BROKER),
                (self.of_all_brokers, ConfigSource.DYNAMIC_DEFAULT_BROKER),
                (self.config.static, ConfigSource.STATIC_BROKER),
            )
            for other in names
            if other in values
        ]
        found.extend(
            Synonym(other, text, ConfigSource.DEFAULT) for other in names if (text := _default_text(other)) is not None
        )
        start = next((at for at, synonym in enumerate(found) if synonym.name == name), len(found))
        return found[start:]

    def source_of(self, names: Iterable[str]) -> ConfigSource:
        """Tell in which place the first of these options that is set at all is set."""
        for values, source in (
            (self.of_this_broker, ConfigSource.DYNAMIC_BROKER),
            (self.of_all_brokers, ConfigSource.DYNAMIC_DEFAULT_BROKER),
            (self.config.static, ConfigSource.STATIC_BROKER),
        ):
            if any(name in values for name in names):
                return source
        return ConfigSource.DEFAULT


def read_together(name: str) -> tuple[str, ...]:
    """Return the broker options that ``name`` is looked up as, the most important first."""
    for names in _READ_TOGETHER:
        if name in names:
            return names
    if name == "log.flush.interval.ms":
        return (name, "log.flush.scheduler.interval.ms")
    if name.startswith("listener.name."):
        return (name, name.split(".", 3)[-1])
    return (name,)


def _default_text(name: str) -> str | None:
    option: Option[Any] | None = known_option(name)
    return None if option is None or name in _WITHOUT_DEFAULT else option.text(option.default)


def check_topic_configs(configs: Mapping[str, str], config: BrokerConfig) -> None:
    """Raise KafkaError (INVALID_CONFIG) for a name that topics do not have, or a value that will not do."""
    try:
        TopicConfig.of(configs, config)
    except ConfigError as refusal:
        raise KafkaError(ErrorCode.INVALID_CONFIG, str(refusal)) from refusal


def visible_topic_options(configs: Mapping[str, str]) -> list[Option[Any]]:
    """List the options of topics; internal ones only where they are set."""
    return [option for option in TopicConfig.options() if not option.internal or option.name in configs]


def effective_topic_configs(configs: Mapping[str, str], settings: BrokerSettings) -> list[EffectiveConfig]:
    """Return all that is in force for a topic with these settings of its own, by name; those as they were given."""
    parsed = TopicConfig(configs, settings.current)
    effective = []
    for option in visible_topic_options(configs):
        value = configs.get(option.name)
        source = ConfigSource.TOPIC
        if value is None:
            value = option.text(getattr(parsed, option.attribute))
            source = settings.source_of(option.server_names)
        effective.append(EffectiveConfig(option.name, None if option.sensitive else value, source, option.sensitive))
    return sorted(effective)
