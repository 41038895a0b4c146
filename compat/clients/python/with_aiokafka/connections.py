"""Clients with settings for a busy machine, and what all capabilities do with them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ProducerFenced, for_code
from scenario import error_codes
from scenario.expectations import Deadline
from scenario.program import Task
from scenario.records import KEPT, Record, ten_records

_POLL_SECONDS = 0.05


@asynccontextmanager
async def admin_client(task: Task) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=task.bootstrap, request_timeout_ms=20_000)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


def producer(task: Task, **settings: Any) -> AIOKafkaProducer:
    defaults = {"acks": "all", "linger_ms": 20, "request_timeout_ms": 20_000}
    return AIOKafkaProducer(bootstrap_servers=task.bootstrap, **{**defaults, **settings})


def consumer(task: Task, *topics: str, **settings: Any) -> AIOKafkaConsumer:
    defaults = {"auto_offset_reset": "earliest", "enable_auto_commit": False, "client_id": "reader"}
    return AIOKafkaConsumer(*topics, bootstrap_servers=task.bootstrap, **{**defaults, **settings})


async def create_topic(task: Task, topic: str, partitions: int = 1, configs: Mapping[str, str] | None = None) -> str:
    """Create a topic, wait until each of its partitions has a leader, and return its name."""
    new = NewTopic(topic, partitions, 1, topic_configs=dict(configs or {}))
    async with admin_client(task) as admin:
        response = await admin.create_topics([new])
        raise_for((code, message) for _, code, message in response.topic_errors)
        await wait_for_leaders(admin, topic, partitions)
    return topic


async def wait_for_leaders(admin: AIOKafkaAdminClient, topic: str, partitions: int) -> None:
    async def has_leaders() -> bool:
        (description,) = await admin.describe_topics([topic])
        return sum(partition["leader"] >= 0 for partition in description["partitions"]) == partitions

    await wait_for(has_leaders, f"{partitions} partitions with a leader")


async def wait_for(ask: Callable[[], Awaitable[bool]], what: str) -> None:
    """Ask the broker again and again, until it is so."""
    deadline = Deadline(what)
    while not await ask():
        deadline.check()
        await asyncio.sleep(_POLL_SECONDS)


async def send(task: Task, topic: str, records: Sequence[Record], partition: int | None = 0, **settings: Any) -> None:
    async with producer(task, **settings) as client:
        await send_by(client, topic, [(partition, record) for record in records])


async def send_by(client: AIOKafkaProducer, topic: str, records: Sequence[tuple[int | None, Record]]) -> None:
    """Send, and wait until all are acknowledged."""
    sent = [
        await client.send(
            topic,
            value=record.value,
            key=record.key,
            partition=partition,
            timestamp_ms=record.timestamp_ms,
            headers=list(record.headers),
        )
        for partition, record in records
    ]
    await asyncio.gather(*sent)


async def ten_records_in(task: Task, topic: str) -> TopicPartition:
    await create_topic(task, topic, configs=KEPT)
    await send(task, topic, ten_records())
    return TopicPartition(topic, 0)


async def read(client: AIOKafkaConsumer, count: int) -> list[ConsumerRecord]:
    """Poll until ``count`` records have come; more than these stay to be read."""
    deadline = Deadline(f"{count} records")
    messages: list[ConsumerRecord] = []
    while len(messages) < count:
        deadline.check()
        batches = await client.getmany(timeout_ms=500, max_records=count - len(messages))
        messages += [message for batch in batches.values() for message in batch]
    return messages


async def read_topic(task: Task, topic: str, count: int, partitions: int = 1, **settings: Any) -> list[ConsumerRecord]:
    async with consumer(task, **settings) as client:
        client.assign([TopicPartition(topic, partition) for partition in range(partitions)])
        return await read(client, count)


def record_of(message: ConsumerRecord) -> Record:
    return Record(message.key, message.value, tuple(message.headers), message.timestamp)


def raise_for(results: Iterable[tuple[int, str | None]]) -> None:
    """Raise the first error of a response's codes and messages."""
    for code, message in results:
        if code:
            raise for_code(code)(message)


def code_of(error: BaseException) -> int | None:
    return error_codes.PRODUCER_FENCED if isinstance(error, ProducerFenced) else getattr(error, "errno", None)
