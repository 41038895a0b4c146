"""A topic's configuration: overrides, what it inherits from the broker, what is refused."""

import pytest

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.option import ConfigError
from wirebroker.config.topic import TopicConfig

BROKER = BrokerConfig.of()
TIERED = "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
THROTTLED = (
    "Invalid value [0:1, x] for configuration leader.replication.throttled.replicas:"
    " leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following"
    " format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."
)


def test_defaults_are_kafkas():
    config = TopicConfig.of({}, BROKER)
    assert config.cleanup_policy == ("delete",)
    assert config.retention_ms == config.segment_ms == 604_800_000
    assert config.segment_bytes == config.segment_size == 1 << 30
    assert config.max_message_bytes == 1_048_588
    assert config.flush_ms == config.flush_messages == (1 << 63) - 1
    assert config.min_cleanable_dirty_ratio == 0.5
    assert config.compression_type == "producer"
    assert config.message_timestamp_type == "CreateTime"
    assert config.internal_segment_bytes is None


def test_overrides_come_before_the_broker():
    broker = BrokerConfig.of({"log.segment.bytes": "2000000", "message.max.bytes": "5"})
    config = TopicConfig.of({"segment.bytes": "3000000"}, broker)
    assert config.segment_bytes == 3_000_000
    assert config.max_message_bytes == 5
    assert config.overrides == {"segment.bytes": "3000000"}
    assert config.inherited(TopicConfig.segment_bytes) == 2_000_000


@pytest.mark.parametrize(
    ("options", "attribute", "value"),
    [
        ({"log.retention.hours": "2"}, "retention_ms", 7_200_000),
        ({"log.retention.hours": "2", "log.retention.minutes": "3"}, "retention_ms", 180_000),
        ({"log.retention.minutes": "3", "log.retention.ms": "4"}, "retention_ms", 4),
        ({"log.retention.hours": "-1"}, "retention_ms", -1),
        ({"log.retention.ms": "-2"}, "retention_ms", -1),
        ({"log.roll.hours": "1"}, "segment_ms", 3_600_000),
        ({"log.roll.hours": "1", "log.roll.ms": "5"}, "segment_ms", 5),
        ({"log.roll.jitter.hours": "1"}, "segment_jitter_ms", 3_600_000),
        ({"log.flush.scheduler.interval.ms": "9"}, "flush_ms", 9),
        ({"log.flush.scheduler.interval.ms": "9", "log.flush.interval.ms": "8"}, "flush_ms", 8),
        ({"log.cleanup.policy": "compact"}, "cleanup_policy", ("compact",)),
        ({"log.cleaner.min.cleanable.ratio": "0.1"}, "min_cleanable_dirty_ratio", 0.1),
        ({"log.preallocate": "true"}, "preallocate", True),
    ],
)
def test_the_broker_gives_the_defaults(options, attribute, value):
    inherited = getattr(TopicConfig.of({}, BrokerConfig.of(options)), attribute)
    assert inherited == value
    assert type(inherited) is type(value)


def test_a_value_comes_back_parsed():
    """S85e."""
    config = TopicConfig.of({"cleanup.policy": " compact, delete,compact", "retention.ms": " 99 "}, BROKER)
    assert TopicConfig.cleanup_policy.text(config.cleanup_policy) == "compact,delete"
    assert TopicConfig.retention_ms.text(config.retention_ms) == "99"


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"message.format.version": "3.0"}, "Unknown topic config name: message.format.version"),
        ({"no.such": "1", "retention.ms": "x"}, "Unknown topic config name: no.such"),
        ({"retention.ms": "x"}, "Invalid value x for configuration retention.ms: Not a number of type LONG"),
        ({"retention.ms": "-2"}, "Invalid value -2 for configuration retention.ms: Value must be at least -1"),
        (
            {"min.cleanable.dirty.ratio": "2"},
            "Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1",
        ),
        (
            {"cleanup.policy": "Delete"},
            "Invalid value Delete for configuration cleanup.policy: String must be one of: compact, delete",
        ),
        ({"cleanup.policy": ","}, "Configuration 'cleanup.policy' values must not be empty."),
        (
            {"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"},
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
        ),
        (
            {"remote.storage.enable": "true"},
            TIERED,
        ),
        ({"segment.bytes": "14"}, "Invalid value 14 for configuration segment.bytes: Value must be at least 1048576"),
        (
            {"leader.replication.throttled.replicas": "0:1,x"},
            THROTTLED,
        ),
    ],
)
def test_refusals_have_kafkas_texts(overrides, complaint):
    """S86d, S86e."""
    with pytest.raises(ConfigError) as refused:
        TopicConfig.of(overrides, BROKER)
    assert str(refused.value) == complaint


def test_an_empty_cleanup_policy_is_legal():
    """S86e."""
    assert TopicConfig.of({"cleanup.policy": ""}, BROKER).cleanup_policy == ()


@pytest.mark.parametrize("replicas", ["", "*", "0:1", "0:1, 1:2"])
def test_throttled_replicas(replicas):
    TopicConfig.of({"leader.replication.throttled.replicas": replicas}, BROKER)


def test_a_topic_over_its_brokers_compaction_lag_is_refused():
    broker = BrokerConfig.of({"log.cleaner.max.compaction.lag.ms": "5"})
    with pytest.raises(ConfigError, match=r"min.compaction.lag.ms \(10\) > max.compaction.lag.ms \(5\)"):
        TopicConfig.of({"min.compaction.lag.ms": "10"}, broker)


def test_internal_segment_bytes_goes_below_the_limit():
    """S85f."""
    assert TopicConfig.of({"internal.segment.bytes": "14"}, BROKER).segment_size == 14


def test_compacted_topics_close_segments_in_time_for_the_lag():
    overrides = {"cleanup.policy": "compact", "max.compaction.lag.ms": "1000"}
    assert TopicConfig.of(overrides, BROKER).max_segment_ms == 1000
    assert TopicConfig.of({"max.compaction.lag.ms": "1000"}, BROKER).max_segment_ms == 604_800_000
