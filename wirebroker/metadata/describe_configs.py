"""What DescribeConfigs says about each kind of resource (Kafka: ``ConfigHelper``).

One function per kind; each returns every option that is not internal, and raises KafkaError for a resource that does
not exist. Which of the options were asked for is the caller's to sort out: it costs nothing to describe all.
"""

from collections.abc import Mapping
from typing import Any

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.describe_configs import DescribeConfigsResourceResult, DescribeConfigsSynonym
from wirebroker.config.broker import all_options, known_option
from wirebroker.config.client_metrics import ClientMetricsConfig
from wirebroker.config.group import GroupConfig
from wirebroker.config.option import READ_ONLY, Option
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.metadata import topic_names
from wirebroker.metadata.configs import BrokerSettings, ConfigSource, Synonym, visible_topic_options
from wirebroker.metadata.image import ClusterImage, ResourceType


def describe_topic(name: str, image: ClusterImage, settings: BrokerSettings) -> list[DescribeConfigsResourceResult]:
    """Raise KafkaError for an illegal name (17) or an unknown topic (3, with an empty text)."""
    topic_names.check(name)
    if name not in image.topics:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "")
    own = image.topic_configs(name)
    config = TopicConfig(own, settings.current)
    return [
        _entry(
            option,
            option.text(getattr(config, option.attribute)),
            _own(option, own, config, ConfigSource.TOPIC)
            + (settings.synonyms(option.server_default_name) if option.server_default_name else []),
        )
        for option in visible_topic_options(own)
    ]


def describe_broker(name: str, node_id: int, settings: BrokerSettings) -> list[DescribeConfigsResourceResult]:
    """Describe this broker, or with an empty name what is set for all brokers.

    Raises KafkaError (INVALID_REQUEST) for another broker's id and for what is no number.
    """
    if not name:
        return [_broker_entry(key, value, settings, whole=False) for key, value in settings.of_all_brokers.items()]
    if _broker_id(name) != node_id:
        text = f"Unexpected broker id, expected {node_id} or empty string, but received {name}"
        raise KafkaError(ErrorCode.INVALID_REQUEST, text)
    results = []
    described = set()
    for option in all_options():
        if not option.internal or option.name in settings.current.static:
            value = option.text(settings.current.value(option.name))
            results.append(_broker_entry(option.name, value, settings, whole=True))
            described.add(option.name)
    custom = [item for item in settings.current.static.items() if item[0] not in described]
    results.extend(_broker_entry(key, value, settings, whole=True) for key, value in custom)
    return results


def describe_loggers(name: str, node_id: int, levels: Mapping[str, str]) -> list[DescribeConfigsResourceResult]:
    """Describe the loggers of this process, given by name with their level in Kafka's words.

    Raises KafkaError (INVALID_REQUEST) for another broker's id, for none, and for what is no number.
    """
    if not name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Broker id must not be empty")
    if _broker_id(name) != node_id:
        text = f"Unexpected broker id, expected {node_id} but received {name}"
        raise KafkaError(ErrorCode.INVALID_REQUEST, text)
    source = ConfigSource.DYNAMIC_BROKER_LOGGER
    return [
        DescribeConfigsResourceResult(name=logger, value=level, config_source=source)
        for logger, level in levels.items()
    ]


def describe_client_metrics(name: str, image: ClusterImage) -> list[DescribeConfigsResourceResult]:
    """Describe a subscription; one that does not exist has the defaults. Raises KafkaError (42) for an empty name."""
    if not name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Client metrics subscription name must not be empty")
    own = image.configs.get((ResourceType.CLIENT_METRICS, name), {})
    results = []
    for option in ClientMetricsConfig.options():
        value = option.parse(own[option.name]) if option.name in own else option.default
        text = option.text(value)
        found = [Synonym(option.name, text, ConfigSource.CLIENT_METRICS)] if option.name in own else []
        results.append(_entry(option, text, found))
    return results


def describe_group(name: str, image: ClusterImage, settings: BrokerSettings) -> list[DescribeConfigsResourceResult]:
    """Describe a group; one that does not exist has the defaults. Raises KafkaError (42) for an empty name."""
    if not name:
        raise KafkaError(ErrorCode.INVALID_REQUEST, "Group name must not be empty")
    own = image.configs.get((ResourceType.GROUP, name), {})
    config = GroupConfig(own, settings.current)
    results = []
    for option in GroupConfig.options():
        if option.internal and option.name not in own:
            continue
        if option.server_default_name:
            inherited = settings.synonyms(option.server_default_name)
        else:
            default = option.text(option.default)
            inherited = [] if default is None else [Synonym(option.name, default, ConfigSource.DEFAULT)]
        found = _own(option, own, config, ConfigSource.GROUP) + inherited
        results.append(_entry(option, option.text(getattr(config, option.attribute)), found))
    return results


def _own(
    option: Option[Any], own: Mapping[str, str], config: TopicConfig | GroupConfig, source: ConfigSource
) -> list[Synonym]:
    if option.name not in own:
        return []
    return [Synonym(option.name, option.text(getattr(config, option.attribute)), source)]


def _entry(option: Option[Any], value: str | None, found: list[Synonym]) -> DescribeConfigsResourceResult:
    return DescribeConfigsResourceResult(
        name=option.name,
        value=None if option.sensitive else value,
        read_only=False,
        config_source=found[0].source if found else ConfigSource.DEFAULT,
        is_sensitive=option.sensitive,
        synonyms=_on_the_wire(found, sensitive=option.sensitive),
        config_type=option.type.code,
        documentation=option.documentation,
    )


def _broker_entry(
    name: str, value: str | None, settings: BrokerSettings, *, whole: bool
) -> DescribeConfigsResourceResult:
    """``whole`` False: only what is set for all brokers counts. A name that nobody knows may be a secret."""
    option: Option[Any] | None = known_option(name)
    sensitive = option is None or option.sensitive
    found = [
        synonym for synonym in settings.synonyms(name) if whole or synonym.source == ConfigSource.DYNAMIC_DEFAULT_BROKER
    ]
    return DescribeConfigsResourceResult(
        name=name,
        value=None if sensitive else value,
        read_only=option is None or option.update_mode == READ_ONLY,
        config_source=found[0].source if found else ConfigSource.DEFAULT,
        is_sensitive=sensitive,
        synonyms=_on_the_wire(found, sensitive=sensitive),
        config_type=0 if option is None else option.type.code,
        documentation=None if option is None else option.documentation,
    )


def _on_the_wire(found: list[Synonym], *, sensitive: bool) -> list[DescribeConfigsSynonym]:
    return [
        DescribeConfigsSynonym(name=synonym.name, value=None if sensitive else synonym.value, source=synonym.source)
        for synonym in found
    ]


def _broker_id(name: str) -> int:
    digits = name[1:] if name[:1] in {"+", "-"} else name
    if not digits.isascii() or not digits.isdigit() or not -(1 << 31) <= int(name) < 1 << 31:
        raise KafkaError(ErrorCode.INVALID_REQUEST, f"Broker id must be an integer, but it is: {name}")
    return int(name)
