from collections.abc import Callable

from kafka import TopicPartition
from scenario.expectations import check_equal
from scenario.program import Task
from scenario.records import (
    KEPT,
    Record,
    check_partitioned,
    check_same,
    check_values,
    keyed_records,
    numbered_records,
    ten_records,
)

from with_kafka_python.connections import create_topic, producer, read_topic, record_of, send


def compressed(compression: str | None) -> Callable[[Task], None]:
    def produce(task: Task) -> None:
        topic = create_topic(task, task.name(), configs=KEPT)
        send(task, topic, ten_records(), compression_type=compression)
        check_same([record_of(message) for message in read_topic(task, topic, 10)], ten_records())

    return produce


def acks(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(2)
    for acknowledgements, record in enumerate(records):
        send(task, topic, [record], acks=acknowledgements)
    received = read_topic(task, topic, 2)
    check_values(sorted(message.value for message in received), records)


def partitioner(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=4)
    send(task, topic, keyed_records(), partition=None)
    received = read_topic(task, topic, 80, partitions=4)
    check_partitioned([(message.key, message.partition) for message in received])
    explicit = Record(b"explicit", b"")
    with producer(task) as client:
        sent = client.send(topic, key=explicit.key, value=explicit.value, partition=2).get(timeout=20)
    check_equal("the acknowledged partition", sent.partition, 2)
    keys = {message.key: message.partition for message in read_topic(task, topic, 81, partitions=4)}
    check_equal("the partition of the explicit record", keys[explicit.key], 2)


def idempotence(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(100)
    send(task, topic, records, enable_idempotence=True, batch_size=500)
    received = read_topic(task, topic, 100)
    check_values([message.value for message in received], records)
    check_equal("offsets", [message.offset for message in received], list(range(100)))
    check_equal("partition", {message.partition for message in received}, {TopicPartition(topic, 0).partition})
