"""Idempotent producers that go on while their broker ends and comes back."""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from clients.records import Record
from confluent_kafka import KafkaError, Message, Producer
from kafka import KafkaProducer

WAIT_SECONDS = 60.0


class Sender(Protocol):
    """An idempotent producer under way."""

    def send(self, record: Record) -> None:
        """Take a record, and return at once."""
        ...

    def wait_for(self, count: int) -> None:
        """Wait until so many records are acknowledged in total, at least. No record may fail."""
        ...


class ConfluentSender:
    def __init__(self, topic: str, producer: Producer) -> None:
        self._topic = topic
        self._producer = producer
        self._acknowledged = 0

    def send(self, record: Record) -> None:
        self._producer.produce(
            self._topic, record.value, record.key, partition=record.partition, on_delivery=self._delivered
        )
        self._producer.poll(0)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while self._acknowledged < count:
            assert time.monotonic() < deadline, self._acknowledged
            self._producer.poll(0.1)

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        assert error is None, error
        self._acknowledged += 1


class KafkaPythonSender:
    def __init__(self, topic: str, producer: KafkaProducer) -> None:
        self._topic = topic
        self._producer = producer
        self._changed = threading.Condition()
        self._acknowledged = 0
        self._failures: list[BaseException] = []

    def send(self, record: Record) -> None:
        future = self._producer.send(self._topic, record.value, record.key, partition=record.partition)
        future.add_callback(self._delivered)
        future.add_errback(self._failed)

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._failures or self._acknowledged >= count, WAIT_SECONDS)
            assert not self._failures

    def close(self) -> None:
        self._producer.close()
        del self._producer

    def _delivered(self, _: object) -> None:
        with self._changed:
            self._acknowledged += 1
            self._changed.notify()

    def _failed(self, error: BaseException) -> None:
        with self._changed:
            self._failures.append(error)
            self._changed.notify()


@contextmanager
def confluent_sender(bootstrap: str, topic: str) -> Iterator[Sender]:
    yield ConfluentSender(topic, Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True}))


@contextmanager
def kafka_python_sender(bootstrap: str, topic: str) -> Iterator[Sender]:
    sender = KafkaPythonSender(topic, KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True))
    try:
        yield sender
    finally:
        sender.close()
        gc.collect()  # it forgets to close sockets that were refused: they warn here, not in some later test
