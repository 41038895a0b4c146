"""Clients with settings for a busy machine, and what all capabilities do with them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import kafka
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from scenario.expectations import Deadline, wait_until
from scenario.program import Task
from scenario.records import KEPT, Record, ten_records

IS_OLD = kafka.__version__.startswith("2.")
_PATIENCE = {"api_version_auto_timeout_ms": 20_000} if IS_OLD else {}
_CLOSE_SECONDS = 5


def admin_client(task: Task) -> "closing[KafkaAdminClient]":
    return closing(KafkaAdminClient(bootstrap_servers=task.bootstrap, request_timeout_ms=20_000, **_PATIENCE))


@contextmanager
def producer(task: Task, **settings: Any) -> Iterator[KafkaProducer]:
    defaults = {"acks": "all", "retries": 20, "linger_ms": 20, "max_block_ms": 20_000, **_PATIENCE}
    client = KafkaProducer(bootstrap_servers=task.bootstrap, **{**defaults, **settings})
    try:
        yield client
    finally:
        client.close(timeout=_CLOSE_SECONDS)


def consumer(task: Task, **settings: Any) -> "closing[KafkaConsumer]":
    defaults = {"auto_offset_reset": "earliest", "enable_auto_commit": False, "client_id": "reader", **_PATIENCE}
    return closing(KafkaConsumer(bootstrap_servers=task.bootstrap, **{**defaults, **settings}))


def create_topic(task: Task, topic: str, partitions: int = 1, configs: Mapping[str, str] | None = None) -> str:
    """Create a topic, wait until each of its partitions has a leader, and return its name."""
    with admin_client(task) as admin:
        new = NewTopic(topic, partitions, 1, topic_configs=dict(configs or {}))
        admin.create_topics([new])
        wait_until(lambda: leaders(admin, topic) == partitions, f"leaders of {topic}")
    return topic


def leaders(admin: KafkaAdminClient, topic: str) -> int:
    """Count the partitions that have one."""
    (description,) = admin.describe_topics([topic])
    name = "leader" if IS_OLD else "leader_id"
    return sum(partition[name] >= 0 for partition in description["partitions"])


def send(task: Task, topic: str, records: Sequence[Record], partition: int | None = 0, **settings: Any) -> None:
    """Send, and wait until all are acknowledged."""
    with producer(task, **settings) as client:
        send_by(client, topic, records, partition)


def send_by(client: KafkaProducer, topic: str, records: Sequence[Record], partition: int | None = 0) -> None:
    sent = [
        client.send(
            topic,
            value=record.value,
            key=record.key,
            headers=list(record.headers),
            partition=partition,
            timestamp_ms=record.timestamp_ms,
        )
        for record in records
    ]
    client.flush(20)
    for future in sent:
        future.get(timeout=20)


def ten_records_in(task: Task, topic: str) -> TopicPartition:
    create_topic(task, topic, configs=KEPT)
    send(task, topic, ten_records())
    return TopicPartition(topic, 0)


def read(client: KafkaConsumer, count: int) -> list[Any]:
    """Poll until ``count`` records have come."""
    deadline = Deadline(f"{count} records")
    messages: list[Any] = []
    while len(messages) < count:
        deadline.check()
        for batch in client.poll(timeout_ms=500).values():
            messages += batch
    return messages


def read_topic(task: Task, topic: str, count: int, partitions: int = 1, **settings: Any) -> list[Any]:
    with consumer(task, **settings) as client:
        client.assign([TopicPartition(topic, partition) for partition in range(partitions)])
        return read(client, count)


def record_of(message: Any) -> Record:
    return Record(message.key, message.value, tuple(message.headers), message.timestamp)


def code_of(error: BaseException) -> int | None:
    return getattr(error, "errno", None)
