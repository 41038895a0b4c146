"""What a broker is filled with, and what of it can be seen again."""

import time
from typing import Any

from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its own way of listing what it exports
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
TOPICS = {"codecs": 3, "transactions": 2, "compacted": 1}
SECONDS = 30.0
STILL_STARTING = (
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
)
END_OF_PARTITION = -191
"""What librdkafka says then (RD_KAFKA_RESP_ERR__PARTITION_EOF)."""

Read = dict[str, list[tuple[Any, ...]]]
"""By topic and partition: offset, key, value, headers, timestamp of each record."""


class View:
    """Everything that clients see of the scene. Two brokers with the same data show equal ones."""

    def __init__(self, bootstrap: str, groups: list[str]) -> None:
        admin = _admin(bootstrap)
        described = admin.describe_topics(TopicCollection(list(TOPICS)))
        self.topic_ids = {name: str(future.result(SECONDS).topic_id) for name, future in described.items()}
        self.topics = sorted(name for name in admin.list_topics(timeout=SECONDS).topics if not name.startswith("__"))
        self.configs = {name: _set_configs(admin, name) for name in TOPICS}
        self.committed_offsets = {group: _offsets(bootstrap, group) for group in groups}
        latest: Any = OffsetSpec.latest
        self.records = read_all(bootstrap, "read_uncommitted")
        self.committed_records = read_all(bootstrap, "read_committed")
        self.ends = {
            f"{at.topic}-{at.partition}": future.result(SECONDS).offset
            for at, future in admin.list_offsets(
                {_at(topic, index): latest() for topic in TOPICS for index in range(TOPICS[topic])},
                isolation_level=IsolationLevel.READ_UNCOMMITTED,
            ).items()
        }


def _admin(bootstrap: str) -> Any:
    """Untyped, since its annotations are narrower than what it takes."""
    return AdminClient({"bootstrap.servers": bootstrap})


def _at(topic: str, partition: int) -> TopicPartition:
    return TopicPartition(topic, partition)


def _set_configs(admin: Any, topic: str) -> dict[str, str]:
    ((_, future),) = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]).items()
    topic_source = 1
    return {
        str(name): str(entry.value) for name, entry in future.result(SECONDS).items() if entry.source == topic_source
    }


def _offsets(bootstrap: str, group: str) -> dict[str, int]:
    """Asked again while a broker that has just started reads its groups.

    By a consumer: librdkafka's admin client gives up on that, or breaks down (``rd_kafka_cgrp_op`` without a group).
    """
    end = time.monotonic() + SECONDS
    consumer: Any = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    everything = [_at(topic, index) for topic in TOPICS for index in range(TOPICS[topic])]
    while True:
        try:
            committed = consumer.committed(everything, SECONDS)
            break
        except KafkaException as failure:
            if failure.args[0].code() not in STILL_STARTING or time.monotonic() > end:
                raise
            time.sleep(0.1)
    consumer.close()
    return {f"{at.topic}-{at.partition}": at.offset for at in committed if at.offset >= 0}


def read_all(bootstrap: str, isolation: str) -> Read:
    """Read all topics of the scene from their beginnings to their ends."""
    consumer: Any = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "nobody",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": isolation,
            "check.crcs": True,
        }
    )
    open_ends = {(topic, index) for topic, partitions in TOPICS.items() for index in range(partitions)}
    found: Read = {f"{topic}-{index}": [] for topic, index in open_ends}
    consumer.assign([TopicPartition(topic, index, 0) for topic, index in sorted(open_ends)])
    while open_ends:
        message = consumer.poll(SECONDS)
        assert message is not None, f"nothing comes from {open_ends}"
        if message.error() is None:
            found[f"{message.topic()}-{message.partition()}"].append(
                (message.offset(), message.key(), message.value(), message.headers(), message.timestamp())
            )
        else:
            assert message.error().code() == END_OF_PARTITION, message.error()
            open_ends.discard((message.topic(), message.partition()))
    consumer.close()
    return found


def create_topics(bootstrap: str) -> None:
    admin = _admin(bootstrap)
    topics = [NewTopic("codecs", 3, config={"retention.ms": "-1"}), NewTopic("transactions", 2), NewTopic("deleted", 2)]
    topics.append(NewTopic("compacted", 1, config={"cleanup.policy": "compact", "segment.ms": "600000"}))
    for created in admin.create_topics(topics).values():
        created.result(SECONDS)


def delete_topic(bootstrap: str, name: str) -> None:
    admin = _admin(bootstrap)
    for deleted in admin.delete_topics([name]).values():
        deleted.result(SECONDS)


def produce(bootstrap: str, note: str) -> None:
    """Send records in all codecs, with timestamps, headers, null values and by idempotent producers."""
    for codec in CODECS:
        settings = {"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 20}
        producer: Any = Producer(settings | {"enable.idempotence": True})
        for n in range(30):
            headers = [("codec", codec.encode()), ("nothing", None)]
            value = f"{note} {codec} {n} ".encode() * 20
            producer.produce("codecs", value, f"{n}", n % 3, timestamp=1_790_000_000_000 + n, headers=headers)
        for n in range(6):
            producer.produce("compacted", None if n == 5 else f"{note} {n}", f"{codec}-{n % 3}")
        assert producer.flush(SECONDS) == 0


def commit_as_member(bootstrap: str, group: str, protocol: str = "classic") -> None:
    """Read some as a member of a group, and commit."""
    settings = {"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest"}
    consumer: Any = Consumer(settings | {"enable.auto.commit": False, "group.protocol": protocol})
    consumer.subscribe(["codecs"])
    for _ in range(60):
        message = consumer.poll(SECONDS)
        assert message is not None
        assert message.error() is None, message.error()
    consumer.commit(asynchronous=False)
    consumer.close()


def transact(bootstrap: str, group: str) -> None:
    """Commit some transactions and abort others; one of them commits an offset of ``group``."""
    producer: Any = Producer({"bootstrap.servers": bootstrap, "transactional.id": "scene", "compression.type": "lz4"})
    producer.init_transactions(SECONDS)
    for attempt in range(6):
        producer.begin_transaction()
        for n in range(5):
            producer.produce("transactions", f"{attempt}-{n}", str(attempt), n % 2)
        assert producer.flush(SECONDS) == 0  # or aborting throws away what was not sent yet
        if attempt == 4:
            consumer: Any = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
            at = [TopicPartition("codecs", 0, 17)]
            producer.send_offsets_to_transaction(at, consumer.consumer_group_metadata(), SECONDS)
            consumer.close()
        if attempt % 2:
            producer.abort_transaction(SECONDS)
        else:
            producer.commit_transaction(SECONDS)


def leave_open(bootstrap: str, transactional_id: str) -> None:
    """Begin a transaction that stands open when its producer goes; none of it is ever to be seen as committed."""
    settings = {"bootstrap.servers": bootstrap, "transactional.id": transactional_id}
    producer: Any = Producer(settings | {"transaction.timeout.ms": 900_000})  # the most that Kafka allows
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    producer.produce("transactions", "left open", "open", 0)
    assert producer.flush(SECONDS) == 0


def add_access(bootstrap: str) -> None:
    """Create a user and what it may do."""
    admin = _admin(bootstrap)
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
    for user in admin.alter_user_scram_credentials([UserScramCredentialUpsertion("alice", info, b"secret")]).values():
        user.result(SECONDS)
    literal, read, allow = ResourcePatternType.LITERAL, AclOperation.READ, AclPermissionType.ALLOW
    rule = AclBinding(ResourceType.TOPIC, "codecs", literal, "User:alice", "*", read, allow)
    for created in admin.create_acls([rule]).values():
        created.result(SECONDS)


def access(bootstrap: str) -> tuple[list[str], list[str]]:
    """Return which users there are, and which rules."""
    admin = _admin(bootstrap)
    users = admin.describe_user_scram_credentials().result(SECONDS)
    matching: Any = AclBindingFilter
    everything = matching(
        ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
    )
    return sorted(map(str, users)), sorted(map(str, admin.describe_acls(everything).result(SECONDS)))
