"""The broker's configuration as a whole."""

import subprocess
import sys

import pytest

from wirebroker.config.broker import BrokerConfig, all_options, known_option
from wirebroker.config.option import ConfigError


def test_defaults_are_kafkas():
    config = BrokerConfig.of()
    assert config.num_partitions == 1
    assert config.socket_request_max_bytes == 104_857_600
    assert config.connections_max_idle_ms == 600_000
    assert config.auto_create_topics_enable is True
    assert config.log_retention_ms is None
    assert config.group_min_session_timeout_ms == 6000
    assert config.advertised_listeners is None


def test_a_single_node_gets_what_kafkas_own_properties_file_sets():
    config = BrokerConfig.of()
    assert config.group_initial_rebalance_delay_ms == 0
    assert config.offsets_topic_replication_factor == 1
    assert config.transaction_state_log_replication_factor == 1
    assert config.transaction_state_log_min_isr == 1
    assert config.share_coordinator_state_topic_replication_factor == 1
    assert config.share_coordinator_state_topic_min_isr == 1
    assert config.static["offsets.topic.replication.factor"] == "1"
    assert config.explicit == {}


def test_what_the_user_set_comes_first():
    config = BrokerConfig.of({"num.partitions": " 3 ", "offsets.topic.replication.factor": "2"})
    assert config.num_partitions == 3
    assert config.value("num.partitions") == 3
    assert config.offsets_topic_replication_factor == 2
    assert config.explicit == {"num.partitions": " 3 ", "offsets.topic.replication.factor": "2"}


@pytest.mark.parametrize("name", ["node.id", "broker.id"])
def test_node_id_and_broker_id_are_one(name):
    config = BrokerConfig.of({name: "7"})
    assert config.node_id == config.broker_id == 7
    assert BrokerConfig.of().node_id == BrokerConfig.of().broker_id == 1


def test_node_id_and_broker_id_may_not_differ():
    with pytest.raises(ConfigError, match="to the same value as"):
        BrokerConfig.of({"node.id": "1", "broker.id": "2"})


def test_an_option_without_effect_is_known_checked_and_told():
    config = BrokerConfig.of(
        {"num.io.threads": "9", "num.partitions": "2", "listener.name.external.ssl.key.password": "x"}
    )
    assert config.without_effect() == ["num.io.threads", "listener.name.external.ssl.key.password"]
    assert config.value("num.io.threads") == 9
    assert config.value("num.network.threads") == 3
    assert config.value("listener.name.external.ssl.key.password") == "x"
    with pytest.raises(ConfigError, match="Value must be at least 1"):
        BrokerConfig.of({"num.io.threads": "0"})


def test_a_typing_mistake_is_refused_with_the_nearest_name():
    with pytest.raises(ConfigError, match=r"Unknown configuration name: num\.partition \(is num\.partitions meant\?\)"):
        BrokerConfig.of({"num.partition": "3"})
    with pytest.raises(ConfigError, match=r"Unknown configuration name: xyzzy$"):
        BrokerConfig.of({"xyzzy": "3"})


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"log.roll.ms": "0"}, "log.roll.ms must be greater than or equal to 1"),
        ({"log.roll.jitter.ms": "-1"}, "log.roll.jitter.ms must be greater than or equal to 0"),
        ({"log.retention.ms": "0"}, r"log.retention.ms must be unlimited \(-1\) or, greater than or equal to 1"),
        (
            {"log.cleaner.min.compaction.lag.ms": "10", "log.cleaner.max.compaction.lag.ms": "5"},
            r"log.cleaner.min.compaction.lag.ms \(10\) > log.cleaner.max.compaction.lag.ms \(5\)",
        ),
    ],
)
def test_options_are_checked_together(options, complaint):
    with pytest.raises(ConfigError, match=complaint):
        BrokerConfig.of(options)


def test_an_overridden_retention_may_be_anything():
    """Only the first of log.retention.ms, .minutes and .hours that is set counts."""
    assert BrokerConfig.of({"log.retention.ms": "5", "log.retention.hours": "0"}).log_retention_ms == 5


def test_names_are_unique_and_lead_to_their_options():
    options = list(all_options())
    assert len(options) == len({option.name for option in options}) == 379
    assert all(known_option(option.name) is option for option in options)
    assert all(option.documentation for option in options)


def test_options_of_a_running_broker_are_known_and_not_listed():
    assert known_option("leader.replication.throttled.rate") is not None
    assert "leader.replication.throttled.rate" not in [option.name for option in all_options()]


def test_options_without_effect_cost_nothing_at_the_start():
    code = (
        "import sys; from wirebroker.config.topic import TopicConfig; from wirebroker.config.settings import Settings;"
        "TopicConfig.of({'retention.ms': '1'}, Settings.of({'num.partitions': '2'}, data_dir=None).config).segment_ms;"
        "sys.exit('wirebroker.config.without_effect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
