"""kafka-python: pure Python, an I/O thread of its own since version 3."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from clients.client import Report
from clients.records import Record, mixed_records
from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaConnectionError


class KafkaPython:
    name = "kafka-python"
    compressions = ("none", "gzip", "snappy", "lz4", "zstd")

    def records(self, count: int, partitions: int, seed: int) -> list[Record]:
        """All but null header values, which kafka-python reads but refuses to write."""
        return [
            record._replace(headers=tuple((name, value or b"") for name, value in record.headers))
            for record in mixed_records(count, partitions, seed)
        ]

    def produce(self, bootstrap: str, topic: str, records: Sequence[Record], compression: str = "none") -> None:
        codec = None if compression == "none" else compression
        with closing(KafkaProducer(bootstrap_servers=bootstrap, compression_type=codec, linger_ms=5)) as producer:
            sent = [
                producer.send(
                    topic,
                    value=record.value,
                    key=record.key,
                    headers=list(record.headers),
                    partition=record.partition,
                    timestamp_ms=record.timestamp_ms,
                )
                for record in records
            ]
            producer.flush()
            for future in sent:
                future.get(timeout=0)

    @contextmanager
    def reader(
        self, bootstrap: str, topic: str, partitions: int, *, fetch_max_wait_ms: int = 500
    ) -> Iterator["_Reader"]:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", fetch_max_wait_ms=fetch_max_wait_ms
        )
        with closing(consumer):
            consumer.assign([TopicPartition(topic, partition) for partition in range(partitions)])
            yield _Reader(consumer)

    def run_member(self, bootstrap: str, group: str, topic: str, report: Report, stopped: Callable[[], bool]) -> None:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=6_000,
            heartbeat_interval_ms=500,
        )
        with closing(consumer):
            consumer.subscribe([topic], listener=_Listener(report))
            while not stopped():
                # Longer than a join takes: it throws away an answer that comes between two polls, and rejoins.
                received = consumer.poll(timeout_ms=1_000)
                for messages in received.values():
                    for message in messages:
                        report.record(message.partition, message.offset, message.value)
                if received:
                    with suppress(KafkaConnectionError):  # the broker is away: a later commit does it
                        consumer.commit()


class _Reader:
    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer

    def receive(self, timeout: float) -> list[Record]:
        received = self._consumer.poll(timeout_ms=int(timeout * 1000), max_records=5_000)
        return [
            Record(message.partition, message.key, message.value, message.timestamp, tuple(message.headers))
            for messages in received.values()
            for message in messages
        ]


class _Listener(ConsumerRebalanceListener):
    def __init__(self, report: Report) -> None:
        self._report = report

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._report.assigned([partition.partition for partition in assigned])

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self._report.revoked([partition.partition for partition in revoked])


DRIVER = KafkaPython()
