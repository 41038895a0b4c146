"""Clients with settings for a busy machine, and what all capabilities do with them."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from scenario import error_codes
from scenario.expectations import Deadline, check_equal, wait_until
from scenario.program import Task
from scenario.records import KEPT, Record, ten_records

REQUEST_SECONDS = 20
_SESSION_MS = 10_000

_CODES_OF_ITS_OWN = {
    KafkaError._FENCED: error_codes.PRODUCER_FENCED,  # noqa: SLF001 - librdkafka's codes have such names
    KafkaError._AUTO_OFFSET_RESET: error_codes.OFFSET_OUT_OF_RANGE,  # noqa: SLF001
}


def admin_client(task: Task) -> AdminClient:
    """Keep it in a variable until its futures are done: with it they end."""
    return AdminClient({"bootstrap.servers": task.bootstrap})


def producer(task: Task, settings: dict[str, Any] | None = None) -> Producer:
    return Producer({"bootstrap.servers": task.bootstrap, "linger.ms": 20, "acks": "all", **(settings or {})})


def consumer(task: Task, settings: dict[str, Any] | None = None) -> "closing[Consumer]":
    """Without a group of its own name the group is only a name, which is never joined."""
    defaults = {"group.id": task.name(), "auto.offset.reset": "earliest", "enable.auto.commit": False}
    return closing(Consumer({"bootstrap.servers": task.bootstrap, **defaults, **(settings or {})}))


def member_settings() -> dict[str, Any]:
    return {"session.timeout.ms": _SESSION_MS, "heartbeat.interval.ms": 500}


def create_topic(
    task: Task, topic: str, partitions: int = 1, configs: dict[str, str] | None = None, admin: AdminClient | None = None
) -> str:
    """Create a topic, wait until each of its partitions has a leader, and return its name."""
    admin = admin or admin_client(task)
    new = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=configs or {})
    admin.create_topics([new])[topic].result(REQUEST_SECONDS)
    wait_until(lambda: leaders(admin, topic) == partitions, f"leaders of {topic}")
    return topic


def leaders(admin: AdminClient, topic: str) -> int:
    """Count the partitions that have one."""
    partitions = admin.list_topics(topic, timeout=REQUEST_SECONDS).topics[topic].partitions
    return sum(partition.leader >= 0 for partition in partitions.values())


def send(
    task: Task,
    topic: str,
    records: Sequence[Record],
    partition: int | None = 0,
    settings: dict[str, Any] | None = None,
) -> None:
    """Send, and wait until all are acknowledged."""
    send_by(producer(task, settings), topic, [(partition, record) for record in records])


def send_by(client: Producer, topic: str, records: Sequence[tuple[int | None, Record]]) -> None:
    failures: list[KafkaError] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failures.append(error)

    for partition, record in records:
        explicit = {} if partition is None else {"partition": partition}
        client.produce(
            topic,
            value=record.value,
            key=record.key,
            headers=list(record.headers),
            timestamp=record.timestamp_ms or 0,
            on_delivery=delivered,
            **explicit,
        )
    check_equal("records without an answer", client.flush(REQUEST_SECONDS), 0)
    if failures:
        raise KafkaException(failures[0])


def ten_records_in(task: Task, topic: str) -> str:
    create_topic(task, topic, configs=KEPT)
    send(task, topic, ten_records())
    return topic


def poll(client: Consumer, what: str) -> Message:
    """Poll until a message comes. Raise what a message without a record says."""
    deadline = Deadline(what)
    while (message := client.poll(0.5)) is None:
        deadline.check()
    if message.error() is not None:
        raise KafkaException(message.error())
    return message


def read(client: Consumer, count: int) -> list[Message]:
    return [poll(client, f"record {number} of {count}") for number in range(count)]


def read_topic(
    task: Task, topic: str, count: int, partitions: int = 1, settings: dict[str, Any] | None = None
) -> list[Message]:
    with consumer(task, settings) as client:
        client.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(partitions)])
        return read(client, count)


def record_of(message: Message) -> Record:
    return Record(message.key(), message.value(), tuple(message.headers() or ()), message.timestamp()[1])


def code_of(error: BaseException) -> int | None:
    if not isinstance(error, KafkaException):
        return None
    cause: KafkaError = error.args[0]
    if cause.code() == KafkaError._FATAL and "Static consumer fenced" in cause.str():  # noqa: SLF001
        return error_codes.FENCED_INSTANCE_ID  # the binding does not tell the code behind a fatal error
    return _CODES_OF_ITS_OWN.get(cause.code(), cause.code())
