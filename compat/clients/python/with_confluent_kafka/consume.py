import time

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, TopicPartition
from scenario.expectations import Deadline, check, check_equal
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_confluent_kafka.connections import (
    REQUEST_SECONDS,
    consumer,
    create_topic,
    member_settings,
    producer,
    read,
    send,
    send_by,
    ten_records_in,
)

_LONG_WAIT_MS = 10_000


def list_offsets(task: Task) -> None:
    topic = ten_records_in(task, task.name())
    with consumer(task) as client:
        earliest_and_latest = client.get_watermark_offsets(TopicPartition(topic, 0), timeout=REQUEST_SECONDS)
        check_equal("earliest and latest", earliest_and_latest, (0, 10))


def offsets_for_times(task: Task) -> None:
    topic = ten_records_in(task, task.name())

    def first_at(timestamp_ms: int) -> int:
        (found,) = client.offsets_for_times([TopicPartition(topic, 0, timestamp_ms)], timeout=REQUEST_SECONDS)
        check_equal("error", found.error, None)
        return found.offset

    with consumer(task) as client:
        check_equal("offset", first_at(1_600_000_004_500), 5)
        check_equal("after the last", first_at(1_600_000_009_001), OFFSET_END)


def assign(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(100)
    send(task, topic, records)
    with consumer(task, {"enable.partition.eof": True}) as client:
        client.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        received = read(client, 100)
        check_equal("offsets", [message.offset() for message in received], list(range(100)))
        check_values([message.value() for message in received], records)
        check_equal("the end", _end(client), 100)


def seek(task: Task) -> None:
    topic = ten_records_in(task, task.name())
    with consumer(task, {"enable.partition.eof": True}) as client:
        client.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        read(client, 1)  # a partition can be sought in when it is being fetched
        client.seek(TopicPartition(topic, 0, 4))
        check_equal("offset after seek", read(client, 1)[0].offset(), 4)
        client.seek(TopicPartition(topic, 0, OFFSET_BEGINNING))
        check_equal("offset at the beginning", read(client, 1)[0].offset(), 0)
        client.seek(TopicPartition(topic, 0, OFFSET_END))
        check_equal("the end", _end(client), 10)
        send(task, topic, numbered_records(1))
        check_equal("offset after the end", read(client, 1)[0].offset(), 10)


def commit_resume(task: Task) -> None:
    topic = ten_records_in(task, task.name())
    with consumer(task, member_settings()) as first:
        first.subscribe([topic])
        check_equal("offsets", [message.offset() for message in read(first, 5)], list(range(5)))
        first.commit(offsets=[TopicPartition(topic, 0, 5, "checkpoint")], asynchronous=False)
        _check_committed(first, topic)
    with consumer(task, member_settings()) as second:
        second.subscribe([topic])
        check_equal("offsets", [message.offset() for message in read(second, 5)], list(range(5, 10)))
        _check_committed(second, topic)


def long_poll(task: Task) -> None:
    topic = create_topic(task, task.name())
    sender = producer(task)
    send_by(sender, topic, [(0, Record(None, b"first"))])
    with consumer(task, {"fetch.wait.max.ms": _LONG_WAIT_MS}) as client:
        client.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        read(client, 1)
        check_equal("records", client.poll(1), None)  # its request waits at the broker from here on
        send_by(sender, topic, [(0, Record(None, b"awaited"))])
        sent_at = time.monotonic()
        (message,) = read(client, 1)
        check_equal("value", message.value(), b"awaited")
        check(time.monotonic() - sent_at < _LONG_WAIT_MS / 2_000, "the record came only when the wait was over")


def _end(client: Consumer) -> int:
    """Poll until the client says that there is nothing more to read, and return the offset of the next record."""
    deadline = Deadline("the end of the partition")
    while (message := client.poll(0.5)) is None or message.error() is None:
        deadline.check()
    check_equal("error", message.error().code(), KafkaError._PARTITION_EOF)  # noqa: SLF001 - its public name
    return message.offset()


def _check_committed(client: Consumer, topic: str) -> None:
    (committed,) = client.committed([TopicPartition(topic, 0)], timeout=REQUEST_SECONDS)
    check_equal("committed offset and metadata", (committed.offset, committed.metadata), (5, "checkpoint"))
