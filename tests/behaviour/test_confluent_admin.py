"""What users of confluent-kafka ask a broker about, and the errors that they see."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing
from typing import Any

import pytest

pytest.importorskip("confluent_kafka")

from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    ConsumerGroupType,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, OffsetSpec

FIRST_MS = int(time.time() - 3_600) * 1000
"""An hour ago: what is older than retention.ms may be gone before it is asked for."""
COUNT = 10
WAIT_SECONDS = 30.0


@pytest.fixture
def admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap})


@pytest.fixture
def producer(bootstrap: str) -> Producer:
    return Producer({"bootstrap.servers": bootstrap, "message.max.bytes": 5_000_000})


@pytest.fixture
def filled(make_topic: Callable[..., Any], producer: Producer) -> tuple[str, int]:
    """A partition with ten records, a second apart."""
    topic = make_topic().name
    for number in range(COUNT):
        producer.produce(topic, b"%d" % number, partition=0, timestamp=FIRST_MS + 1000 * number)
    assert producer.flush(WAIT_SECONDS) == 0
    return topic, 0


@pytest.fixture
def consumer(bootstrap: str, group_name: str) -> Iterator[Consumer]:
    settings = {"bootstrap.servers": bootstrap, "group.id": group_name, "auto.offset.reset": "earliest"}
    with closing(Consumer(settings | {"enable.auto.commit": False})) as client:
        yield client


def result(answers: Mapping[Any, Future[Any]]) -> Any:
    (answer,) = answers.values()
    return answer.result(WAIT_SECONDS)


def error_of(answers: Mapping[Any, Future[Any]]) -> tuple[int, str]:
    with pytest.raises(KafkaException) as raised:
        result(answers)
    error = raised.value.args[0]
    return error.code(), error.str()


def delivery_error(producer: Producer, topic: str, value: bytes) -> int:
    """Send a record that must fail; return the error's code."""
    codes: list[int] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        assert error is not None
        codes.append(error.code())

    producer.produce(topic, value, partition=0, on_delivery=delivered)
    assert producer.flush(WAIT_SECONDS) == 0
    (code,) = codes
    return code


def test_topics_are_created_and_deleted(admin: AdminClient, topic_name: str):
    assert result(admin.create_topics([NewTopic(topic_name, 3, 1)])) is None
    assert result(admin.delete_topics([topic_name])) is None
    code, _ = error_of(admin.delete_topics([topic_name]))
    assert code == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_topics_are_described(admin: AdminClient, make_topic: Callable[..., Any]):
    configs = {"retention.ms": "1234567", "cleanup.policy": "compact"}
    topic = make_topic(partitions=3, configs=configs).name
    described = result(admin.describe_topics(TopicCollection([topic])))
    assert described.topic_id is not None
    assert [(each.id, each.leader.id, [node.id for node in each.isr]) for each in described.partitions] == [
        (index, 1, [1]) for index in range(3)
    ]
    found = result(admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]))
    assert {name: found[name].value for name in configs} == configs
    assert not any(found[name].is_default for name in configs)
    assert found["max.message.bytes"].is_default


def test_the_broker_and_the_cluster_are_described(admin: AdminClient, bootstrap: str):
    found = result(admin.describe_configs([ConfigResource(ConfigResource.Type.BROKER, "1")]))
    assert found["node.id"].value == "1"
    cluster = admin.describe_cluster().result(WAIT_SECONDS)
    assert f"{cluster.controller.host}:{cluster.controller.port}" == bootstrap


def test_what_does_not_exist_cannot_be_described(admin: AdminClient, topic_name: str):
    code, _ = error_of(admin.describe_topics(TopicCollection([topic_name])))
    assert code == KafkaError.UNKNOWN_TOPIC_OR_PART
    code, _ = error_of(admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic_name)]))
    assert code == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_a_topic_that_exists(admin: AdminClient, make_topic: Callable[..., Any]):
    topic = make_topic().name
    expected = (KafkaError.TOPIC_ALREADY_EXISTS, f"Topic '{topic}' already exists.")
    assert error_of(admin.create_topics([NewTopic(topic, 1, 1)])) == expected


@pytest.mark.parametrize(
    ("configs", "text"),
    [
        ({"retention.ms": "abc"}, "Invalid value abc for configuration retention.ms: Not a number of type LONG"),
        ({"no.such": "1"}, "Unknown topic config name: no.such"),
    ],
)
def test_an_invalid_configuration(admin: AdminClient, topic_name: str, configs: dict[str, str], text: str):
    answer = error_of(admin.create_topics([NewTopic(topic_name, 1, 1, config=configs)]))
    assert answer == (KafkaError.INVALID_CONFIG, text)


def test_a_topic_that_cannot_be(admin: AdminClient, topic_name: str):
    code, _ = error_of(admin.create_topics([NewTopic("no spaces", 1, 1)]))
    assert code == KafkaError.TOPIC_EXCEPTION
    code, _ = error_of(admin.create_topics([NewTopic(topic_name, 1, 9)]))
    assert code == KafkaError.INVALID_REPLICATION_FACTOR


def test_records_that_are_refused(producer: Producer, make_topic: Callable[..., Any]):
    small = make_topic(configs={"max.message.bytes": "1000"}).name
    assert delivery_error(producer, small, bytes(2_000)) == KafkaError.MSG_SIZE_TOO_LARGE
    compacted = make_topic(configs={"cleanup.policy": "compact"}).name
    assert delivery_error(producer, compacted, b"without a key") == KafkaError.INVALID_RECORD


def test_sending_to_an_unknown_topic_creates_it(producer: Producer, admin: AdminClient, topic_name: str):
    producer.produce(topic_name, b"value")
    assert producer.flush(WAIT_SECONDS) == 0
    assert topic_name in admin.list_topics(timeout=WAIT_SECONDS).topics


def test_subscribing_to_an_unknown_topic(consumer: Consumer, topic_name: str):
    """librdkafka's consumer asks for no creation, and says once that the topic is not there."""
    consumer.subscribe([topic_name])
    message = consumer.poll(WAIT_SECONDS)
    assert message is not None
    error = message.error()
    assert error is not None
    assert error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_an_offset_out_of_range(consumer: Consumer, filled: tuple[str, int]):
    """Seen by the client, it goes to where ``auto.offset.reset`` says."""
    consumer.assign([TopicPartition(*filled, COUNT + 5)])
    message = consumer.poll(WAIT_SECONDS)
    assert message is not None
    assert (message.error(), message.offset()) == (None, 0)


def test_offsets_are_found(admin: AdminClient, consumer: Consumer, filled: tuple[str, int]):
    partition = TopicPartition(*filled)
    specs = (
        (OffsetSpec.earliest(), 0),
        (OffsetSpec.latest(), COUNT),
        (OffsetSpec.max_timestamp(), COUNT - 1),
        (OffsetSpec.for_timestamp(FIRST_MS + 4_500), 5),
    )
    for spec, offset in specs:
        assert result(admin.list_offsets({partition: spec})).offset == offset
    assert consumer.get_watermark_offsets(partition, timeout=WAIT_SECONDS) == (0, COUNT)
    (found,) = consumer.offsets_for_times([TopicPartition(*filled, FIRST_MS + 4_500)], timeout=WAIT_SECONDS)
    assert found.offset == 5


def test_groups_are_listed_described_and_deleted(
    admin: AdminClient, consumer: Consumer, filled: tuple[str, int], group_name: str
):
    consumer.subscribe([filled[0]])
    messages = consumer.consume(COUNT, timeout=WAIT_SECONDS)
    assert [message.offset() for message in messages] == list(range(COUNT))
    consumer.commit(asynchronous=False)
    listing = admin.list_consumer_groups().result(WAIT_SECONDS)
    assert not listing.errors
    (listed,) = [group for group in listing.valid if group.group_id == group_name]
    assert (listed.state, listed.type) == (ConsumerGroupState.STABLE, ConsumerGroupType.CLASSIC)
    described = result(admin.describe_consumer_groups([group_name]))
    (member,) = described.members
    assert (described.state, described.partition_assignor) == (ConsumerGroupState.STABLE, "range")
    assert [(each.topic, each.partition) for each in member.assignment.topic_partitions] == [filled]
    (committed,) = result(
        admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group_name)])
    ).topic_partitions
    assert (committed.topic, committed.partition, committed.offset) == (*filled, COUNT)
    code, _ = error_of(admin.delete_consumer_groups([group_name]))
    assert code == KafkaError.NON_EMPTY_GROUP
    consumer.close()
    assert result(admin.describe_consumer_groups([group_name])).state == ConsumerGroupState.EMPTY
    assert result(admin.delete_consumer_groups([group_name])) is None
    assert result(admin.describe_consumer_groups([group_name])).state == ConsumerGroupState.DEAD


def test_an_unknown_group_is_described_as_dead(admin: AdminClient, group_name: str):
    assert result(admin.describe_consumer_groups([group_name])).state == ConsumerGroupState.DEAD


def test_records_are_deleted(admin: AdminClient, filled: tuple[str, int], consumer: Consumer):
    deleted = result(admin.delete_records([TopicPartition(*filled, 4)]))
    assert deleted.low_watermark == 4
    assert consumer.get_watermark_offsets(TopicPartition(*filled), timeout=WAIT_SECONDS) == (4, COUNT)
    with pytest.raises(KafkaException) as refused:
        result(admin.delete_records([TopicPartition(*filled, COUNT + 1)]))
    assert refused.value.args[0].code() == KafkaError.OFFSET_OUT_OF_RANGE
