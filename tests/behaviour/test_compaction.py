"""Compaction while the broker runs, as consumers see it. Rules S137 to S137d, S66, S138a.

Kafka rests for log.cleaner.backoff.ms (15 s) between two looks, so on another broker these tests take a while.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Topic
from group_client import await_coordinator, commit, fetched
from partition_client import batch_of, batches, fetch, now_ms, offset_for, produce
from raw_client import RawClient

from kafka_codecs.records.batch import Compression, Record, build_batch, iter_batches, read_records

LATEST, EARLIEST, MAX_TIMESTAMP = -1, -2, -3
HOUR = 3_600_000
COMPACTED = {
    "cleanup.policy": "compact",
    "min.cleanable.dirty.ratio": "0.01",
    "segment.ms": str(HOUR),
    "min.compaction.lag.ms": "0",
}


@pytest.fixture
def broker(bootstrap: str, is_external: bool, request: pytest.FixtureRequest) -> str:
    """One that compacts all the time, if it is ours."""
    if is_external:
        return bootstrap
    return str(request.getfixturevalue("start_broker")({"log.cleaner.backoff.ms": "20"}))


@pytest.fixture
def raw(broker: str, connect: Callable[..., RawClient]) -> RawClient:
    return connect(broker)


@pytest.fixture
def compacted(broker: str, make_topic: Callable[..., Topic]) -> Callable[..., Topic]:
    return lambda **configs: make_topic(
        configs=COMPACTED | {name.replace("_", "."): value for name, value in configs.items()}, to=broker
    )


def send(raw: RawClient, topic: Topic, *pairs: tuple[bytes, bytes | None], ago: int = 5, **options: Any) -> int:
    """Append a batch that is so many hours old; each hour's are in a segment of their own."""
    records = [Record(n, 0, key, value) for n, (key, value) in enumerate(pairs)]
    answer = produce(raw, topic, build_batch(records, base_timestamp=now_ms() - ago * HOUR, **options))
    assert answer.error_code == 0
    return int(answer.base_offset)


def close_segment(raw: RawClient, topic: Topic, ago: int = 3) -> None:
    """Begin another segment, with a record that does not matter."""
    send(raw, topic, (b"end", b"-"), ago=ago)


def read_all(raw: RawClient, topic: Topic) -> list[Any]:
    """All batches with their records, from the beginning on."""
    found, offset = [], offset_for(raw, topic, EARLIEST).offset
    while True:
        data = bytes(fetch(raw, topic, offset).records)
        if not data:
            return found
        for at, header in iter_batches(data):
            found.append((header, read_records(data, at)))
            offset = header.next_offset


def pairs(raw: RawClient, topic: Topic) -> list[tuple[int, bytes | None, bytes | None]]:
    return [
        (header.base_offset + record.offset_delta, record.key, record.value)
        for header, records in read_all(raw, topic)
        for record in records
        if record.key != b"end"
    ]


def await_pairs(raw: RawClient, topic: Topic, expected: list[tuple[int, bytes | None, bytes | None]]) -> None:
    deadline = time.monotonic() + 60
    while (found := pairs(raw, topic)) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


@pytest.mark.parametrize("codec", list(Compression))
def test_of_each_key_the_last_record_is_left(raw: RawClient, compacted: Callable[..., Topic], codec: Compression):
    topic = compacted()
    send(raw, topic, (b"a", b"1"), (b"b", b"1"), (b"a", b"2"), compression=codec)
    send(raw, topic, (b"c", b"1"), (b"b", b"2"), compression=codec)
    close_segment(raw, topic)
    await_pairs(raw, topic, [(2, b"a", b"2"), (3, b"c", b"1"), (4, b"b", b"2")])
    first, second, _ = (header for header, _ in read_all(raw, topic))
    assert (first.base_offset, first.last_offset_delta, first.records_count) == (0, 2, 1)
    assert (first.compression, second.compression) == (codec, codec)
    assert offset_for(raw, topic, EARLIEST).offset == 0


def test_a_tombstone_carries_the_time_when_it_goes(raw: RawClient, compacted: Callable[..., Topic]):
    """S137b."""
    topic = compacted(delete_retention_ms=str(HOUR))
    send(raw, topic, (b"a", b"1"))
    sent = send(raw, topic, (b"a", None))
    close_segment(raw, topic)
    before = now_ms()
    await_pairs(raw, topic, [(sent, b"a", None)])
    (header, (tombstone,)), *_ = read_all(raw, topic)
    assert header.has_delete_horizon
    assert before - 60_000 <= header.base_timestamp - HOUR <= now_ms()
    assert header.timestamp_of(tombstone) == header.max_timestamp <= before - 5 * HOUR


def test_a_tombstone_whose_time_is_over_goes(raw: RawClient, compacted: Callable[..., Topic]):
    topic = compacted(delete_retention_ms="0")
    send(raw, topic, (b"a", None), (b"b", b"1"))
    close_segment(raw, topic)
    deadline = time.monotonic() + 60
    while not read_all(raw, topic)[0][0].has_delete_horizon:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert pairs(raw, topic) == [(0, b"a", None), (1, b"b", b"1")]
    close_segment(raw, topic, ago=1)
    await_pairs(raw, topic, [(1, b"b", b"1")])


def test_the_last_batch_of_a_producer_stays_without_records(raw: RawClient, compacted: Callable[..., Topic]):
    """S137c: a retry of it is still known."""
    topic = compacted()
    producer = {"producer_id": 987_654, "producer_epoch": 0}
    send(raw, topic, (b"a", b"1"), base_sequence=0, **producer)
    send(raw, topic, (b"a", b"2"), base_sequence=1, **producer)
    send(raw, topic, (b"a", b"3"))
    close_segment(raw, topic)
    await_pairs(raw, topic, [(2, b"a", b"3")])
    (empty, records), *_ = read_all(raw, topic)
    assert records == []
    assert (empty.base_offset, empty.batch_length, empty.base_timestamp, empty.base_sequence) == (1, 49, -1, 1)
    assert send(raw, topic, (b"a", b"2"), base_sequence=1, **producer) == 1


def test_a_fetch_in_a_hole_returns_what_follows(raw: RawClient, compacted: Callable[..., Topic]):
    """S66, S137d."""
    topic = compacted()
    for number in range(5):
        send(raw, topic, (b"a", b"%d" % number))
    close_segment(raw, topic)
    await_pairs(raw, topic, [(4, b"a", b"4")])
    for offset in range(5):
        answer = fetch(raw, topic, offset)
        assert (answer.error_code, batches(answer)[0].base_offset, answer.high_watermark) == (0, 4, 6)


def test_timestamps_are_found_in_what_is_left(raw: RawClient, compacted: Callable[..., Topic]):
    """S70, S71."""
    topic = compacted()
    now = now_ms() - 5 * HOUR
    for number, (key, timestamp) in enumerate([(b"a", now + 100), (b"b", now + 10), (b"a", now + 20), (b"c", now + 5)]):
        assert produce(raw, topic, batch_of(b"v", keys=key, base_timestamp=timestamp)).base_offset == number
    close_segment(raw, topic)
    await_pairs(raw, topic, [(1, b"b", b"v"), (2, b"a", b"v"), (3, b"c", b"v")])
    asked = {timestamp: offset_for(raw, topic, timestamp) for timestamp in (now, now + 11, now + 21)}
    assert [found.offset for found in asked.values()] == [1, 2, 4]
    assert [found.timestamp - now for found in asked.values()][:2] == [10, 20]
    assert offset_for(raw, topic, MAX_TIMESTAMP).offset == 4


def test_a_timestamp_that_was_compacted_away_hides_later_ones(raw: RawClient, compacted: Callable[..., Topic]):
    """The segment that had it is searched, and no other, as long as a batch tells of it."""
    topic = compacted()
    now = now_ms() - 5 * HOUR
    producer = {"producer_id": 987_655, "producer_epoch": 0, "base_sequence": 0}
    produce(raw, topic, batch_of(b"1", keys=b"a", base_timestamp=now + 500, **producer))
    produce(raw, topic, batch_of(b"2", keys=b"a", base_timestamp=now))
    produce(raw, topic, batch_of(b"3", keys=b"b", base_timestamp=now + 100))
    close_segment(raw, topic)
    await_pairs(raw, topic, [(1, b"a", b"2"), (2, b"b", b"3")])
    assert [offset_for(raw, topic, now + after).offset for after in (0, 1, 101, 500, 501)] == [1, 2, -1, -1, 3]


def test_committed_offsets_are_compacted_and_kept(
    start_broker: Callable[..., str],
    connect: Callable[..., RawClient],
    make_topic: Callable[..., Topic],
    group_name: str,
):
    """The offsets topic is compacted as its own configuration says; a group's last commit stays."""
    broker = start_broker(
        {
            "log.cleaner.backoff.ms": "20",
            "offsets.topic.num.partitions": "1",
            "offsets.topic.segment.bytes": str(1 << 20),
            "offsets.topic.replication.factor": "1",
        }
    )
    raw, topic = connect(broker), make_topic(partitions=100, to=broker)
    await_coordinator(raw, group_name)
    offsets = Topic("__consumer_offsets", bytes(16), 1)
    committed = 0
    while bytes_of(raw, offsets) < 1_200_000:
        committed += 1
        answer = commit(raw, group_name, {topic.name: [(index, committed) for index in range(100)]})
        assert set(answer[topic.name].values()) == {0}
    deadline = time.monotonic() + 60
    while len(fetch(raw, offsets, 0).records) > 100_000:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    found = fetched(raw, group_name, {topic.name: list(range(100))})[topic.name]
    assert {offset for offset, *_ in found.values()} == {committed}


def bytes_of(raw: RawClient, topic: Topic) -> int:
    """About how many bytes were ever appended, at 60 a record."""
    return int(offset_for(raw, topic, LATEST).offset) * 60
