from aiokafka import TopicPartition
from scenario.expectations import check_equal
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_aiokafka.connections import consumer, create_topic, producer, read, read_topic, send, send_by


async def commit(task: Task) -> None:
    topic = await create_topic(task, task.name(), partitions=2)
    records = numbered_records(10)
    async with producer(task, transactional_id=task.name()) as client, client.transaction():
        await send_by(client, topic, [(index // 5, record) for index, record in enumerate(records)])
    received = await read_topic(task, topic, 10, partitions=2, isolation_level="read_committed")
    check_values(sorted(message.value for message in received), records)


async def abort(task: Task) -> None:
    topic = await create_topic(task, task.name())
    records = numbered_records(10)
    async with producer(task, transactional_id=task.name()) as client:
        await client.begin_transaction()
        await send_by(client, topic, [(0, record) for record in records[:5]])
        await client.abort_transaction()
        async with client.transaction():
            await send_by(client, topic, [(0, record) for record in records[5:]])
    committed = await read_topic(task, topic, 5, isolation_level="read_committed")
    check_values([message.value for message in committed], records[5:])
    everything = await read_topic(task, topic, 10, isolation_level="read_uncommitted")
    check_values([message.value for message in everything], records)


async def consume_transform_produce(task: Task) -> None:
    source = TopicPartition(await create_topic(task, task.name("in")), 0)
    target = await create_topic(task, task.name("out"))
    records = numbered_records(20)
    await send(task, source.topic, records[:10])
    async with (
        consumer(task, source.topic, group_id=task.name()) as reader,
        producer(task, transactional_id=task.name()) as client,
    ):

        async def transform(count: int) -> None:
            await client.begin_transaction()
            doubled = [Record(message.key, message.value * 2) for message in await read(reader, count)]
            await send_by(client, target, [(0, record) for record in doubled])
            await client.send_offsets_to_transaction({source: await reader.position(source)}, task.name())

        await transform(10)
        await client.commit_transaction()
        await send(task, source.topic, records[10:])
        await transform(10)
        await client.abort_transaction()
        check_equal("committed offset", await reader.committed(source), 10)
        async with client.transaction():  # whoever reads this record has passed the aborted ones
            await send_by(client, target, [(0, Record(None, b"last"))])
    received = await read_topic(task, target, 11, isolation_level="read_committed")
    expected = [Record(record.key, (record.value or b"") * 2) for record in records[:10]]
    check_values([message.value for message in received], [*expected, Record(None, b"last")])
