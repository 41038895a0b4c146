"""Consumer groups of real clients, whose members start, stop and are killed while records come in."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from clients.drivers import LIBRARIES, driver
from clients.group import Group, assert_in_order, assert_one_owner
from confluent_kafka import KafkaError, Message, Producer

PARTITIONS = 6
PAUSE_SECONDS = 0.01


@contextmanager
def steady_records(bootstrap: str, topic: str) -> Iterator[Callable[[], set[str]]]:
    """Send records to all partitions until ``stop()``, which returns the values of all that were acknowledged."""
    stopping = threading.Event()
    values: set[str] = set()
    failures: list[KafkaError] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failures.append(error)

    def run() -> None:
        producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
        number = 0
        while not stopping.wait(PAUSE_SECONDS):
            value = f"record {number}"
            values.add(value)
            producer.produce(
                topic,
                value,
                partition=number % PARTITIONS,
                on_delivery=lambda error, _: failures.append(error) if error else None,
            )
            producer.poll(0)
            number += 1
        assert producer.flush(30) == 0

    thread = threading.Thread(target=run, name="steady records")
    thread.start()

    def stop() -> set[str]:
        stopping.set()
        thread.join()
        assert not failures
        return values

    try:
        yield stop
    finally:
        stop()


@pytest.mark.parametrize("client", LIBRARIES)
def test_members_start_stop_and_are_killed(
    client: str, bootstrap: str, make_topic: Callable[..., Any], group_name: str
):
    """After each rebalance every partition has exactly one owner; no record is lost, and none comes out of order."""
    driver(client)
    topic = make_topic(partitions=PARTITIONS).name
    with Group(client, bootstrap, group_name, topic) as group, steady_records(bootstrap, topic) as stop_records:
        group.start("a")
        assert group.wait_until_shared(PARTITIONS) == {"a": set(range(PARTITIONS))}
        group.start("b")
        group.start("c")
        assert set(group.wait_until_shared(PARTITIONS)) == {"a", "b", "c"}
        group.stop("b")
        assert set(group.wait_until_shared(PARTITIONS)) == {"a", "c"}
        group.start("d")
        assert set(group.wait_until_shared(PARTITIONS)) == {"a", "c", "d"}
        group.kill("c")
        assert set(group.wait_until_shared(PARTITIONS)) == {"a", "d"}
        group.wait_for_records(stop_records())
        group.stop("a")
        assert group.wait_until_shared(PARTITIONS) == {"d": set(range(PARTITIONS))}
        group.stop("d")
    assert_in_order(group.events, killed=["c"])
    assert_one_owner(group.events)
