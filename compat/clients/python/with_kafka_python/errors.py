from scenario import error_codes
from scenario.expectations import expect_code
from scenario.program import Task
from scenario.records import Record, numbered_records

from with_kafka_python.connections import (
    admin_client,
    code_of,
    consumer,
    create_topic,
    producer,
    read,
    send,
    send_by,
    ten_records_in,
)


def topic_exists(task: Task) -> None:
    create_topic(task, task.name())
    with expect_code(code_of, error_codes.TOPIC_ALREADY_EXISTS):
        create_topic(task, task.name())


def unknown_topic(task: Task) -> None:
    with admin_client(task) as admin, expect_code(code_of, error_codes.UNKNOWN_TOPIC_OR_PARTITION):
        admin.delete_topics([task.name()])


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
    partition = ten_records_in(task, task.name())
    with consumer(task, auto_offset_reset="none") as client:
        client.assign([partition])
        client.seek(partition, 1_000)
        with expect_code(code_of, error_codes.OFFSET_OUT_OF_RANGE):
            read(client, 1)


def fenced_producer(task: Task) -> None:
    topic = create_topic(task, task.name())
    with (
        producer(task, transactional_id=task.name()) as first,
        producer(task, transactional_id=task.name()) as second,
    ):
        first.init_transactions()
        first.begin_transaction()
        send_by(first, topic, numbered_records(1))
        first.commit_transaction()
        second.init_transactions()
        with expect_code(code_of, error_codes.PRODUCER_FENCED, error_codes.INVALID_PRODUCER_EPOCH):
            first.begin_transaction()
            send_by(first, topic, numbered_records(1))
            first.commit_transaction()
