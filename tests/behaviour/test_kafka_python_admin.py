"""What users of kafka-python ask a broker about, and the errors that they see."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

pytest.importorskip("kafka")

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec

FIRST_MS = int(time.time() - 3_600) * 1000
"""An hour ago: what is older than retention.ms may be gone before it is asked for."""
COUNT = 10


@pytest.fixture
def admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as client:
        yield client


@pytest.fixture
def producer(bootstrap: str) -> Iterator[KafkaProducer]:
    with closing(KafkaProducer(bootstrap_servers=bootstrap, max_request_size=5_000_000)) as client:
        yield client


@pytest.fixture
def filled(make_topic: Callable[..., Any], producer: KafkaProducer) -> TopicPartition:
    """A partition with ten records, a second apart."""
    topic = make_topic().name
    for number in range(COUNT):
        producer.send(topic, b"%d" % number, partition=0, timestamp_ms=FIRST_MS + 1000 * number)
    producer.flush()
    return TopicPartition(topic, 0)


def test_topics_are_created_described_and_deleted(admin: KafkaAdminClient, topic_name: str):
    configs = {"retention.ms": "1234567", "cleanup.policy": "compact"}
    asked = {topic_name: {"num_partitions": 3, "replication_factor": 1, "configs": configs}}
    (created,) = admin.create_topics(asked, wait_for_metadata=True)["topics"]
    (described,) = admin.describe_topics([topic_name])
    assert described["topic_id"] == created["topic_id"]
    assert [partition["partition_index"] for partition in described["partitions"]] == [0, 1, 2]
    assert topic_name in admin.list_topics()
    resource = ConfigResource(ConfigResourceType.TOPIC, topic_name)
    modified = admin.describe_configs([resource])["topic"][topic_name]
    assert {name: modified[name]["value"] for name in configs} == configs
    (deleted,) = admin.delete_topics([topic_name])["topics"]
    assert deleted["topic_id"] == created["topic_id"]
    with pytest.raises(errors.UnknownTopicOrPartitionError):
        admin.delete_topics([topic_name])


def test_a_topic_can_be_tried_out(admin: KafkaAdminClient, topic_name: str):
    admin.create_topics({topic_name: {"num_partitions": 2}}, validate_only=True)
    assert topic_name not in admin.list_topics()


def test_a_topic_that_exists(admin: KafkaAdminClient, make_topic: Callable[..., Any]):
    topic = make_topic().name
    with pytest.raises(errors.TopicAlreadyExistsError, match=f"Topic .*{topic}.* already exists"):
        admin.create_topics([topic])


@pytest.mark.parametrize(
    ("configs", "text"),
    [
        ({"retention.ms": "abc"}, "Invalid value abc for configuration retention.ms: Not a number of type LONG"),
        ({"no.such": "1"}, "Unknown topic config name: no.such"),
    ],
)
def test_an_invalid_configuration(admin: KafkaAdminClient, topic_name: str, configs: dict[str, str], text: str):
    with pytest.raises(errors.InvalidConfigurationError, match=text):
        admin.create_topics({topic_name: {"configs": configs}})


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("no spaces", {}, errors.InvalidTopicError),
        ("t-too-many-replicas", {"replication_factor": 9}, errors.InvalidReplicationFactorError),
        ("t-no-partitions", {"num_partitions": 0}, errors.InvalidPartitionsError),
    ],
)
def test_a_topic_that_cannot_be(
    admin: KafkaAdminClient, name: str, options: dict[str, int], error: type[errors.KafkaError]
):
    with pytest.raises(error):
        admin.create_topics({name: options})


def test_a_message_that_is_too_large(producer: KafkaProducer, make_topic: Callable[..., Any]):
    topic = make_topic(configs={"max.message.bytes": "1000"}).name
    with pytest.raises(errors.MessageSizeTooLargeError):
        producer.send(topic, bytes(2_000), partition=0).get(timeout=30)


def test_a_compacted_topic_takes_no_record_without_key(producer: KafkaProducer, make_topic: Callable[..., Any]):
    topic = make_topic(configs={"cleanup.policy": "compact"}).name
    with pytest.raises(errors.InvalidRecordError, match="Compacted topic cannot accept message without key"):
        producer.send(topic, b"value", partition=0).get(timeout=30)


def test_sending_to_an_unknown_topic_creates_it(producer: KafkaProducer, admin: KafkaAdminClient, topic_name: str):
    assert producer.send(topic_name, b"value").get(timeout=30).offset == 0
    assert topic_name in admin.list_topics()


def test_offsets_are_found(bootstrap: str, admin: KafkaAdminClient, filled: TopicPartition):
    specs = {OffsetSpec.EARLIEST: 0, OffsetSpec.LATEST: COUNT, OffsetSpec.MAX_TIMESTAMP: COUNT - 1}
    for spec, offset in specs.items():
        assert admin.list_partition_offsets({filled: spec})[filled].offset == offset
    with closing(KafkaConsumer(bootstrap_servers=bootstrap)) as consumer:
        assert consumer.beginning_offsets([filled]) == {filled: 0}
        assert consumer.end_offsets([filled]) == {filled: COUNT}
        found = consumer.offsets_for_times({filled: FIRST_MS + 4_500})[filled]
        assert (found.offset, found.timestamp) == (5, FIRST_MS + 5_000)
        assert consumer.offsets_for_times({filled: FIRST_MS + 1_000_000}) == {filled: None}


def test_groups_are_listed_and_described(
    bootstrap: str, admin: KafkaAdminClient, filled: TopicPartition, group_name: str
):
    consumer = KafkaConsumer(
        filled.topic, bootstrap_servers=bootstrap, group_id=group_name, auto_offset_reset="earliest"
    )
    with closing(consumer):
        seen = 0
        while seen < COUNT:
            seen += sum(map(len, consumer.poll(timeout_ms=1000).values()))
        consumer.commit()
        (listed,) = [group for group in admin.list_groups() if group["group_id"] == group_name]
        assert (listed["group_state"], listed["group_type"]) == ("Stable", "classic")
        described = admin.describe_groups([group_name])[group_name]
        (member,) = described["members"]
        assert (described["group_state"], described["protocol_data"]) == ("Stable", "range")
        assert member["client_host"] == "/127.0.0.1"
        assert member["member_assignment"]["assigned_partitions"] == [{"topic": filled.topic, "partitions": [0]}]
    assert admin.describe_groups([group_name])[group_name]["group_state"] == "Empty"
    assert admin.list_group_offsets({group_name: None})[group_name][filled].offset == COUNT


def test_an_unknown_group_is_described_as_dead(admin: KafkaAdminClient, group_name: str):
    described = admin.describe_groups([group_name])[group_name]
    assert described["group_state"] == "Dead"
    assert f"Group {group_name} not found." in described["error"]


def test_the_cluster_is_described(admin: KafkaAdminClient, bootstrap: str):
    cluster = admin.describe_cluster()
    assert bootstrap in {f"{broker['host']}:{broker['port']}" for broker in cluster["brokers"]}
    assert cluster["controller_id"] in {broker["broker_id"] for broker in cluster["brokers"]}


def test_records_are_deleted(admin: KafkaAdminClient, filled: TopicPartition, bootstrap: str):
    answer = admin.delete_records({filled: 4})[filled]
    assert (answer["error_code"], answer["low_watermark"]) == (0, 4)
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=20_000)) as consumer:
        consumer.assign([filled])
        assert consumer.beginning_offsets([filled]) == {filled: 4}
        consumer.seek_to_beginning(filled)
        assert next(consumer).offset == 4
    with pytest.raises(errors.OffsetOutOfRangeError):
        admin.delete_records({filled: COUNT + 1})
