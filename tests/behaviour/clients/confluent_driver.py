"""confluent-kafka: librdkafka, the C client under most clients that are not Java."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from clients.client import Report
from clients.records import Record, mixed_records
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition


class Confluent:
    name = "confluent-kafka"
    compressions = ("none", "gzip", "snappy", "lz4", "zstd")

    def records(self, count: int, partitions: int, seed: int) -> list[Record]:
        return mixed_records(count, partitions, seed)

    def produce(self, bootstrap: str, topic: str, records: Sequence[Record], compression: str = "none") -> None:
        failures: list[KafkaError] = []

        def delivered(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                failures.append(error)

        producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "compression.type": compression,
                "enable.idempotence": True,
                "queue.buffering.max.messages": max(len(records), 1),
            }
        )
        for record in records:
            producer.produce(
                topic,
                value=record.value,
                key=record.key,
                partition=record.partition,
                timestamp=record.timestamp_ms or 0,
                headers=list(record.headers),
                on_delivery=delivered,
            )
        assert producer.flush(60) == 0
        if failures:
            raise KafkaException(failures[0])

    @contextmanager
    def reader(
        self, bootstrap: str, topic: str, partitions: int, *, fetch_max_wait_ms: int = 500
    ) -> Iterator["_Reader"]:
        consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "none", "fetch.wait.max.ms": fetch_max_wait_ms}
        )
        with closing(consumer):
            consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(partitions)])
            yield _Reader(consumer)

    def run_member(self, bootstrap: str, group: str, topic: str, report: Report, stopped: Callable[[], bool]) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "session.timeout.ms": 6_000,
                "heartbeat.interval.ms": 500,
            }
        )
        with closing(consumer):
            consumer.subscribe(
                [topic],
                on_assign=lambda _, partitions: report.assigned([each.partition for each in partitions]),
                on_revoke=lambda _, partitions: report.revoked([each.partition for each in partitions]),
            )
            while not stopped():
                message = consumer.poll(0.1)
                if message is not None:
                    _raise_if_failed(message)
                    report.record(message.partition(), message.offset(), message.value())
                    consumer.commit(message, asynchronous=False)


class _Reader:
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    def receive(self, timeout: float) -> list[Record]:
        """``consume`` returns when it has all it was asked for, so the first one is waited for, and the rest taken."""
        first = self._consumer.consume(1, timeout=timeout)
        return [_record(message) for message in first + self._consumer.consume(5_000, timeout=0)]


def _record(message: Message) -> Record:
    _raise_if_failed(message)
    _, timestamp_ms = message.timestamp()
    return Record(message.partition(), message.key(), message.value(), timestamp_ms, tuple(message.headers() or ()))


def _raise_if_failed(message: Message) -> None:
    error = message.error()
    if error is not None:
        raise KafkaException(error)


DRIVER = Confluent()
