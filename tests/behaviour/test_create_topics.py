"""CreateTopics: what is refused, in which order and in which words, and what a success says."""

import time
import uuid
from collections.abc import Callable

import pytest
from raw_client import RawClient

from kafka_codecs.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
    CreatableTopicResult,
    CreateTopicsRequest,
)
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic

ZERO = bytes(16)


def topic(
    name: str,
    partitions: int = 1,
    factor: int = 1,
    *,
    configs: dict[str, str | None] | None = None,
    assignments: dict[int, list[int]] | None = None,
) -> CreatableTopic:
    """A topic of a request; with assignments the counts are -1 unless they are given."""
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=factor,
        configs=[CreatableTopicConfig(name=key, value=value) for key, value in (configs or {}).items()],
        assignments=[
            CreatableReplicaAssignment(partition_index=index, broker_ids=brokers)
            for index, brokers in (assignments or {}).items()
        ],
    )


def create(
    raw: RawClient, *topics: CreatableTopic, version: int = 7, timeout_ms: int = 30_000, validate_only: bool = False
) -> list[CreatableTopicResult]:
    request = CreateTopicsRequest(topics=list(topics), timeout_ms=timeout_ms, validate_only=validate_only)
    return list(raw.call(request, version).topics)


def refusal(raw: RawClient, wanted: CreatableTopic) -> tuple[int, str | None]:
    (result,) = create(raw, wanted)
    return result.error_code, result.error_message


def exists(raw: RawClient, name: str) -> bool:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=name)], allow_auto_topic_creation=False)
    return raw.call(request, 12).topics[0].error_code == 0


def await_topic(raw: RawClient, name: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not exists(raw, name):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def node_id(raw: RawClient) -> int:
    (broker,) = raw.call(MetadataRequest(topics=[]), 12).brokers
    return int(broker.node_id)


@pytest.mark.parametrize("version", range(2, 8))
def test_every_version_creates(raw: RawClient, topic_name: str, version: int) -> None:
    """S82"""
    (result,) = create(raw, topic(topic_name, 3), version=version)
    assert (result.name, result.error_code, result.error_message) == (topic_name, 0, None)
    assert (result.topic_id != ZERO) == (version >= 7)
    assert (result.num_partitions, result.replication_factor) == ((3, 1) if version >= 5 else (-1, -1))
    assert bool(result.configs) == (version >= 5)
    assert result.topic_config_error_code == 0
    await_topic(raw, topic_name)


@pytest.mark.parametrize("version", range(2, 8))
def test_minus_one_takes_the_brokers_defaults(raw: RawClient, topic_name: str, version: int) -> None:
    """S82a"""
    (result,) = create(raw, topic(topic_name, -1, -1), version=version)
    assert result.error_code == 0
    assert (result.num_partitions, result.replication_factor) == ((1, 1) if version >= 5 else (-1, -1))


def test_a_success_lists_the_effective_configs_by_name(raw: RawClient, topic_name: str) -> None:
    """S82, S85c"""
    given = {"retention.ms": " 60000 ", "cleanup.policy": "compact, delete"}
    (result,) = create(raw, topic(topic_name, configs=given))
    configs = {entry.name: entry for entry in result.configs}
    assert list(configs) == sorted(configs)
    assert len(configs) == 37
    assert {name: configs[name].value for name in given} == given
    assert {name for name, entry in configs.items() if entry.config_source == 1} == set(given)
    assert (configs["min.insync.replicas"].value, configs["min.insync.replicas"].config_source) == ("1", 3)
    assert (configs["segment.ms"].value, configs["segment.ms"].config_source) == ("604800000", 5)
    assert (configs["preallocate"].value, configs["max.message.bytes"].value) == ("false", "1048588")
    assert not any(entry.read_only or entry.is_sensitive for entry in result.configs)


def test_validate_only_changes_nothing(raw: RawClient, topic_name: str) -> None:
    """S82"""
    first, second = (create(raw, topic(topic_name, 2), validate_only=True)[0] for _ in range(2))
    assert (first.error_code, first.num_partitions, len(first.configs)) == (0, 2, 37)
    assert first.topic_id not in {ZERO, second.topic_id}
    assert not exists(raw, topic_name)
    refused = topic(topic_name, configs={"x": "y"})
    assert create(raw, refused, validate_only=True)[0].error_code == 40


def test_an_error_entry_says_nothing_else(raw: RawClient, topic_name: str) -> None:
    """S82"""
    (result,) = create(raw, topic(topic_name, 0))
    assert result == CreatableTopicResult(
        name=topic_name,
        error_code=37,
        error_message="Number of partitions was set to an invalid non-positive value.",
    )
    assert (result.topic_id, result.num_partitions, result.replication_factor, result.configs) == (ZERO, -1, -1, [])


def test_an_existing_topic(raw: RawClient, make_topic: Callable) -> None:
    """S81, S81f"""
    name = make_topic().name
    assert refusal(raw, topic(name)) == (36, f"Topic '{name}' already exists.")


@pytest.mark.parametrize("partitions", [0, -2, -100])
def test_bad_partition_counts(raw: RawClient, topic_name: str, partitions: int) -> None:
    """S81, S81f"""
    text = "Number of partitions was set to an invalid non-positive value."
    assert refusal(raw, topic(topic_name, partitions)) == (37, text)


@pytest.mark.parametrize("factor", [0, -2])
def test_bad_replication_factors(raw: RawClient, topic_name: str, factor: int) -> None:
    """S81, S81f"""
    text = "Replication factor must be larger than 0, or -1 to use the default value."
    assert refusal(raw, topic(topic_name, 1, factor)) == (38, text)


def test_more_replicas_than_brokers(raw: RawClient, topic_name: str) -> None:
    """S81, S81f"""
    text = (
        "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because "
        "only 1 broker(s) are registered or some brokers have all their log directories cordoned."
    )
    assert refusal(raw, topic(topic_name, 1, 2)) == (38, text)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "the empty string is not allowed"),
        (".", "'.' is not allowed"),
        ("..", "'..' is not allowed"),
        ("x" * 250, f"the length of '{'x' * 250}' is longer than the max allowed length 249"),
        ("a b", "'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
        ("ü", "'ü' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
        ("a\n", "'a\n' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
    ],
)
def test_illegal_names(raw: RawClient, name: str, reason: str) -> None:
    """S81, S81g"""
    assert refusal(raw, topic(name)) == (17, f"Topic name is invalid: {reason}")


def test_the_longest_name_and_a_name_with_two_underscores(raw: RawClient, topic_name: str) -> None:
    """S81g"""
    longest = f"__{topic_name}".ljust(249, "x")
    assert refusal(raw, topic(longest)) == (0, None)


def test_a_name_that_collides_in_metrics(raw: RawClient, make_topic: Callable, topic_name: str) -> None:
    """S81, S81f"""
    make_topic(name=f"{topic_name}.a")
    text = f"Topic '{topic_name}_a' collides with existing topic: {topic_name}.a"
    assert refusal(raw, topic(f"{topic_name}_a")) == (17, text)


def test_names_that_collide_in_one_request_are_both_created(raw: RawClient, topic_name: str) -> None:
    """S81c"""
    results = create(raw, topic(f"{topic_name}.b"), topic(f"{topic_name}_b"))
    assert [result.error_code for result in results] == [0, 0]


def test_an_existing_name_counts_before_a_collision(raw: RawClient, topic_name: str) -> None:
    """S81a"""
    names = f"{topic_name}.c", f"{topic_name}_c"
    create(raw, *(topic(name) for name in names))
    await_topic(raw, names[1])
    assert [refusal(raw, topic(name))[0] for name in names] == [36, 36]


def test_a_name_twice_is_answered_once_and_not_created(raw: RawClient, topic_name: str) -> None:
    """S81b"""
    other = f"{topic_name}-other"
    results = create(raw, topic(topic_name), topic(other), topic(topic_name, 2), topic(topic_name))
    assert [(one.name, one.error_code, one.error_message) for one in results] == [
        (other, 0, None),
        (topic_name, 42, "Duplicate topic name."),
    ]
    await_topic(raw, other)
    assert not exists(raw, topic_name)


def test_the_metadata_log_cannot_be_created(raw: RawClient, topic_name: str) -> None:
    """S81a, S81b"""
    twice = f"{topic_name}-twice"
    results = create(raw, topic("__cluster_metadata"), topic(twice), topic(twice), topic(topic_name))
    assert [(one.name, one.error_code, one.error_message) for one in results] == [
        (topic_name, 0, None),
        (twice, 42, "Duplicate topic name."),
        ("__cluster_metadata", 42, "Creation of internal topic __cluster_metadata is prohibited."),
    ]


def test_an_empty_request_gets_an_empty_answer(raw: RawClient) -> None:
    """S81b"""
    assert create(raw) == []
    assert create(raw, timeout_ms=0) == []


def test_topics_stand_and_fall_alone_and_are_answered_in_order(raw: RawClient, topic_name: str) -> None:
    """S81, S81b"""
    names = [f"{topic_name}-{number}" for number in range(4)]
    results = create(raw, topic(names[0]), topic(names[1], 0), topic(names[2]), topic(names[3], configs={"x": "y"}))
    assert [(one.name, one.error_code) for one in results] == list(zip(names, (0, 37, 0, 40), strict=True))


@pytest.mark.parametrize(
    ("configs", "text"),
    [
        ({"no.such.config": "1"}, "Unknown topic config name: no.such.config"),
        ({"retention.ms": "x"}, "Invalid value x for configuration retention.ms: Not a number of type LONG"),
        ({"retention.ms": "-2"}, "Invalid value -2 for configuration retention.ms: Value must be at least -1"),
        (
            {"cleanup.policy": "Delete"},
            "Invalid value Delete for configuration cleanup.policy: String must be one of: compact, delete",
        ),
        (
            {"preallocate": "maybe"},
            "Invalid value maybe for configuration preallocate: Expected value to be either true or false",
        ),
        (
            {"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"},
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
        ),
        ({"message.format.version": "3.0"}, "Unknown topic config name: message.format.version"),
    ],
)
def test_bad_configs(raw: RawClient, topic_name: str, configs: dict[str, str | None], text: str) -> None:
    """S81, S86d"""
    assert refusal(raw, topic(topic_name, configs=configs)) == (40, text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("segment.bytes", "retention.ms"),
        ("max.message.bytes", "max.decompressed.message.bytes"),
        ("max.decompressed.message.bytes", "index.interval.bytes"),
        ("remote.copy.lag.ms", "remote.copy.lag.bytes"),
    ],
)
def test_of_two_bad_values_the_same_one_is_named_whatever_the_order(
    raw: RawClient, topic_name: str, first: str, second: str
) -> None:
    """S86d"""
    for names in ((first, second), (second, first)):
        text = refusal(raw, topic(topic_name, configs=dict.fromkeys(names, "x")))[1]
        assert text is not None
        assert f"configuration {first}:" in text


def test_null_config_values(raw: RawClient, topic_name: str) -> None:
    """S81a, S86b"""
    (result,) = create(raw, topic(topic_name, configs={"retention.ms": None, "segment.ms": None, "x": "y"}))
    assert result.error_code == 40
    assert result.error_message == "Null value not supported for topic configs: retention.ms,segment.ms"


def test_of_a_config_given_twice_the_last_counts(raw: RawClient, topic_name: str) -> None:
    """S81"""
    wanted = topic(topic_name)
    wanted.configs = [CreatableTopicConfig(name="retention.ms", value=value) for value in ("x", "1000", "2000")]
    (result,) = create(raw, wanted)
    assert {entry.value for entry in result.configs if entry.name == "retention.ms"} == {"2000"}


def test_replicas_assigned_by_hand(raw: RawClient, topic_name: str, node_id: int) -> None:
    """S81"""
    (result,) = create(raw, topic(topic_name, -1, -1, assignments={1: [node_id], 0: [node_id]}))
    assert (result.error_code, result.num_partitions, result.replication_factor) == (0, 2, 1)


def test_assignments_that_will_not_do(raw: RawClient, topic_name: str, node_id: int) -> None:
    """S81"""
    manual = "The manual partition assignment includes"
    for assignments, text in (
        ({0: [node_id], 2: [node_id]}, "partitions should be a consecutive 0-based integer sequence"),
        ({1: [node_id]}, "partitions should be a consecutive 0-based integer sequence"),
        ({0: [77]}, f"{manual} broker 77, but no such broker is registered."),
        ({0: [node_id, node_id]}, f"{manual} the broker {node_id} more than once."),
        ({0: []}, f"{manual} an empty replica list."),
    ):
        assert refusal(raw, topic(topic_name, -1, -1, assignments=assignments)) == (39, text)
    twice = topic(topic_name, -1, -1, assignments={0: [node_id]})
    twice.assignments *= 2
    assert refusal(raw, twice) == (39, "Found multiple manual partition assignments for partition 0")


def test_an_assignment_excludes_counts(raw: RawClient, topic_name: str, node_id: int) -> None:
    """S81"""
    text = "A manual partition assignment was specified, but {} was not set to -1."
    for partitions, factor, named in ((1, -1, "numPartitions"), (-1, 1, "replication factor")):
        wanted = topic(topic_name, partitions, factor, assignments={0: [node_id]})
        assert refusal(raw, wanted) == (42, text.format(named))
    both = topic(topic_name, 1, 1, assignments={0: [node_id]})
    assert refusal(raw, both) == (42, text.format("replication factor"))


def test_what_is_wrong_first_is_said(raw: RawClient, make_topic: Callable, topic_name: str, node_id: int) -> None:
    """S81a"""
    old = make_topic().name
    by_hand = {0: [node_id]}
    null: dict[str, str | None] = {"retention.ms": None, "x": "y"}
    bad: dict[str, str | None] = {"x": "y"}
    for wanted, code in (
        (topic("a b", 0, 0, configs=null, assignments=by_hand), 17),
        (topic(old, 0, 0, configs=null, assignments=by_hand), 36),
        (topic(topic_name, 0, 0, configs=null, assignments=by_hand), 40),
        (topic(topic_name, 0, 0, configs=bad, assignments=by_hand), 40),
        (topic(topic_name, 0, 0, assignments=by_hand), 42),
        (topic(topic_name, 0, 0), 38),
        (topic(topic_name, 0, 1), 37),
        (topic(topic_name, 0, 2), 37),
        (topic(topic_name, 1, 2), 38),
    ):
        assert refusal(raw, wanted)[0] == code, wanted


def test_too_many_partitions_fail_the_whole_request(raw: RawClient, topic_name: str, make_topic: Callable) -> None:
    """S81d, S81a"""
    old = make_topic().name
    text = "Excessively large number of partitions per request."
    names = [topic_name, "a b", old, "d", "d"]
    results = create(raw, topic(topic_name, 10_000), *(topic(name) for name in names[1:]))
    assert [(one.name, one.error_code) for one in results] == [(name, 44) for name in names]
    assert {one.error_message for one in results} == {text}
    assert not exists(raw, topic_name)


def test_exactly_10000_partitions_are_too_many_records(raw: RawClient, topic_name: str) -> None:
    """S81d"""
    results = create(raw, topic(topic_name, 9_998), topic(f"{topic_name}-2", 1), topic(f"{topic_name}-3", 1))
    assert {(one.error_code, one.error_message) for one in results} == {
        (44, "Unable to perform excessively large batch operation.")
    }
    assert not exists(raw, topic_name)


def test_duplicates_do_not_count_as_partitions(raw: RawClient, topic_name: str) -> None:
    """S81a"""
    results = create(raw, topic(topic_name, 10_000), topic(topic_name, 10_000))
    assert [one.error_code for one in results] == [42]


@pytest.mark.parametrize("timeout_ms", [0, -1])
def test_no_time_no_creation(raw: RawClient, topic_name: str, timeout_ms: int) -> None:
    """S81e"""
    results = create(raw, topic(topic_name), topic("a b"), timeout_ms=timeout_ms)
    assert [(one.name, one.error_code, one.error_message) for one in results] == [
        (topic_name, 7, None),
        ("a b", 7, None),
    ]
    assert not exists(raw, topic_name)


def test_topic_ids_are_fresh_random_uuids(raw: RawClient, topic_name: str) -> None:
    """S83"""
    results = create(raw, *(topic(f"{topic_name}-{number}") for number in range(20)))
    ids = {uuid.UUID(bytes=result.topic_id) for result in results}
    assert len(ids) == 20
    assert {topic_id.version for topic_id in ids} == {4}
    assert not any(topic_id.bytes[0] >> 2 == 62 for topic_id in ids)


def test_a_created_topic_is_shown_with_its_id(raw: RawClient, topic_name: str) -> None:
    """S79a, S83"""
    (result,) = create(raw, topic(topic_name, 2))
    await_topic(raw, topic_name)
    request = MetadataRequest(topics=[MetadataRequestTopic(name=None, topic_id=result.topic_id)])
    (shown,) = raw.call(request, 12).topics
    assert (shown.name, len(shown.partitions)) == (topic_name, 2)
