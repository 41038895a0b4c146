import time

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from scenario.expectations import check, check_equal
from scenario.program import Task
from scenario.records import check_values, numbered_records

from with_kafka_python.connections import (
    IS_OLD,
    consumer,
    create_topic,
    producer,
    read,
    send,
    ten_records_in,
)

_LONG_WAIT_MS = 10_000


def list_offsets(task: Task) -> None:
    partition = ten_records_in(task, task.name())
    with consumer(task) as client:
        check_equal("earliest", client.beginning_offsets([partition]), {partition: 0})
        check_equal("latest", client.end_offsets([partition]), {partition: 10})


def offsets_for_times(task: Task) -> None:
    partition = ten_records_in(task, task.name())
    with consumer(task) as client:
        found = client.offsets_for_times({partition: 1_600_000_004_500})[partition]
        check_equal("offset and timestamp", found[:2], (5, 1_600_000_005_000))
        none = client.offsets_for_times({partition: 1_600_000_009_001})[partition]
        check_equal("after the last", none, None)


def assign(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(100)
    send(task, topic, records)
    partition = TopicPartition(topic, 0)
    with consumer(task) as client:
        client.assign([partition])
        client.seek_to_beginning(partition)
        received = read(client, 100)
        check_equal("offsets", [message.offset for message in received], list(range(100)))
        check_values([message.value for message in received], records)
        check_equal("position at the end", client.position(partition), 100)


def seek(task: Task) -> None:
    partition = ten_records_in(task, task.name())
    with consumer(task) as client:
        client.assign([partition])
        client.seek(partition, 4)
        check_equal("offset after seek", read(client, 1)[0].offset, 4)
        client.seek_to_beginning(partition)
        check_equal("offset at the beginning", read(client, 1)[0].offset, 0)
        client.seek_to_end(partition)
        check_equal("position at the end", client.position(partition), 10)
        send(task, partition.topic, numbered_records(1))
        check_equal("offset after the end", [message.offset for message in read(client, 1)], [10])


def commit_resume(task: Task) -> None:
    partition = ten_records_in(task, task.name())
    checkpoint = OffsetAndMetadata(5, "checkpoint") if IS_OLD else OffsetAndMetadata(5, "checkpoint", -1)
    with consumer(task, group_id=task.name(), session_timeout_ms=10_000, max_poll_records=5) as first:
        first.subscribe([partition.topic])
        check_equal("offsets", [message.offset for message in read(first, 5)], list(range(5)))
        first.commit({partition: checkpoint})
        _check_committed(first, partition)
    with consumer(task, group_id=task.name(), session_timeout_ms=10_000) as second:
        second.subscribe([partition.topic])
        check_equal("offsets", [message.offset for message in read(second, 5)], list(range(5, 10)))
        _check_committed(second, partition)


def long_poll(task: Task) -> None:
    topic = create_topic(task, task.name())
    partition = TopicPartition(topic, 0)
    with consumer(task, fetch_max_wait_ms=_LONG_WAIT_MS) as client, producer(task) as sender:
        client.assign([partition])
        client.seek_to_end(partition)
        check_equal("position", client.position(partition), 0)
        check_equal("records", client.poll(timeout_ms=1_000), {})  # its request waits at the broker from here on
        sender.send(topic, b"awaited", partition=0).get(timeout=20)
        sent_at = time.monotonic()
        (message,) = read(client, 1)
        check_equal("value", message.value, b"awaited")
        check(time.monotonic() - sent_at < _LONG_WAIT_MS / 2_000, "the record came only when the wait was over")


def _check_committed(client: KafkaConsumer, partition: TopicPartition) -> None:
    check_equal("committed offset and metadata", client.committed(partition, metadata=True)[:2], (5, "checkpoint"))
