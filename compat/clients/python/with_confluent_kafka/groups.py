from collections.abc import Callable
from functools import partial
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition
from scenario import error_codes
from scenario.expectations import expect_code
from scenario.members import PARTITIONS, Consume, Group, Member, fence_instance, keep_static_members, share_partitions
from scenario.program import Task

from with_confluent_kafka.connections import code_of, consumer, create_topic, member_settings, producer, send_by

_STATIC = {"partition.assignment.strategy": "range"}
_COMMIT_LATER = (22, 25, 27)  # ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS


def member_of(task: Task, topic: str, settings: dict[str, Any], *, static: bool = False) -> Consume:
    """Consume until told to leave."""

    def consume(member: Member) -> None:
        instance = {"group.instance.id": member.name} if static else {}
        with consumer(task, {"client.id": member.name, **settings, **instance}) as client:

            def assigned(_: Consumer, partitions: list[TopicPartition]) -> None:
                member.gained(each.partition for each in partitions)

            def revoked(_: Consumer, partitions: list[TopicPartition]) -> None:
                member.lost(each.partition for each in partitions)

            client.subscribe([topic], on_assign=assigned, on_revoke=revoked)
            while not member.leaves.is_set():
                message = client.poll(0.2)
                if message is not None:
                    if message.error() is not None:
                        raise KafkaException(message.error())
                    member.read(message.partition(), message.value())
                    _commit(client, member)

    return consume


def shared_by(assignor: str) -> Callable[[Task], None]:
    return partial(_share, settings={"partition.assignment.strategy": assignor, **member_settings()})


def shared_by_broker(task: Task) -> None:
    """In the consumer protocol the broker assigns, and orders the intervals."""
    _share(task, {"group.protocol": "consumer"})


def static_members(task: Task) -> None:
    topic = create_topic(task, task.name(), PARTITIONS)
    keep_static_members(member_of(task, topic, {**_STATIC, **member_settings()}, static=True))


def fenced_instance(task: Task) -> None:
    topic = create_topic(task, task.name(), PARTITIONS)
    consume = member_of(task, topic, {**_STATIC, **member_settings()}, static=True)
    with expect_code(code_of, error_codes.FENCED_INSTANCE_ID):
        raise fence_instance(consume, partial(send_by, producer(task), topic))


def with_one_member(task: Task, look: Callable[[str], None]) -> None:
    """Look at a group while it has one member, whose client id is ``only``."""
    topic = create_topic(task, task.name(), PARTITIONS)
    with Group(member_of(task, topic, member_settings())) as group:
        member = group.start("only")
        group.wait(lambda: len(member.partitions) == PARTITIONS, "all partitions for the only member")
        look(topic)


def _share(task: Task, settings: dict[str, Any]) -> None:
    topic = create_topic(task, task.name(), PARTITIONS)
    share_partitions(member_of(task, topic, settings), partial(send_by, producer(task), topic))


def _commit(client: Consumer, member: Member) -> None:
    try:
        client.commit(asynchronous=False)
    except KafkaException as error:
        if code_of(error) not in _COMMIT_LATER:
            raise
    else:
        member.committed()
