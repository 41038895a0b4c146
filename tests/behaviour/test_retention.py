"""Old records go while the broker runs. Rules S138, S138a."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Topic
from partition_client import batch_of, fetch, now_ms, offset_for, produce, produce_values, values
from raw_client import RawClient

from kafka_codecs.error_codes import ErrorCode

EARLIEST, LATEST = -2, -1
HOUR = 3_600_000
OFTEN = {"log.retention.check.interval.ms": "20", "log.initial.task.delay.ms": "0"}


@pytest.fixture
def often(start_broker: Callable[..., str]) -> str:
    """A broker that looks for old segments all the time."""
    return start_broker(OFTEN)


@pytest.fixture
def raw(often: str, connect: Callable[..., RawClient]) -> RawClient:
    return connect(often)


@pytest.fixture
def make(often: str, make_topic: Callable[..., Topic]) -> Callable[..., Topic]:
    return lambda **configs: make_topic(configs={k.replace("_", "."): v for k, v in configs.items()}, to=often)


def await_start(raw: RawClient, topic: Topic, offset: int) -> None:
    deadline = time.monotonic() + 20
    while (start := offset_for(raw, topic, EARLIEST).offset) != offset:
        assert start < offset
        assert time.monotonic() < deadline, f"the log still begins at {start}"


def aged(hours: int, **options: Any) -> bytearray:
    return batch_of(b"%d hours old" % hours, base_timestamp=now_ms() - hours * HOUR, **options)


def test_records_that_are_too_old_go_with_their_segment(raw: RawClient, make: Callable[..., Topic]):
    topic = make(retention_ms=str(3 * HOUR + HOUR // 2), segment_ms=str(HOUR // 2))
    for hours in (5, 4, 3, 2):
        produce(raw, topic, aged(hours))
    await_start(raw, topic, 2)
    assert fetch(raw, topic, 1).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    answer = fetch(raw, topic, 2)
    assert (answer.log_start_offset, values(answer)) == (2, [b"3 hours old"])


def test_a_partition_that_expires_as_a_whole_goes_on_where_it_was(raw: RawClient, make: Callable[..., Topic]):
    topic = make(retention_ms=str(HOUR))
    produce(raw, topic, aged(2))
    produce(raw, topic, aged(2))
    await_start(raw, topic, 2)
    assert offset_for(raw, topic, LATEST).offset == 2
    assert produce_values(raw, topic, b"new") == 2
    assert values(fetch(raw, topic, 2)) == [b"new"]


def test_a_partition_keeps_about_its_size(raw: RawClient, make: Callable[..., Topic]):
    topic = make(retention_bytes=str(3 << 20), segment_bytes=str(1 << 20), max_message_bytes=str(1 << 20))
    for _ in range(8):
        produce_values(raw, topic, bytes((1 << 20) - 1000))
    await_start(raw, topic, 4)
    assert offset_for(raw, topic, LATEST).offset == 8


def test_a_compacted_topic_keeps_what_is_old(raw: RawClient, make: Callable[..., Topic]):
    """S138a: only what lies below the log start would go."""
    kept = make(cleanup_policy="compact", retention_ms="1", segment_ms="1")
    gone = make(retention_ms="1")
    produce(raw, kept, aged(2))
    produce(raw, gone, aged(2))
    await_start(raw, gone, 1)
    assert offset_for(raw, kept, EARLIEST).offset == 0
