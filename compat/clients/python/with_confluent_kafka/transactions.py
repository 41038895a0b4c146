from confluent_kafka import Producer, TopicPartition
from scenario.expectations import check_equal
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_confluent_kafka.connections import (
    REQUEST_SECONDS,
    consumer,
    create_topic,
    member_settings,
    producer,
    read,
    read_topic,
    send,
    send_by,
)

_COMMITTED = {"isolation.level": "read_committed"}
_UNCOMMITTED = {"isolation.level": "read_uncommitted"}


def transactional_producer(task: Task) -> Producer:
    client = producer(task, {"transactional.id": task.name()})
    client.init_transactions(REQUEST_SECONDS)
    return client


def commit(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    records = numbered_records(10)
    client = transactional_producer(task)
    client.begin_transaction()
    send_by(client, topic, [(index // 5, record) for index, record in enumerate(records)])
    client.commit_transaction(REQUEST_SECONDS)
    received = read_topic(task, topic, 10, partitions=2, settings=_COMMITTED)
    check_values(sorted(message.value() for message in received), records)


def abort(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(10)
    client = transactional_producer(task)
    client.begin_transaction()
    send_by(client, topic, [(0, record) for record in records[:5]])
    client.abort_transaction(REQUEST_SECONDS)
    client.begin_transaction()
    send_by(client, topic, [(0, record) for record in records[5:]])
    client.commit_transaction(REQUEST_SECONDS)
    check_values([message.value() for message in read_topic(task, topic, 5, settings=_COMMITTED)], records[5:])
    check_values([message.value() for message in read_topic(task, topic, 10, settings=_UNCOMMITTED)], records)


def consume_transform_produce(task: Task) -> None:
    source = create_topic(task, task.name("in"))
    target = create_topic(task, task.name("out"))
    records = numbered_records(20)
    send(task, source, records[:10])
    client = transactional_producer(task)
    with consumer(task, member_settings()) as reader:
        reader.subscribe([source])

        def transform(count: int) -> None:
            client.begin_transaction()
            doubled = [Record(message.key(), message.value() * 2) for message in read(reader, count)]
            send_by(client, target, [(0, record) for record in doubled])
            positions = reader.position(reader.assignment())
            client.send_offsets_to_transaction(positions, reader.consumer_group_metadata(), REQUEST_SECONDS)

        transform(10)
        client.commit_transaction(REQUEST_SECONDS)
        send(task, source, records[10:])
        transform(10)
        client.abort_transaction(REQUEST_SECONDS)
        (committed,) = reader.committed([TopicPartition(source, 0)], REQUEST_SECONDS)
        check_equal("committed offset", committed.offset, 10)
        client.begin_transaction()  # whoever reads this record has passed the aborted ones
        send_by(client, target, [(0, Record(None, b"last"))])
        client.commit_transaction(REQUEST_SECONDS)
    received = read_topic(task, target, 11, settings=_COMMITTED)
    expected = [Record(record.key, (record.value or b"") * 2) for record in records[:10]]
    check_values([message.value() for message in received], [*expected, Record(None, b"last")])
