"""DescribeConfigs: values, sources and synonyms of topics, brokers, loggers, groups and client metrics."""

from collections.abc import Callable

import pytest
from raw_client import RawClient

from kafka_codecs.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResult,
)
from kafka_codecs.messages.metadata import MetadataRequest

TOPIC, BROKER, LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32
MALFORMED = (
    "This most likely occurs because of a request being malformed by the client library or the message was sent to an "
    "incompatible broker. See the broker logs for more details."
)


def describe(
    raw: RawClient,
    kind: int,
    name: str,
    keys: list[str] | None = None,
    *,
    version: int = 4,
    synonyms: bool = False,
    documentation: bool = False,
) -> DescribeConfigsResult:
    resource = DescribeConfigsResource(resource_type=kind, resource_name=name, configuration_keys=keys)
    request = DescribeConfigsRequest(
        resources=[resource], include_synonyms=synonyms, include_documentation=documentation
    )
    (result,) = raw.call(request, version).results
    assert (result.resource_type, result.resource_name) == (kind, name)
    return result


def by_name(result: DescribeConfigsResult) -> dict[str, DescribeConfigsResourceResult]:
    assert (result.error_code, result.error_message) == (0, "")
    entries = {entry.name: entry for entry in result.configs}
    assert len(entries) == len(result.configs)
    return entries


def found(entry: DescribeConfigsResourceResult) -> list[tuple[str, str | None, int]]:
    return [(one.name, one.value, one.source) for one in entry.synonyms]


@pytest.fixture
def node(raw: RawClient) -> str:
    (broker,) = raw.call(MetadataRequest(topics=[]), 12).brokers
    return str(broker.node_id)


@pytest.mark.parametrize("version", range(1, 5))
def test_every_version_describes_a_topic(raw: RawClient, make_topic: Callable, version: int) -> None:
    """S85"""
    topic = make_topic(configs={"retention.ms": "1000"})
    for keys in (None, []):
        entries = by_name(describe(raw, TOPIC, topic.name, keys, version=version))
        assert len(entries) == 37
        retention, policy = entries["retention.ms"], entries["cleanup.policy"]
        assert (retention.value, retention.config_source) == ("1000", 1)
        assert (policy.value, policy.config_source) == ("delete", 5)
        assert (retention.config_type, policy.config_type) == ((5, 7) if version >= 3 else (0, 0))
        assert all(entry.synonyms == [] for entry in entries.values())
        assert all(entry.documentation == (None if version >= 3 else "") for entry in entries.values())
        assert not any(entry.read_only or entry.is_sensitive for entry in entries.values())


@pytest.mark.parametrize("version", [3, 4])
def test_documentation_is_given_when_asked_for(raw: RawClient, make_topic: Callable, version: int) -> None:
    """S85"""
    entries = by_name(describe(raw, TOPIC, make_topic().name, version=version, documentation=True))
    assert all(entry.documentation for entry in entries.values())


def test_the_filter_ignores_unknown_and_repeated_keys(raw: RawClient, make_topic: Callable) -> None:
    """S85"""
    topic = make_topic()
    entries = by_name(describe(raw, TOPIC, topic.name, ["segment.ms", "no.such.key", "segment.ms"]))
    assert list(entries) == ["segment.ms"]
    assert by_name(describe(raw, TOPIC, topic.name, ["no.such.key"])) == {}


def test_a_resource_twice_is_answered_twice_in_order(raw: RawClient, make_topic: Callable, topic_name: str) -> None:
    """S85"""
    topic = make_topic()
    resources = [
        DescribeConfigsResource(resource_type=TOPIC, resource_name=name, configuration_keys=["segment.ms"])
        for name in (topic.name, topic_name, topic.name)
    ]
    results = raw.call(DescribeConfigsRequest(resources=resources), 4).results
    expected = [(topic.name, 0, 1), (topic_name, 3, 0), (topic.name, 0, 1)]
    assert [(one.resource_name, one.error_code, len(one.configs)) for one in results] == expected


def test_no_resources_no_results(raw: RawClient) -> None:
    """S85"""
    assert raw.call(DescribeConfigsRequest(resources=[]), 4).results == []


def test_an_unknown_topic(raw: RawClient, topic_name: str) -> None:
    """S85a"""
    result = describe(raw, TOPIC, topic_name)
    assert (result.error_code, result.error_message, result.configs) == (3, "", [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "the empty string is not allowed"),
        ("a b", "'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
    ],
)
def test_a_topic_with_an_illegal_name(raw: RawClient, name: str, reason: str) -> None:
    """S85a"""
    result = describe(raw, TOPIC, name)
    assert (result.error_code, result.error_message) == (17, f"Topic name is invalid: {reason}")


@pytest.mark.parametrize("name", ["9", "-1", "77"])
def test_another_broker(raw: RawClient, node: str, name: str) -> None:
    """S85a"""
    result = describe(raw, BROKER, name)
    text = f"Unexpected broker id, expected {node} or empty string, but received {name}"
    assert (result.error_code, result.error_message, result.configs) == (42, text, [])
    result = describe(raw, LOGGER, name)
    assert (result.error_code, result.error_message) == (42, text.replace(" or empty string,", ""))


@pytest.mark.parametrize("kind", [BROKER, LOGGER])
@pytest.mark.parametrize("name", ["x", " 1", "1.0", "99999999999", "1_0"])
def test_a_broker_id_that_is_no_number(raw: RawClient, kind: int, name: str) -> None:
    """S85a"""
    result = describe(raw, kind, name)
    assert (result.error_code, result.error_message) == (42, f"Broker id must be an integer, but it is: {name}")


def test_a_broker_id_with_leading_zeros(raw: RawClient, node: str) -> None:
    """S85a"""
    assert by_name(describe(raw, BROKER, f"0{node}", ["num.partitions"])).keys() == {"num.partitions"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (LOGGER, "Broker id must not be empty"),
        (CLIENT_METRICS, "Client metrics subscription name must not be empty"),
        (GROUP, "Group name must not be empty"),
    ],
)
def test_resources_that_need_a_name(raw: RawClient, kind: int, text: str) -> None:
    """S85a"""
    result = describe(raw, kind, "")
    assert (result.error_code, result.error_message, result.configs) == (42, text, [])


@pytest.mark.parametrize("kind", [0, 1, 3, 77, -1])
def test_an_unknown_type_fails_the_whole_request(raw: RawClient, make_topic: Callable, kind: int) -> None:
    """S85a"""
    topic = make_topic()
    resources = [
        DescribeConfigsResource(resource_type=TOPIC, resource_name=topic.name, configuration_keys=None),
        DescribeConfigsResource(resource_type=kind, resource_name="x", configuration_keys=None),
    ]
    results = raw.call(DescribeConfigsRequest(resources=resources), 4).results
    assert [(one.resource_type, one.resource_name) for one in results] == [(TOPIC, topic.name), (kind, "x")]
    assert {(one.error_code, one.error_message) for one in results} == {(42, MALFORMED)}
    assert [one.configs for one in results] == [[], []]


def test_any_group_is_described_with_the_brokers_defaults(raw: RawClient, node: str, group_name: str) -> None:
    """S85b"""
    entries = by_name(describe(raw, GROUP, group_name, synonyms=True))
    timeout = entries["consumer.session.timeout.ms"]
    broker = by_name(describe(raw, BROKER, node, ["group.consumer.session.timeout.ms"], synonyms=True))
    assert (timeout.value, timeout.config_source, timeout.config_type, timeout.read_only) == ("45000", 5, 3, False)
    assert found(timeout) == found(broker["group.consumer.session.timeout.ms"])
    assert found(timeout) == [("group.consumer.session.timeout.ms", "45000", 5)]
    assert found(entries["share.auto.offset.reset"]) == [("share.auto.offset.reset", "latest", 5)]


def test_any_client_metrics_subscription_is_described_with_defaults(raw: RawClient, topic_name: str) -> None:
    """S85b"""
    entries = by_name(describe(raw, CLIENT_METRICS, topic_name, synonyms=True))
    assert {name: (one.value, one.config_source, one.config_type) for name, one in entries.items()} == {
        "interval.ms": ("300000", 5, 3),
        "match": ("", 5, 7),
        "metrics": ("", 5, 7),
    }
    assert all(one.synonyms == [] and not one.read_only for one in entries.values())


def test_the_default_broker_has_the_cluster_wide_settings(raw: RawClient) -> None:
    """S85c"""
    entries = by_name(describe(raw, BROKER, "", synonyms=True))
    entry = entries["min.insync.replicas"]
    assert (entry.value, entry.config_source, entry.read_only, entry.config_type) == ("1", 3, False, 3)
    assert found(entry) == [("min.insync.replicas", "1", 3)]
    assert by_name(describe(raw, BROKER, "", ["num.partitions"])) == {}


def test_topics_inherit_min_insync_replicas_from_the_cluster(raw: RawClient, make_topic: Callable) -> None:
    """S85c"""
    topic = make_topic()
    entry = by_name(describe(raw, TOPIC, topic.name, synonyms=True))["min.insync.replicas"]
    assert (entry.value, entry.config_source) == ("1", 3)
    assert found(entry) == [("min.insync.replicas", "1", 3), ("min.insync.replicas", "1", 5)]


def test_synonyms_of_a_topic_run_from_its_own_setting_to_the_default(raw: RawClient, make_topic: Callable) -> None:
    """S85d"""
    topic = make_topic(configs={"max.message.bytes": "2000", "retention.ms": "1000"})
    entries = by_name(describe(raw, TOPIC, topic.name, synonyms=True))
    assert found(entries["max.message.bytes"]) == [
        ("max.message.bytes", "2000", 1),
        ("message.max.bytes", "1048588", 5),
    ]
    assert found(entries["retention.ms"]) == [("retention.ms", "1000", 1)]
    assert found(entries["cleanup.policy"]) == [("log.cleanup.policy", "delete", 5)]
    for name, value in (
        ("segment.ms", "604800000"),
        ("flush.ms", "9223372036854775807"),
        ("segment.jitter.ms", "0"),
    ):
        assert (entries[name].value, entries[name].config_source, found(entries[name])) == (value, 5, [])


def test_retention_without_a_setting_has_no_synonym(raw: RawClient, make_topic: Callable) -> None:
    """S85d"""
    entry = by_name(describe(raw, TOPIC, make_topic().name, ["retention.ms"], synonyms=True))["retention.ms"]
    assert (entry.value, entry.config_source, found(entry)) == ("604800000", 5, [])


def test_static_settings_are_the_topics_synonyms(
    start_broker: Callable, connect: Callable, make_topic: Callable
) -> None:
    """S85d"""
    address = start_broker({"message.max.bytes": "5000", "log.retention.hours": "2", "log.roll.ms": "70000"})
    raw = connect(address)
    entries = by_name(describe(raw, TOPIC, make_topic(to=address).name, synonyms=True))
    entry = entries["max.message.bytes"]
    assert (entry.value, entry.config_source) == ("5000", 4)
    assert found(entry) == [("message.max.bytes", "5000", 4), ("message.max.bytes", "1048588", 5)]
    assert (entries["retention.ms"].value, found(entries["retention.ms"])) == ("7200000", [])
    roll = entries["segment.ms"]
    assert (roll.value, roll.config_source) == ("70000", 4)
    assert found(roll) == [("log.roll.ms", "70000", 4), ("log.roll.hours", "168", 5)]


def test_values_come_back_parsed(raw: RawClient, make_topic: Callable) -> None:
    """S85e"""
    topic = make_topic(
        configs={
            "max.message.bytes": " 99 ",
            "cleanup.policy": "compact, delete,compact",
            "preallocate": "TRUE",
            "min.cleanable.dirty.ratio": "0.50",
        }
    )
    entries = by_name(describe(raw, TOPIC, topic.name, synonyms=True))
    for name, value in (
        ("max.message.bytes", "99"),
        ("cleanup.policy", "compact,delete"),
        ("preallocate", "true"),
        ("min.cleanable.dirty.ratio", "0.5"),
    ):
        assert (entries[name].value, found(entries[name])[0]) == (value, (name, value, 1))


def test_a_broker_is_described_with_all_its_settings(raw: RawClient, node: str) -> None:
    """S85, S85e"""
    entries = by_name(describe(raw, BROKER, node))
    assert len(entries) >= 340
    for name, value, kind in (
        ("log.roll.ms", None, 5),
        ("num.partitions", "1", 3),
        ("auto.create.topics.enable", "true", 1),
        ("group.consumer.assignors", "uniform,range", 7),
        ("log.cleaner.min.cleanable.ratio", "0.5", 6),
        ("compression.type", "producer", 2),
        ("offsets.commit.timeout.ms", "5000", 3),
        ("node.id", node, 3),
    ):
        assert (entries[name].value, entries[name].config_type) == (value, kind), name


def test_settings_that_cannot_change_at_run_time_are_read_only(raw: RawClient, node: str) -> None:
    """S85e"""
    entries = by_name(describe(raw, BROKER, node))
    assert {name: entries[name].read_only for name in ("node.id", "num.partitions", "socket.request.max.bytes")} == {
        "node.id": True,
        "num.partitions": True,
        "socket.request.max.bytes": True,
    }
    for name in ("log.retention.ms", "message.max.bytes", "max.connections", "min.insync.replicas", "listeners"):
        assert not entries[name].read_only, name


def test_secrets_are_hidden(raw: RawClient, node: str) -> None:
    """S85e"""
    entries = by_name(describe(raw, BROKER, node, synonyms=True))
    for name in ("ssl.keystore.password", "sasl.jaas.config"):
        assert (entries[name].value, entries[name].is_sensitive, entries[name].config_type) == (None, True, 9)
    assert not entries["num.partitions"].is_sensitive


def test_secrets_that_are_set_are_hidden_in_synonyms_too(start_broker: Callable, connect: Callable) -> None:
    """S85e"""
    raw = connect(start_broker({"ssl.keystore.password": "hush", "listener.name.x.some.thing": "hush"}))
    entries = by_name(describe(raw, BROKER, "1", synonyms=True))
    for name in ("ssl.keystore.password", "listener.name.x.some.thing"):
        assert (entries[name].value, entries[name].is_sensitive) == (None, True)
        assert found(entries[name]) == [(name, None, 4)]
    assert entries["listener.name.x.some.thing"].config_type == 0


def test_synonyms_of_a_broker_setting(raw: RawClient, node: str) -> None:
    """S85d"""
    entries = by_name(describe(raw, BROKER, node, synonyms=True))
    assert found(entries["min.insync.replicas"]) == [("min.insync.replicas", "1", 3), ("min.insync.replicas", "1", 5)]
    assert found(entries["log.retention.hours"]) == [("log.retention.hours", "168", 5)]
    assert found(entries["log.roll.ms"]) == []
    assert entries["log.roll.ms"].config_source == 5
    assert entries["offsets.topic.replication.factor"].config_source == 4


def test_loggers(raw: RawClient, node: str) -> None:
    """S85f"""
    for documentation in (True, False):
        entries = by_name(describe(raw, LOGGER, node, synonyms=True, documentation=documentation))
        assert "root" in entries
        for entry in entries.values():
            assert entry.value in {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
            assert (entry.config_source, entry.config_type, entry.documentation) == (6, 0, "")
            assert (entry.synonyms, entry.read_only, entry.is_sensitive) == ([], False, False)


def test_internal_settings_of_a_topic_show_once_they_are_set(raw: RawClient, make_topic: Callable) -> None:
    """S85f"""
    plain, small = make_topic(), make_topic(configs={"internal.segment.bytes": "1000"})
    assert "internal.segment.bytes" not in by_name(describe(raw, TOPIC, plain.name))
    entry = by_name(describe(raw, TOPIC, small.name))["internal.segment.bytes"]
    assert (entry.value, entry.config_source) == ("1000", 1)
