import time

from aiokafka import TopicPartition
from scenario.expectations import check, check_equal
from scenario.program import Task
from scenario.records import check_values, numbered_records

from with_aiokafka.connections import admin_client, consumer, create_topic, producer, read, send, ten_records_in

_LONG_WAIT_MS = 10_000


async def list_offsets(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with consumer(task) as client:
        check_equal("earliest", await client.beginning_offsets([partition]), {partition: 0})
        check_equal("latest", await client.end_offsets([partition]), {partition: 10})


async def offsets_for_times(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with consumer(task) as client:
        found = (await client.offsets_for_times({partition: 1_600_000_004_500}))[partition]
        check_equal("offset and timestamp", (found.offset, found.timestamp), (5, 1_600_000_005_000))
        none = (await client.offsets_for_times({partition: 1_600_000_009_001}))[partition]
        check_equal("after the last", none, None)


async def assign(task: Task) -> None:
    topic = await create_topic(task, task.name())
    records = numbered_records(100)
    await send(task, topic, records)
    partition = TopicPartition(topic, 0)
    async with consumer(task) as client:
        client.assign([partition])
        await client.seek_to_beginning(partition)
        received = await read(client, 100)
        check_equal("offsets", [message.offset for message in received], list(range(100)))
        check_values([message.value for message in received], records)
        check_equal("position at the end", await client.position(partition), 100)


async def seek(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with consumer(task) as client:
        client.assign([partition])
        client.seek(partition, 4)
        check_equal("offset after seek", (await read(client, 1))[0].offset, 4)
        await client.seek_to_beginning(partition)
        check_equal("offset at the beginning", (await read(client, 1))[0].offset, 0)
        await client.seek_to_end(partition)
        check_equal("position at the end", await client.position(partition), 10)
        await send(task, partition.topic, numbered_records(1))
        check_equal("offset after the end", [message.offset for message in await read(client, 1)], [10])


async def commit_resume(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with consumer(task, partition.topic, group_id=task.name()) as first:
        check_equal("offsets", [message.offset for message in await read(first, 5)], list(range(5)))
        await first.commit({partition: (5, "checkpoint")})
        check_equal("committed", await first.committed(partition), 5)
    async with admin_client(task) as admin:
        committed = (await admin.list_consumer_group_offsets(task.name(), partitions=[partition]))[partition]
        check_equal("committed offset and metadata", (committed.offset, committed.metadata), (5, "checkpoint"))
    async with consumer(task, partition.topic, group_id=task.name()) as second:
        check_equal("offsets", [message.offset for message in await read(second, 5)], list(range(5, 10)))
        check_equal("committed", await second.committed(partition), 5)


async def long_poll(task: Task) -> None:
    partition = TopicPartition(await create_topic(task, task.name()), 0)
    async with consumer(task, fetch_max_wait_ms=_LONG_WAIT_MS) as client, producer(task) as sender:
        client.assign([partition])
        await client.seek_to_end(partition)
        check_equal("position", await client.position(partition), 0)
        check_equal("records", await client.getmany(timeout_ms=1_000), {})  # its request waits at the broker now
        await sender.send_and_wait(partition.topic, b"awaited", partition=0)
        sent_at = time.monotonic()
        (message,) = await read(client, 1)
        check_equal("value", message.value, b"awaited")
        check(time.monotonic() - sent_at < _LONG_WAIT_MS / 2_000, "the record came only when the wait was over")
