"""What users of aiokafka ask a broker about, and the errors that they see."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("aiokafka")

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidConfigurationError, MessageSizeTooLargeError, TopicAlreadyExistsError, for_code

FIRST_MS = int(time.time() - 3_600) * 1000
"""An hour ago: what is older than retention.ms may be gone before it is asked for."""
COUNT = 10


def test_topics_are_created_described_and_deleted(bootstrap: str, topic_name: str):
    async def scenario() -> None:
        async with _Admin(bootstrap) as admin:
            wanted = NewTopic(topic_name, 3, 1, topic_configs={"retention.ms": "1234567"})
            created = await admin.create_topics([wanted])
            assert [(name, code) for name, code, *_ in created.topic_errors] == [(topic_name, 0)]
            async with asyncio.timeout(30):  # Apache Kafka answers before its topic can be seen
                while topic_name not in await admin.list_topics():
                    continue
            (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic_name)])
            ((_, _, _, _, entries),) = answer.resources
            assert ("retention.ms", "1234567") in {(name, value) for name, value, *_ in entries}
            deleted = await admin.delete_topics([topic_name])
            assert [(name, code) for name, code, *_ in deleted.topic_error_codes] == [(topic_name, 0)]

    asyncio.run(scenario())


def test_topics_that_cannot_be_created(bootstrap: str, make_topic: Callable[..., Any], topic_name: str):
    topic = make_topic().name

    async def scenario() -> None:
        async with _Admin(bootstrap) as admin:
            wanted = [NewTopic(topic, 1, 1), NewTopic(topic_name, 1, 1, topic_configs={"retention.ms": "abc"})]
            answer = await admin.create_topics(wanted)
            errors = {name: (for_code(code), text) for name, code, text, *_ in answer.topic_errors}
            assert errors[topic] == (TopicAlreadyExistsError, f"Topic '{topic}' already exists.")
            assert errors[topic_name][0] is InvalidConfigurationError

    asyncio.run(scenario())


def test_a_message_that_is_too_large(bootstrap: str, make_topic: Callable[..., Any]):
    topic = make_topic(configs={"max.message.bytes": "1000"}).name

    async def scenario() -> None:
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            with pytest.raises(MessageSizeTooLargeError):
                await producer.send_and_wait(topic, bytes(2_000), partition=0)

    asyncio.run(scenario())


def test_sending_to_an_unknown_topic_creates_it(bootstrap: str, topic_name: str):
    async def scenario() -> None:
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            assert (await producer.send_and_wait(topic_name, b"value")).offset == 0

    asyncio.run(scenario())


def test_offsets_are_found(bootstrap: str, make_topic: Callable[..., Any]):
    partition = TopicPartition(make_topic().name, 0)

    async def scenario() -> None:
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            for number in range(COUNT):
                await producer.send(partition.topic, b"x", partition=0, timestamp_ms=FIRST_MS + 1000 * number)
        async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
            assert await consumer.beginning_offsets([partition]) == {partition: 0}
            assert await consumer.end_offsets([partition]) == {partition: COUNT}
            found = (await consumer.offsets_for_times({partition: FIRST_MS + 4_500}))[partition]
            assert found is not None
            assert (found.offset, found.timestamp) == (5, FIRST_MS + 5_000)

    asyncio.run(scenario())


def test_groups_are_listed_and_their_offsets_found(bootstrap: str, make_topic: Callable[..., Any], group_name: str):
    topic = make_topic().name

    async def scenario() -> None:
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            await producer.send_and_wait(topic, b"value", partition=0)
        consumer = AIOKafkaConsumer(
            topic, bootstrap_servers=bootstrap, group_id=group_name, auto_offset_reset="earliest"
        )
        async with consumer:
            assert (await consumer.getone()).value == b"value"
            await consumer.commit()
            async with _Admin(bootstrap) as admin:
                assert (group_name, "consumer") in await admin.list_consumer_groups()
                offsets = await admin.list_consumer_group_offsets(group_name)
                assert offsets[TopicPartition(topic, 0)].offset == 1

    asyncio.run(scenario())


class _Admin:
    """aiokafka's admin client as an async context manager, which it is not."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def __aenter__(self) -> AIOKafkaAdminClient:
        self._client = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await self._client.start()
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
