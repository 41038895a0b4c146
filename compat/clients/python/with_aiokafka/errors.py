from scenario import error_codes
from scenario.expectations import expect_code
from scenario.program import Task
from scenario.records import Record, numbered_records

from with_aiokafka.connections import (
    admin_client,
    code_of,
    consumer,
    create_topic,
    producer,
    raise_for,
    read,
    send,
    send_by,
    ten_records_in,
)


async def topic_exists(task: Task) -> None:
    await create_topic(task, task.name())
    with expect_code(code_of, error_codes.TOPIC_ALREADY_EXISTS):
        await create_topic(task, task.name())


async def unknown_topic(task: Task) -> None:
    async with admin_client(task) as admin:
        response = await admin.delete_topics([task.name()])
    with expect_code(code_of, error_codes.UNKNOWN_TOPIC_OR_PARTITION):
        raise_for((code, topic) for topic, code in response.topic_error_codes)


async def invalid_topic(task: Task) -> None:
    with expect_code(code_of, error_codes.INVALID_TOPIC_EXCEPTION):
        await create_topic(task, "not/legal")


async def invalid_config(task: Task) -> None:
    with expect_code(code_of, error_codes.INVALID_CONFIG):
        await create_topic(task, task.name(), configs={"retention.ms": "abc"})


async def too_large(task: Task) -> None:
    topic = await create_topic(task, task.name(), configs={"max.message.bytes": "1000"})
    with expect_code(code_of, error_codes.MESSAGE_TOO_LARGE):
        await send(task, topic, [Record(None, b"x" * 2_000)])


async def out_of_range(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with consumer(task, auto_offset_reset="none") as client:
        client.assign([partition])
        client.seek(partition, 1_000)
        with expect_code(code_of, error_codes.OFFSET_OUT_OF_RANGE):
            await read(client, 1)


async def fenced_producer(task: Task) -> None:
    topic = await create_topic(task, task.name())
    record = (0, numbered_records(1)[0])
    async with producer(task, transactional_id=task.name()) as first:
        async with first.transaction():
            await send_by(first, topic, [record])
        async with producer(task, transactional_id=task.name()):
            with expect_code(code_of, error_codes.PRODUCER_FENCED, error_codes.INVALID_PRODUCER_EPOCH):
                async with first.transaction():
                    await send_by(first, topic, [record])
