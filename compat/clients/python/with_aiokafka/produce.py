from collections.abc import Awaitable, Callable

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

from with_aiokafka.connections import create_topic, producer, read_topic, record_of, send


def compressed(compression: str | None) -> Callable[[Task], Awaitable[None]]:
    async def produce(task: Task) -> None:
        topic = await create_topic(task, task.name(), configs=KEPT)
        await send(task, topic, ten_records(), compression_type=compression)
        check_same([record_of(message) for message in await read_topic(task, topic, 10)], ten_records())

    return produce


async def acks(task: Task) -> None:
    topic = await create_topic(task, task.name())
    records = numbered_records(2)
    for acknowledgements, record in enumerate(records):
        await send(task, topic, [record], acks=acknowledgements)
    check_values(sorted(message.value for message in await read_topic(task, topic, 2)), records)


async def partitioner(task: Task) -> None:
    topic = await create_topic(task, task.name(), partitions=4)
    await send(task, topic, keyed_records(), partition=None)
    received = await read_topic(task, topic, 80, partitions=4)
    check_partitioned([(message.key, message.partition) for message in received])
    explicit = Record(b"explicit", b"")
    async with producer(task) as client:
        sent = await client.send_and_wait(topic, key=explicit.key, value=explicit.value, partition=2)
    check_equal("the acknowledged partition", sent.partition, 2)
    keys = {message.key: message.partition for message in await read_topic(task, topic, 81, partitions=4)}
    check_equal("the partition of the explicit record", keys[explicit.key], 2)


async def idempotence(task: Task) -> None:
    topic = await create_topic(task, task.name())
    records = numbered_records(100)
    await send(task, topic, records, enable_idempotence=True, max_batch_size=1_000)
    received = await read_topic(task, topic, 100)
    check_values([message.value for message in received], records)
    check_equal("offsets", [message.offset for message in received], list(range(100)))
