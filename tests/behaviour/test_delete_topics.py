"""DeleteTopics: by name, by id, and everything that a request can say twice."""

import time
import uuid
from collections.abc import Callable

import pytest
from raw_client import RawClient

from kafka_codecs.messages.delete_topics import DeletableTopicResult, DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic

ZERO = bytes(16)


def delete(
    raw: RawClient, *topics: str | bytes | DeleteTopicState, timeout_ms: int = 30_000
) -> list[DeletableTopicResult]:
    """Delete names (str) and ids (bytes); answers sorted by name and id, since their order is none."""
    states = [
        one
        if isinstance(one, DeleteTopicState)
        else DeleteTopicState(name=one)
        if isinstance(one, str)
        else DeleteTopicState(name=None, topic_id=one)
        for one in topics
    ]
    results = raw.call(DeleteTopicsRequest(topics=states, timeout_ms=timeout_ms), 6).responses
    return sorted(results, key=lambda one: (one.name or "", one.topic_id))


def said(results: list[DeletableTopicResult]) -> list[tuple[str | None, bytes, int, str | None]]:
    return [(one.name, one.topic_id, one.error_code, one.error_message) for one in results]


def shown(raw: RawClient, name: str) -> bool:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=name)], allow_auto_topic_creation=False)
    return raw.call(request, 12).topics[0].error_code == 0


def await_absence(raw: RawClient, name: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while shown(raw, name):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("version", range(1, 7))
def test_every_version_deletes_by_name(raw: RawClient, make_topic: Callable, version: int) -> None:
    """S83b"""
    topic = make_topic()
    if version >= 6:
        request = DeleteTopicsRequest(topics=[DeleteTopicState(name=topic.name)], timeout_ms=30_000)
    else:
        request = DeleteTopicsRequest(topic_names=[topic.name], timeout_ms=30_000)
    answer = raw.call(request, version).responses
    assert said(answer) == [(topic.name, topic.topic_id if version >= 6 else ZERO, 0, None)]
    await_absence(raw, topic.name)


def test_a_success_by_id_names_the_topic(raw: RawClient, make_topic: Callable) -> None:
    """S83b"""
    topic = make_topic()
    assert said(delete(raw, topic.topic_id)) == [(topic.name, topic.topic_id, 0, None)]
    await_absence(raw, topic.name)


def test_unknown_names_and_ids(raw: RawClient, topic_name: str) -> None:
    """S83b"""
    unknown = uuid.uuid4().bytes
    assert said(delete(raw, topic_name, unknown)) == [
        (None, unknown, 100, "This server does not host this topic ID."),
        (topic_name, ZERO, 3, "This server does not host this topic-partition."),
    ]


@pytest.mark.parametrize("version", range(1, 6))
def test_an_unknown_name_in_older_versions(raw: RawClient, topic_name: str, version: int) -> None:
    """S83b"""
    (result,) = raw.call(DeleteTopicsRequest(topic_names=[topic_name], timeout_ms=30_000), version).responses
    text = "This server does not host this topic-partition." if version >= 5 else None
    assert (result.name, result.error_code, result.error_message) == (topic_name, 3, text)


def test_badly_named_topics_are_unknown(raw: RawClient) -> None:
    """S83b"""
    assert [one.error_code for one in delete(raw, "", "a b", "x" * 300)] == [3, 3, 3]


def test_a_name_twice_is_answered_once_and_not_deleted(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    assert said(delete(raw, topic.name, topic.name, topic.name)) == [(topic.name, ZERO, 42, "Duplicate topic name.")]
    assert shown(raw, topic.name)


def test_an_id_twice_is_answered_once_and_not_deleted(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    assert said(delete(raw, topic.topic_id, topic.topic_id)) == [(None, topic.topic_id, 42, "Duplicate topic id.")]
    assert shown(raw, topic.name)


def test_an_id_and_the_name_that_maps_to_it(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    text = "The provided topic name maps to an ID that was already supplied."
    assert said(delete(raw, topic.name, topic.topic_id)) == [(topic.name, topic.topic_id, 42, text)]
    assert shown(raw, topic.name)


def test_a_name_twice_and_its_id_deletes_by_the_id(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    assert said(delete(raw, topic.name, topic.topic_id, topic.name)) == [
        (topic.name, ZERO, 42, "Duplicate topic name."),
        (topic.name, topic.topic_id, 0, None),
    ]
    await_absence(raw, topic.name)


def test_an_id_twice_and_its_name(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    text = "The provided topic name maps to an ID that was already supplied."
    assert said(delete(raw, topic.topic_id, topic.name, topic.topic_id)) == [
        (None, topic.topic_id, 42, "Duplicate topic id."),
        (topic.name, topic.topic_id, 42, text),
    ]
    assert shown(raw, topic.name)


def test_neither_name_nor_id(raw: RawClient) -> None:
    """S83a"""
    text = "Neither topic name nor id were specified."
    assert said(delete(raw, ZERO, ZERO)) == [(None, ZERO, 42, text)] * 2


def test_both_name_and_id(raw: RawClient, make_topic: Callable) -> None:
    """S83a"""
    topic = make_topic()
    both = DeleteTopicState(name=topic.name, topic_id=topic.topic_id)
    text = "You may not specify both topic name and topic id."
    assert said(delete(raw, both)) == [(topic.name, topic.topic_id, 42, text)]
    assert shown(raw, topic.name)


def test_topics_stand_and_fall_alone(raw: RawClient, make_topic: Callable, topic_name: str) -> None:
    """S83a, S83b"""
    one, two = make_topic(), make_topic(3)
    results = delete(raw, one.name, topic_name, two.topic_id)
    assert {result.name: result.error_code for result in results} == {one.name: 0, two.name: 0, topic_name: 3}
    await_absence(raw, one.name)
    await_absence(raw, two.name)


def test_an_empty_request_gets_an_empty_answer(raw: RawClient) -> None:
    """S83a"""
    assert delete(raw) == []


@pytest.mark.parametrize("timeout_ms", [0, -1])
def test_no_time_no_deletion(raw: RawClient, make_topic: Callable, timeout_ms: int) -> None:
    """S81e"""
    topic = make_topic()
    assert said(delete(raw, topic.name, timeout_ms=timeout_ms)) == [(topic.name, ZERO, 7, None)]
    assert said(delete(raw, topic.topic_id, timeout_ms=timeout_ms)) == [(None, topic.topic_id, 7, None)]
    assert shown(raw, topic.name)


@pytest.mark.parametrize("version", range(1, 7))
def test_deletion_can_be_disabled(
    start_broker: Callable, connect: Callable, make_topic: Callable, version: int
) -> None:
    """S83b"""
    address = start_broker({"delete.topic.enable": "false"})
    raw = connect(address)
    topic = make_topic(to=address)
    if version >= 6:
        request = DeleteTopicsRequest(topics=[DeleteTopicState(name=topic.name)], timeout_ms=30_000)
    else:
        request = DeleteTopicsRequest(topic_names=[topic.name], timeout_ms=30_000)
    assert said(raw.call(request, version).responses) == [(topic.name, ZERO, 73 if version >= 3 else 42, None)]
    assert shown(raw, topic.name)


def test_internal_topics_may_be_deleted(start_broker: Callable, connect: Callable) -> None:
    """S78c"""
    raw = connect(start_broker())
    name = "__share_group_state"
    raw.call(MetadataRequest(topics=[MetadataRequestTopic(name=name)]), 12)
    assert [one.error_code for one in delete(raw, name)] == [0]
    await_absence(raw, name)
