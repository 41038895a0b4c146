"""DeleteRecords on raw frames: what it moves, and what it refuses. Rules S75, S75a, S76, S67a."""

from collections.abc import Callable

import pytest
from conftest import Topic
from group_client import await_coordinator
from partition_client import (
    batch_of,
    batches,
    fetch,
    fetch_request,
    now_ms,
    offset_for,
    produce,
    produce_all,
    produce_values,
)
from raw_client import RawClient

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.delete_records import DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic

VERSIONS = range(3)
EARLIEST, MAX_TIMESTAMP = -2, -3
HIGH_WATERMARK = -1


def delete(raw: RawClient, *entries: tuple[str, int, int], version: int = 2) -> dict[tuple[str, int], tuple[int, int]]:
    """Ask for (topic, partition, offset) each, in entries of their own; return {(topic, partition): (error, low)}."""
    request = DeleteRecordsRequest(
        topics=[
            DeleteRecordsTopic(topic, [DeleteRecordsPartition(partition_index=index, offset=offset)])
            for topic, index, offset in entries
        ],
        timeout_ms=10_000,
    )
    answers = [
        ((topic.name, answer.partition_index), (answer.error_code, answer.low_watermark))
        for topic in raw.call(request, version).topics
        for answer in topic.partitions
    ]
    assert len(dict(answers)) == len(answers), "each partition is answered once"
    return dict(answers)


def delete_from(raw: RawClient, topic: Topic, offset: int, **options: int) -> tuple[int, int]:
    (answer,) = delete(raw, (topic.name, 0, offset), **options).values()
    return answer


@pytest.fixture
def filled(raw: RawClient, make_topic: Callable[..., Topic]) -> Topic:
    """Two batches: offsets 0 to 2, and 3 to 5."""
    topic = make_topic()
    produce_values(raw, topic, b"a", b"b", b"c")
    produce_values(raw, topic, b"d", b"e", b"f")
    return topic


@pytest.mark.parametrize("version", VERSIONS)
def test_the_log_start_moves(raw: RawClient, filled: Topic, version: int):
    """S75."""
    assert delete_from(raw, filled, 3, version=version) == (0, 3)
    assert offset_for(raw, filled, EARLIEST).offset == 3
    assert fetch(raw, filled, 2).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    answer = fetch(raw, filled, 3)
    assert (answer.error_code, answer.log_start_offset, batches(answer)[0].base_offset) == (0, 3, 3)


def test_up_to_the_high_watermark(raw: RawClient, filled: Topic):
    assert delete_from(raw, filled, HIGH_WATERMARK) == (0, 6)
    assert offset_for(raw, filled, EARLIEST).offset == 6
    answer = fetch(raw, filled, 6)
    assert (answer.error_code, answer.high_watermark, len(answer.records)) == (0, 6, 0)
    assert produce_values(raw, filled, b"g") == 6


@pytest.mark.parametrize("offset", [0, 2, 4])
def test_at_or_below_the_log_start_nothing_moves(raw: RawClient, filled: Topic, offset: int):
    delete_from(raw, filled, 4)
    assert delete_from(raw, filled, offset) == (0, 4)


@pytest.mark.parametrize("offset", [7, -2, 2**63 - 1, -(2**63)])
def test_above_the_high_watermark_or_negative(raw: RawClient, filled: Topic, offset: int):
    assert delete_from(raw, filled, offset) == (ErrorCode.OFFSET_OUT_OF_RANGE, -1)


def test_inside_a_batch(raw: RawClient, filled: Topic):
    """S76, S67a: the batch stays whole; what lies below the log start is out of range even inside it."""
    delete_from(raw, filled, 1)
    answer = fetch(raw, filled, 1)
    assert (answer.log_start_offset, batches(answer)[0].base_offset) == (1, 0)
    assert fetch(raw, filled, 0).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert offset_for(raw, filled, EARLIEST).offset == 1


def test_a_fetch_that_waits_below_the_new_log_start(
    raw: RawClient, connect: Callable[..., RawClient], make_topic: Callable[..., Topic]
):
    """S54: nothing wakes it; when its time is over its offset is out of range."""
    topic = make_topic()
    produce_values(raw, topic, b"a", b"b", b"c")
    waiting = raw.send(fetch_request(topic, 0, min_bytes=1 << 20, max_wait_ms=2000), 12)
    assert delete_from(connect(), topic, 2) == (0, 2)
    (answered,) = raw.receive(waiting).responses
    (answer,) = answered.partitions
    assert answer.error_code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_timestamps_below_the_log_start_are_not_found(raw: RawClient, make_topic: Callable[..., Topic]):
    """S76; S71a: the largest timestamp of all is, as long as its segment exists."""
    topic = make_topic()
    now = now_ms()
    for timestamp in (now, now - 10_000, now - 5_000):
        produce(raw, topic, batch_of(b"v", base_timestamp=timestamp))
    delete_from(raw, topic, 1)
    found = offset_for(raw, topic, now - 10_000)
    assert (found.offset, found.timestamp) == (1, now - 10_000)
    assert offset_for(raw, topic, now - 1_000).offset == -1
    assert offset_for(raw, topic, MAX_TIMESTAMP).offset == 0


def test_a_deleted_timestamp_hides_later_segments(raw: RawClient, make_topic: Callable[..., Topic]):
    """A segment is searched if it has such a timestamp, be it below the log start; and then no other is."""
    hour = 3_600_000
    topic = make_topic(configs={"segment.ms": str(hour)})
    first = now_ms() - 10 * hour
    for after in (0, hour // 2, 0, 3 * hour):
        produce(raw, topic, batch_of(b"v", base_timestamp=first + after))
    delete_from(raw, topic, 2)
    assert [offset_for(raw, topic, first + after).offset for after in (0, 1, hour // 2, hour)] == [2, -1, -1, 3]


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("compact", (ErrorCode.POLICY_VIOLATION, -1)),
        ("compact,delete", (0, 1)),
        ("delete,compact", (0, 1)),
        ("delete", (0, 1)),
        ("", (0, 1)),
    ],
)
def test_by_cleanup_policy(raw: RawClient, make_topic: Callable[..., Topic], policy: str, answer: tuple[int, int]):
    topic = make_topic(configs={"cleanup.policy": policy})
    produce_values(raw, topic, b"a", b"b")
    assert delete_from(raw, topic, 1) == answer


def test_what_does_not_exist(raw: RawClient, filled: Topic, topic_name: str):
    unknown = (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1)
    entries = [(topic_name, 0), (filled.name, 1), (filled.name, -1), ("__cluster_metadata", 0), ("", 0)]
    answers = delete(raw, *((topic, index, 0) for topic, index in entries))
    assert answers == dict.fromkeys(entries, unknown)


def test_an_internal_topic(raw: RawClient, group_name: str):
    """S75a."""
    await_coordinator(raw, group_name)
    assert delete(raw, ("__consumer_offsets", 0, 0)) == {
        ("__consumer_offsets", 0): (ErrorCode.INVALID_TOPIC_EXCEPTION, -1)
    }


def test_partitions_stand_alone(raw: RawClient, make_topic: Callable[..., Topic]):
    topic = make_topic(partitions=2)
    produce_all(raw, topic, batch_of(b"a", b"b"), batch_of(b"c"))
    assert delete(raw, (topic.name, 0, 1), (topic.name, 1, 2)) == {
        (topic.name, 0): (0, 1),
        (topic.name, 1): (ErrorCode.OFFSET_OUT_OF_RANGE, -1),
    }


def test_of_a_partition_listed_twice_the_last_offset_counts(raw: RawClient, filled: Topic):
    """S75a."""
    assert delete(raw, (filled.name, 0, 5), (filled.name, 0, 2)) == {(filled.name, 0): (0, 2)}


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_asked_nothing_answered(raw: RawClient, version: int):
    assert raw.call(DeleteRecordsRequest(topics=[], timeout_ms=0), version).topics == []
    assert raw.call(DeleteRecordsRequest(topics=[DeleteRecordsTopic("t", [])], timeout_ms=0), version).topics == []
