"""A group's configuration."""

import pytest

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.group import GroupConfig
from wirebroker.config.option import ConfigError


def test_the_broker_gives_the_defaults():
    config = GroupConfig.of({}, BrokerConfig.of({"group.consumer.session.timeout.ms": "50000"}))
    assert config.consumer_session_timeout_ms == 50_000
    assert config.share_record_lock_duration_ms == 30_000
    assert config.streams_assignor_name == "sticky"


def test_overrides_come_first():
    config = GroupConfig.of({"consumer.heartbeat.interval.ms": "6000"}, BrokerConfig.of())
    assert config.consumer_heartbeat_interval_ms == 6000


@pytest.mark.parametrize("value", ["latest", "earliest", "by_duration:PT1H", "by_duration:P1DT2.5S"])
def test_where_share_groups_begin(value):
    assert GroupConfig.of({"share.auto.offset.reset": value}, BrokerConfig.of()).share_auto_offset_reset == value


@pytest.mark.parametrize("value", ["none", "by_duration:", "by_duration:P", "by_duration:-PT1H", "by_duration:PT"])
def test_where_share_groups_do_not_begin(value):
    with pytest.raises(ConfigError, match="The value must be either 'earliest', 'latest' or of the format"):
        GroupConfig.of({"share.auto.offset.reset": value}, BrokerConfig.of())


def test_an_unknown_name_is_refused():
    """S86h."""
    with pytest.raises(ConfigError, match=r"^Unknown group config name: k$"):
        GroupConfig.of({"k": "v"}, BrokerConfig.of())
