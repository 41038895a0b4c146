from kafka import OffsetAndMetadata, TopicPartition
from scenario.expectations import check_equal
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_kafka_python.connections import consumer, create_topic, producer, read, read_topic, send, send_by


def commit(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    records = numbered_records(10)
    with producer(task, transactional_id=task.name()) as client:
        client.init_transactions()
        client.begin_transaction()
        for partition in range(2):
            send_by(client, topic, records[partition * 5 :][:5], partition)
        client.commit_transaction()
    received = read_topic(task, topic, 10, partitions=2, isolation_level="read_committed")
    check_values(sorted(message.value for message in received), records)


def abort(task: Task) -> None:
    topic = create_topic(task, task.name())
    records = numbered_records(10)
    with producer(task, transactional_id=task.name()) as client:
        client.init_transactions()
        client.begin_transaction()
        send_by(client, topic, records[:5])
        client.abort_transaction()
        client.begin_transaction()
        send_by(client, topic, records[5:])
        client.commit_transaction()
    committed = read_topic(task, topic, 5, isolation_level="read_committed")
    check_values([message.value for message in committed], records[5:])
    everything = read_topic(task, topic, 10, isolation_level="read_uncommitted")
    check_values([message.value for message in everything], records)


def consume_transform_produce(task: Task) -> None:
    source = create_topic(task, task.name("in"))
    target = create_topic(task, task.name("out"))
    records = numbered_records(20)
    send(task, source, records[:10])
    with (
        consumer(task, group_id=task.name(), session_timeout_ms=10_000) as reader,
        producer(task, transactional_id=task.name()) as client,
    ):
        reader.subscribe([source])
        client.init_transactions()

        def transform(count: int) -> None:
            client.begin_transaction()
            doubled = [Record(message.key, message.value * 2) for message in read(reader, count)]
            send_by(client, target, doubled)
            partition = TopicPartition(source, 0)
            offsets = {partition: OffsetAndMetadata(reader.position(partition), "", -1)}
            client.send_offsets_to_transaction(offsets, reader.group_metadata())

        transform(10)
        client.commit_transaction()
        send(task, source, records[10:])
        transform(10)
        client.abort_transaction()
        check_equal("committed offset", reader.committed(TopicPartition(source, 0)), 10)
        client.begin_transaction()  # whoever reads this record has passed the aborted ones
        send_by(client, target, [Record(None, b"last")])
        client.commit_transaction()
    received = read_topic(task, target, 11, isolation_level="read_committed")
    expected = [Record(record.key, (record.value or b"") * 2) for record in records[:10]]
    check_values([message.value for message in received], [*expected, Record(None, b"last")])
