from collections.abc import Callable

import pytest

from kafka_codecs.internal.cluster_metadata import ConfigRecord
from wirebroker.errors import KafkaError
from wirebroker.metadata.configs import (
    ConfigSource,
    check_topic_configs,
    effective_topic_configs,
    read_together,
)
from wirebroker.metadata.describe_configs import describe_broker, describe_group, describe_topic
from wirebroker.metadata.image import ResourceType


def set_config(cluster, kind: ResourceType, resource: str, name: str, value: str) -> None:
    cluster.journal.commit([ConfigRecord(resource_type=kind, resource_name=resource, name=name, value=value)])


def test_each_place_counts_before_the_next(make_cluster: Callable) -> None:
    """S85d"""
    cluster = make_cluster({"message.max.bytes": "4000"})
    expected = [("message.max.bytes", "4000", 4), ("message.max.bytes", "1048588", 5)]
    assert cluster.settings().synonyms("message.max.bytes") == expected
    for resource, value, source in (("", "3000", 3), ("1", "2000", 2)):
        set_config(cluster, ResourceType.BROKER, resource, "message.max.bytes", value)
        expected.insert(0, ("message.max.bytes", value, source))
        settings = cluster.settings()
        assert settings.synonyms("message.max.bytes") == expected
        assert settings.current.message_max_bytes == int(value)
        assert settings.source_of(["message.max.bytes"]) == source
    set_config(cluster, ResourceType.BROKER, "2", "message.max.bytes", "1")
    assert cluster.settings().current.message_max_bytes == 2000


def test_a_topics_own_setting_counts_first(make_cluster: Callable) -> None:
    """S85d"""
    cluster = make_cluster({"message.max.bytes": "4000"})
    cluster.create("t", configs={"max.message.bytes": "1000"})
    (entry,) = [
        one for one in describe_topic("t", cluster.journal.image, cluster.settings()) if one.name == "max.message.bytes"
    ]
    assert (entry.value, entry.config_source) == ("1000", 1)
    assert [(one.name, one.value, one.source) for one in entry.synonyms] == [
        ("max.message.bytes", "1000", 1),
        ("message.max.bytes", "4000", 4),
        ("message.max.bytes", "1048588", 5),
    ]


def test_what_stands_before_the_option_itself_is_dropped(make_cluster: Callable) -> None:
    """S85d"""
    cluster = make_cluster({"log.retention.ms": "1000"})
    settings = cluster.settings()
    assert settings.synonyms("log.retention.hours") == [("log.retention.hours", "168", 5)]
    assert settings.synonyms("log.retention.ms") == [
        ("log.retention.ms", "1000", 4),
        ("log.retention.hours", "168", 5),
    ]
    assert settings.synonyms("log.roll.ms") == []


def test_options_of_one_meaning_are_read_together() -> None:
    """S85d"""
    together = ("log.retention.ms", "log.retention.minutes", "log.retention.hours")
    assert read_together("log.retention.minutes") == together
    assert read_together("log.flush.interval.ms") == ("log.flush.interval.ms", "log.flush.scheduler.interval.ms")
    assert read_together("log.flush.scheduler.interval.ms") == ("log.flush.scheduler.interval.ms",)
    assert read_together("listener.name.x.ssl.key.password") == ("listener.name.x.ssl.key.password", "ssl.key.password")


def test_effective_configs_are_sorted_and_keep_what_was_given(make_cluster: Callable) -> None:
    """S82"""
    cluster = make_cluster({"log.roll.hours": "2"})
    effective = {one.name: one for one in effective_topic_configs({"retention.ms": " 5 "}, cluster.settings())}
    assert list(effective) == sorted(effective)
    assert effective["retention.ms"][1:3] == (" 5 ", ConfigSource.TOPIC)
    assert effective["segment.ms"][1:3] == ("7200000", ConfigSource.STATIC_BROKER)
    assert effective["min.insync.replicas"][1:3] == ("1", ConfigSource.DYNAMIC_DEFAULT_BROKER)
    assert "internal.segment.bytes" not in effective
    assert "internal.segment.bytes" in {
        one.name for one in effective_topic_configs({"internal.segment.bytes": "9"}, cluster.settings())
    }


def test_bad_settings_are_refused_with_kafkas_words(cluster) -> None:
    """S86d"""
    check_topic_configs({"retention.ms": "-1"}, cluster.config)
    with pytest.raises(KafkaError) as refusal:
        check_topic_configs({"retention.ms": "-2"}, cluster.config)
    assert refusal.value.code == 40
    assert refusal.value.message == "Invalid value -2 for configuration retention.ms: Value must be at least -1"


def test_settings_of_one_listener_are_described_as_secrets(make_cluster: Callable) -> None:
    """S85e"""
    cluster = make_cluster({"listener.name.x.made.up": "hush"})
    entries = {one.name: one for one in describe_broker("1", 1, cluster.settings())}
    entry = entries["listener.name.x.made.up"]
    assert (entry.value, entry.is_sensitive, entry.read_only, entry.config_source) == (None, True, True, 4)
    assert [(one.name, one.value) for one in entry.synonyms] == [("listener.name.x.made.up", None)]


def test_a_groups_own_setting_counts_before_the_brokers(cluster) -> None:
    """S85b"""
    name = "consumer.session.timeout.ms"
    set_config(cluster, ResourceType.GROUP, "g", name, " 50000 ")
    entries = {one.name: one for one in describe_group("g", cluster.journal.image, cluster.settings())}
    assert (entries[name].value, entries[name].config_source) == ("50000", 8)
    others = {one.name: one for one in describe_group("h", cluster.journal.image, cluster.settings())}
    assert (others[name].value, others[name].config_source) == ("45000", 5)
