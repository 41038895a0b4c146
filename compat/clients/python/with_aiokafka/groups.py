"""Each member has a thread and a loop of its own, as members on several machines would."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, RebalanceInProgressError
from scenario.members import (
    PARTITIONS,
    Consume,
    Group,
    Member,
    Produce,
    keep_static_members,
    share_partitions,
)
from scenario.program import Task
from scenario.records import Record

from with_aiokafka.connections import consumer, create_topic, send_by
from with_aiokafka.connections import producer as producer_client


class _Listener(ConsumerRebalanceListener):
    def __init__(self, member: Member) -> None:
        self._member = member

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._member.gained(partition.partition for partition in assigned)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._member.lost(partition.partition for partition in revoked)


def member_of(task: Task, topic: str, assignor: type, *, static: bool = False) -> Consume:
    async def consume(member: Member) -> None:
        settings: dict[str, Any] = {"group_instance_id": member.name} if static else {}
        client = consumer(
            task,
            group_id=task.name(),
            client_id=member.name,
            partition_assignment_strategy=(assignor,),
            session_timeout_ms=10_000,
            rebalance_timeout_ms=20_000,
            heartbeat_interval_ms=500,
            **settings,
        )
        client.subscribe([topic], listener=_Listener(member))
        async with client:
            while not member.leaves.is_set():
                for partition, messages in (await client.getmany(timeout_ms=200)).items():
                    for message in messages:
                        member.read(partition.partition, message.value or b"")
                    await _commit(client, member)

    return lambda member: asyncio.run(consume(member))


def shared_by(assignor: type) -> Callable[[Task], None]:
    def share(task: Task) -> None:
        topic = asyncio.run(create_topic(task, task.name(), PARTITIONS))
        share_partitions(member_of(task, topic, assignor), _producer(task, topic))

    return share


def static_members(assignor: type) -> Callable[[Task], None]:
    def keep(task: Task) -> None:
        topic = asyncio.run(create_topic(task, task.name(), PARTITIONS))
        keep_static_members(member_of(task, topic, assignor, static=True))

    return keep


def with_one_member(task: Task, assignor: type, look: Callable[[str], None]) -> None:
    """Look at a group while it has one member, whose client id is ``only``."""
    topic = asyncio.run(create_topic(task, task.name(), PARTITIONS))
    with Group(member_of(task, topic, assignor)) as group:
        member = group.start("only")
        group.wait(lambda: len(member.partitions) == PARTITIONS, "all partitions for the only member")
        look(topic)


async def _commit(client: AIOKafkaConsumer, member: Member) -> None:
    # A later commit does it, if the partitions stay.
    with suppress(CommitFailedError, RebalanceInProgressError, IllegalStateError):
        await client.commit()
        member.committed()


def _producer(task: Task, topic: str) -> Produce:
    async def produce(records: Sequence[tuple[int, Record]]) -> None:
        async with producer_client(task) as client:
            await send_by(client, topic, records)

    return lambda records: asyncio.run(produce(records))
