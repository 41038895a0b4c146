from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import CommitFailedError, RebalanceInProgressError
from scenario import error_codes
from scenario.expectations import expect_code
from scenario.members import PARTITIONS, Consume, Group, Member, fence_instance, keep_static_members, share_partitions
from scenario.program import Task
from scenario.records import Record

from with_kafka_python.connections import code_of, consumer, create_topic, producer

_POLL_MS = 1_000  # longer than a join takes: its answer is lost when it comes between two polls


class _Listener(ConsumerRebalanceListener):
    def __init__(self, member: Member) -> None:
        self._member = member

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._member.gained(partition.partition for partition in assigned)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._member.lost(partition.partition for partition in revoked)


def member_of(task: Task, topic: str, assignor: type, *, static: bool = False) -> Consume:
    """Consume until told to leave."""

    def consume(member: Member) -> None:
        settings: dict[str, Any] = {"group_instance_id": member.name} if static else {}
        with consumer(
            task,
            group_id=task.name(),
            client_id=member.name,
            partition_assignment_strategy=[assignor],
            session_timeout_ms=10_000,
            heartbeat_interval_ms=500,
            **settings,
        ) as client:
            client.subscribe([topic], listener=_Listener(member))
            while not member.leaves.is_set():
                for partition, messages in client.poll(timeout_ms=_POLL_MS).items():
                    for message in messages:
                        member.read(partition.partition, message.value)
                    _commit(client, member)

    return consume


def shared_by(assignor: type) -> Callable[[Task], None]:
    def share(task: Task) -> None:
        topic = create_topic(task, task.name(), PARTITIONS)
        with producer(task) as client:
            share_partitions(member_of(task, topic, assignor), partial(_produce, client, topic))

    return share


def static_members(assignor: type) -> Callable[[Task], None]:
    def keep(task: Task) -> None:
        topic = create_topic(task, task.name(), PARTITIONS)
        keep_static_members(member_of(task, topic, assignor, static=True))

    return keep


def fenced_instance(assignor: type) -> Callable[[Task], None]:
    def fence(task: Task) -> None:
        topic = create_topic(task, task.name(), PARTITIONS)
        with producer(task) as client, expect_code(code_of, error_codes.FENCED_INSTANCE_ID):
            raise fence_instance(member_of(task, topic, assignor, static=True), partial(_produce, client, topic))

    return fence


def with_one_member(task: Task, assignor: type, look: Callable[[str], None]) -> None:
    """Look at a group while it has one member, whose client id is ``only``."""
    topic = create_topic(task, task.name(), PARTITIONS)
    with Group(member_of(task, topic, assignor)) as group:
        member = group.start("only")
        group.wait(lambda: len(member.partitions) == PARTITIONS, "all partitions for the only member")
        look(topic)


def _commit(client: KafkaConsumer, member: Member) -> None:
    with suppress(CommitFailedError, RebalanceInProgressError):  # a later commit does it, if the partitions stay
        client.commit()
        member.committed()


def _produce(client: KafkaProducer, topic: str, records: Sequence[tuple[int, Record]]) -> None:
    sent = [client.send(topic, value=record.value, key=record.key, partition=number) for number, record in records]
    client.flush(20)
    for future in sent:
        future.get(timeout=20)
