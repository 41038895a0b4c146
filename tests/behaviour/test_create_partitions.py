"""CreatePartitions: how topics grow, and what is refused in which words."""

import time
from collections.abc import Callable

import pytest
from conftest import Topic
from partition_client import batch_of, offset_for, produce_request, produce_values
from raw_client import RawClient

from kafka_codecs.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponsePartition

MakeTopic = Callable[..., Topic]
NONE, UNKNOWN_TOPIC_OR_PARTITION, REQUEST_TIMED_OUT = 0, 3, 7
INVALID_PARTITIONS, INVALID_REPLICA_ASSIGNMENT, INVALID_REQUEST, POLICY_VIOLATION = 37, 39, 42, 44
EXCESSIVE = "Excessively large number of additional partitions per request."


@pytest.fixture
def topic(make_topic: MakeTopic) -> Topic:
    return make_topic(partitions=2)


def grow(
    raw: RawClient,
    *topics: tuple[str, int] | tuple[str, int, list[list[int]]],
    version: int = 3,
    timeout_ms: int = 30_000,
    validate_only: bool = False,
) -> list[tuple[str, int, str | None]]:
    """Ask for partitions: (topic, count) or (topic, count, brokers of each that is added). The answers, by topic."""
    wanted = [
        CreatePartitionsTopic(
            name=name,
            count=count,
            assignments=[CreatePartitionsAssignment(broker_ids=brokers) for brokers in by_hand[0]] if by_hand else None,
        )
        for name, count, *by_hand in topics
    ]
    request = CreatePartitionsRequest(topics=wanted, timeout_ms=timeout_ms, validate_only=validate_only)
    results = raw.call(request, version).results
    return sorted((result.name, result.error_code, result.error_message) for result in results)


def partitions_of(raw: RawClient, topic: str) -> list[MetadataResponsePartition]:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=topic)], allow_auto_topic_creation=False)
    (described,) = raw.call(request, 12).topics
    return sorted(described.partitions, key=lambda partition: partition.partition_index)


def await_partitions(raw: RawClient, topic: str, count: int, seconds: float = 15) -> list[MetadataResponsePartition]:
    deadline = time.monotonic() + seconds
    while len(found := partitions_of(raw, topic)) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("version", range(4))
def test_a_topic_grows(raw: RawClient, topic: Topic, version: int) -> None:
    """S84: new partitions go on where the numbers end, with leader epoch 0."""
    assert grow(raw, (topic.name, 4), version=version) == [(topic.name, NONE, None)]
    found = await_partitions(raw, topic.name, 4)
    assert [partition.partition_index for partition in found] == [0, 1, 2, 3]
    assert [(partition.error_code, partition.leader_epoch) for partition in found] == [(0, 0)] * 4


def test_what_the_topic_held_stays(raw: RawClient, topic: Topic) -> None:
    produce_values(raw, topic, b"a", b"b")
    assert grow(raw, (topic.name, 3)) == [(topic.name, NONE, None)]
    await_partitions(raw, topic.name, 3)
    assert offset_for(raw, topic, -1).offset == 2


def test_a_new_partition_takes_records(raw: RawClient, topic: Topic) -> None:
    """Kafka may show it a moment before it serves it."""
    grow(raw, (topic.name, 3))
    await_partitions(raw, topic.name, 3)
    deadline = time.monotonic() + 15
    while offset_for(raw, topic, -1, partition=2).error_code:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    request = produce_request(topic, batch_of(b"a"))
    request.topic_data[0].partition_data[0].index = 2
    (answered,) = raw.call(request, 9).responses
    assert answered.partition_responses[0].error_code == NONE


def test_a_count_must_be_an_increase(raw: RawClient, topic: Topic) -> None:
    """S84."""
    name = topic.name
    assert grow(raw, (name, 2)) == [(name, INVALID_PARTITIONS, "Topic already has 2 partition(s).")]
    for count in (1, 0, -5):
        text = f"The topic {name} currently has 2 partition(s); {count} would not be an increase."
        assert grow(raw, (name, count)) == [(name, INVALID_PARTITIONS, text)]


def test_unknown_topics_have_no_text(raw: RawClient) -> None:
    """S84: nor have names that no topic can have."""
    for name in ("not-there", "bad name!", "", "__cluster_metadata"):
        assert grow(raw, (name, 3)) == [(name, UNKNOWN_TOPIC_OR_PARTITION, None)]


def test_topics_stand_alone_and_a_name_twice_is_refused(raw: RawClient, topic: Topic, make_topic: MakeTopic) -> None:
    """S84a: whatever the two ask for."""
    other = make_topic(partitions=1)
    assert grow(raw, (topic.name, 3), (topic.name, 4), (other.name, 2), ("not-there", 2)) == sorted(
        [
            (topic.name, INVALID_REQUEST, "Duplicate topic name."),
            (other.name, NONE, None),
            ("not-there", UNKNOWN_TOPIC_OR_PARTITION, None),
        ]
    )
    await_partitions(raw, other.name, 2)
    assert len(partitions_of(raw, topic.name)) == 2


@pytest.mark.parametrize(
    ("assignments", "text"),
    [
        ([], "Attempted to add 2 additional partition(s), but only 0 assignment(s) were specified."),
        ([[1]], "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified."),
        ([[1], []], "The manual partition assignment includes an empty replica list."),
        ([[1], [1, 1]], "The manual partition assignment includes the broker 1 more than once."),
        ([[99], [1]], "The manual partition assignment includes broker 99, but no such broker is registered."),
    ],
)
def test_replicas_by_hand_are_checked(raw: RawClient, topic: Topic, assignments: list[list[int]], text: str) -> None:
    """S84a."""
    assert grow(raw, (topic.name, 4, assignments)) == [(topic.name, INVALID_REPLICA_ASSIGNMENT, text)]
    assert len(partitions_of(raw, topic.name)) == 2


def test_replicas_by_hand(raw: RawClient, topic: Topic) -> None:
    """S84a."""
    assert grow(raw, (topic.name, 4, [[1], [1]])) == [(topic.name, NONE, None)]
    assert [partition.replica_nodes for partition in await_partitions(raw, topic.name, 4)] == [[1]] * 4


def test_validate_only_changes_nothing(raw: RawClient, topic: Topic) -> None:
    """S84a."""
    assert grow(raw, (topic.name, 4), validate_only=True) == [(topic.name, NONE, None)]
    assert grow(raw, (topic.name, 2), validate_only=True)[0][1] == INVALID_PARTITIONS
    assert len(partitions_of(raw, topic.name)) == 2


@pytest.mark.parametrize("timeout_ms", [0, -1])
def test_without_time_nothing_is_done(raw: RawClient, topic: Topic, timeout_ms: int) -> None:
    """S81e: but a name twice is told all the same."""
    asked = [(topic.name, 3), ("x", 1), ("x", 1)]
    assert grow(raw, (topic.name, 3), timeout_ms=timeout_ms) == [(topic.name, REQUEST_TIMED_OUT, None)]
    assert grow(raw, *asked[1:], timeout_ms=timeout_ms) == [("x", INVALID_REQUEST, "Duplicate topic name.")]
    assert len(partitions_of(raw, topic.name)) == 2


def test_too_many_at_once(raw: RawClient, topic: Topic, make_topic: MakeTopic) -> None:
    """S81d: more than 10,000 in all fail every topic; counts that are no increase, and unknown topics, do not count."""
    name, other = topic.name, make_topic(partitions=2).name
    for asked in (
        [(name, 10_003), ("not-there", 5)],
        [(name, 6_000), (other, 6_000)],
        [(name, 2**31 - 1), (other, -1)],
    ):
        answers = grow(raw, *asked, validate_only=True)
        assert answers == sorted((asked_for, POLICY_VIOLATION, EXCESSIVE) for asked_for, _ in asked)
    assert grow(raw, (name, 10_002), validate_only=True) == [(name, NONE, None)]
    (unknown, known) = grow(raw, ("not-there", 20_000), (f"{name}", 3), validate_only=True)
    assert {unknown[1], known[1]} == {UNKNOWN_TOPIC_OR_PARTITION, NONE}
