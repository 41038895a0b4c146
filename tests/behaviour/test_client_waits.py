"""A consumer that waits on an empty topic sees a record when it comes, not when ``fetch.max.wait.ms`` is over."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from clients.drivers import NAMES, driver
from clients.records import Record, assert_same
from confluent_kafka import Producer

MAX_WAIT_SECONDS = 15.0
ROUNDS = 5


@pytest.mark.parametrize("client", NAMES)
def test_a_waiting_consumer_is_woken(client: str, bootstrap: str, make_topic: Callable[..., Any]):
    """S54. Records, each sent when the one before it was seen, take less than one wait together."""
    topic = make_topic().name
    sent = [Record(0, b"key", b"%d" % number) for number in range(ROUNDS)]
    received: list[Record] = []
    producer = Producer({"bootstrap.servers": bootstrap})
    with driver(client).reader(bootstrap, topic, 1, fetch_max_wait_ms=int(MAX_WAIT_SECONDS * 1000)) as reader:
        assert reader.receive(timeout=0.5) == []  # it is on its way: this long it would have waited for a record
        start = time.monotonic()
        for record in sent:
            producer.produce(topic, record.value, record.key, partition=0)
            assert producer.flush(30) == 0
            received += reader.receive(timeout=MAX_WAIT_SECONDS)
        elapsed = time.monotonic() - start
    assert_same(sent, received)
    assert elapsed < MAX_WAIT_SECONDS
