"""aiokafka: asyncio. What is not async here runs on a loop of its own."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from clients.client import Report
from clients.records import Record, mixed_records

_IN_FLIGHT = 5_000


class Aiokafka:
    name = "aiokafka"
    compressions = ("none", "gzip", "snappy", "lz4", "zstd")

    def records(self, count: int, partitions: int, seed: int) -> list[Record]:
        return mixed_records(count, partitions, seed)

    def produce(self, bootstrap: str, topic: str, records: Sequence[Record], compression: str = "none") -> None:
        asyncio.run(_produce(bootstrap, topic, records, None if compression == "none" else compression))

    @contextmanager
    def reader(
        self, bootstrap: str, topic: str, partitions: int, *, fetch_max_wait_ms: int = 500
    ) -> Iterator["_Reader"]:
        with asyncio.Runner() as runner:
            consumer = runner.run(_assigned_consumer(bootstrap, topic, partitions, fetch_max_wait_ms))
            try:
                yield _Reader(runner, consumer)
            finally:
                runner.run(consumer.stop())

    def run_member(self, bootstrap: str, group: str, topic: str, report: Report, stopped: Callable[[], bool]) -> None:
        asyncio.run(_run_member(bootstrap, group, topic, report, stopped))


class _Reader:
    def __init__(self, runner: asyncio.Runner, consumer: AIOKafkaConsumer) -> None:
        self._runner = runner
        self._consumer = consumer

    def receive(self, timeout: float) -> list[Record]:
        received = self._runner.run(self._consumer.getmany(timeout_ms=int(timeout * 1000), max_records=5_000))
        return [
            Record(message.partition, message.key, message.value, message.timestamp, tuple(message.headers))
            for messages in received.values()
            for message in messages
        ]


class _Listener(ConsumerRebalanceListener):
    def __init__(self, report: Report) -> None:
        self._report = report

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._report.assigned([partition.partition for partition in assigned])

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._report.revoked([partition.partition for partition in revoked])


async def _produce(bootstrap: str, topic: str, records: Sequence[Record], compression: str | None) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, compression_type=compression, enable_idempotence=True, linger_ms=5
    ) as producer:
        for start in range(0, len(records), _IN_FLIGHT):
            sent = [
                await producer.send(
                    topic,
                    value=record.value,
                    key=record.key,
                    partition=record.partition,
                    timestamp_ms=record.timestamp_ms,
                    headers=list(record.headers),
                )
                for record in records[start : start + _IN_FLIGHT]
            ]
            await asyncio.gather(*sent)


async def _assigned_consumer(bootstrap: str, topic: str, partitions: int, fetch_max_wait_ms: int) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", fetch_max_wait_ms=fetch_max_wait_ms
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition) for partition in range(partitions)])
    return consumer


async def _run_member(bootstrap: str, group: str, topic: str, report: Report, stopped: Callable[[], bool]) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=500,
    )
    consumer.subscribe([topic], listener=_Listener(report))
    async with consumer:
        while not stopped():
            received = await consumer.getmany(timeout_ms=100)
            for messages in received.values():
                for message in messages:
                    report.record(message.partition, message.offset, message.value)
            if received:
                await consumer.commit()
        report.revoked([each.partition for each in consumer.assignment()])  # stop() leaves without telling the listener


DRIVER = Aiokafka()
