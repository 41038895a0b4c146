from confluent_kafka import TopicPartition
from scenario import error_codes
from scenario.expectations import expect_code
from scenario.program import Task
from scenario.records import Record, numbered_records

from with_confluent_kafka.connections import (
    REQUEST_SECONDS,
    admin_client,
    code_of,
    consumer,
    create_topic,
    read,
    send,
    send_by,
    ten_records_in,
)
from with_confluent_kafka.transactions import transactional_producer


def topic_exists(task: Task) -> None:
    create_topic(task, task.name())
    with expect_code(code_of, error_codes.TOPIC_ALREADY_EXISTS):
        create_topic(task, task.name())


def unknown_topic(task: Task) -> None:
    admin = admin_client(task)
    with expect_code(code_of, error_codes.UNKNOWN_TOPIC_OR_PARTITION):
        admin.delete_topics([task.name()])[task.name()].result(REQUEST_SECONDS)


def invalid_topic(task: Task) -> None:
    with expect_code(code_of, error_codes.INVALID_TOPIC_EXCEPTION):
        create_topic(task, "not/legal")


def invalid_config(task: Task) -> None:
    with expect_code(code_of, error_codes.INVALID_CONFIG):
        create_topic(task, task.name(), configs={"retention.ms": "abc"})


def too_large(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"max.message.bytes": "1000"})
    with expect_code(code_of, error_codes.MESSAGE_TOO_LARGE):
        send(task, topic, [Record(None, b"x" * 2_000)])


def out_of_range(task: Task) -> None:
    topic = ten_records_in(task, task.name())
    with consumer(task, {"auto.offset.reset": "error"}) as client:
        client.assign([TopicPartition(topic, 0, 1_000)])
        with expect_code(code_of, error_codes.OFFSET_OUT_OF_RANGE):
            read(client, 1)


def fenced_producer(task: Task) -> None:
    topic = create_topic(task, task.name())
    record = (0, numbered_records(1)[0])
    first = transactional_producer(task)
    first.begin_transaction()
    send_by(first, topic, [record])
    first.commit_transaction(REQUEST_SECONDS)
    second = transactional_producer(task)
    with expect_code(code_of, error_codes.PRODUCER_FENCED, error_codes.INVALID_PRODUCER_EPOCH):
        first.begin_transaction()
        first.produce(topic, b"too late")  # without a report: one that follows a fatal error is a SystemError
        first.commit_transaction(REQUEST_SECONDS)
    second.begin_transaction()
    second.abort_transaction(REQUEST_SECONDS)
