"""The admin interface. What came after librdkafka 2.0 is in ``admin_since_2_1``."""

from collections.abc import Iterable

from confluent_kafka import Consumer, ConsumerGroupState, ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions
from scenario.expectations import check, check_equal, wait_until
from scenario.program import Task
from scenario.records import numbered_records

from with_confluent_kafka.connections import (
    REQUEST_SECONDS,
    admin_client,
    code_of,
    consumer,
    create_topic,
    leaders,
    send,
    ten_records_in,
)
from with_confluent_kafka.groups import with_one_member

_RETENTION = {"retention.ms": "3600000"}
_NO_COORDINATOR_YET = (14, 15, 16)  # COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR


def create(task: Task) -> None:
    admin = admin_client(task)
    create_topic(task, task.name(), partitions=3, configs=_RETENTION, admin=admin)
    check_equal("partitions with a leader", leaders(admin, task.name()), 3)


def describe_by_metadata(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    metadata = admin_client(task).list_topics(topic, timeout=REQUEST_SECONDS)
    check(metadata.cluster_id, "no cluster id")
    check(metadata.controller_id in metadata.brokers, "the controller is not one of the brokers")
    check_equal("error", metadata.topics[topic].error, None)
    partitions = metadata.topics[topic].partitions
    check_equal("partitions", sorted(partitions), [0, 1])
    for partition in partitions.values():
        check(partition.leader in metadata.brokers, "the leader is not one of the brokers")
        check_equal("replicas", list(partition.replicas), [partition.leader])
        check_equal("in-sync replicas", list(partition.isrs), [partition.leader])


def describe_configs(task: Task) -> None:
    topic = create_topic(task, task.name(), configs=_RETENTION)
    admin = admin_client(task)
    configs = configs_of(admin, topic)
    check_equal("retention.ms", configs["retention.ms"], ("3600000", False))
    check_equal("max.message.bytes", configs["max.message.bytes"], ("1048588", True))


def replace_configs(task: Task) -> None:
    """The request that replaces all settings; this version has no other."""
    topic = create_topic(task, task.name(), configs=_RETENTION)
    admin = admin_client(task)
    change = ConfigResource(ConfigResource.Type.TOPIC, topic, set_config={"max.message.bytes": "123456"})
    _result(admin.alter_configs([change]).values())
    wait_until(lambda: configs_of(admin, topic)["max.message.bytes"] == ("123456", False), "the altered setting")


def add_partitions(task: Task) -> None:
    topic = create_topic(task, task.name())
    admin = admin_client(task)
    _result(admin.create_partitions([NewPartitions(topic, 4)]).values())
    wait_until(lambda: leaders(admin, topic) == 4, "four partitions with a leader")
    send(task, topic, numbered_records(1), partition=3)


def delete(task: Task) -> None:
    topic = create_topic(task, task.name())
    admin = admin_client(task)
    _result(admin.delete_topics([topic]).values())
    wait_until(lambda: topic not in admin.list_topics(timeout=REQUEST_SECONDS).topics, "a list without the topic")


def list_groups(task: Task) -> None:
    _commit_two(task)
    admin = admin_client(task)
    check(task.name() in _group_names(admin), "the group is not listed")


def describe_group(task: Task) -> None:
    def look(topic: str) -> None:
        admin = admin_client(task)
        group = _result(admin.describe_consumer_groups([task.name()]).values())
        check_equal("state", group.state, ConsumerGroupState.STABLE)
        (member,) = group.members
        check_equal("client id", member.client_id, "only")
        assigned = sorted((each.topic, each.partition) for each in member.assignment.topic_partitions)
        check_equal("assignment", assigned, [(topic, partition) for partition in range(4)])

    with_one_member(task, look)


def group_offsets(task: Task) -> None:
    topic = _commit_two(task)
    admin = admin_client(task)
    check_equal("committed", _committed(admin, task.name()), [(topic, 0, 2)])
    moved = ConsumerGroupTopicPartitions(task.name(), [TopicPartition(topic, 0, 7)])
    _result(admin.alter_consumer_group_offsets([moved]).values())
    check_equal("moved", _committed(admin, task.name()), [(topic, 0, 7)])


def delete_group(task: Task) -> None:
    _commit_two(task)
    admin = admin_client(task)
    _result(admin.delete_consumer_groups([task.name()]).values())
    check(task.name() not in _group_names(admin), "the group is still listed")


def configs_of(admin: AdminClient, topic: str) -> dict[str, tuple[str, bool]]:
    """Values, and whether they are defaults, by name."""
    described = _result(admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]).values())
    return {name: (entry.value, bool(entry.is_default)) for name, entry in described.items()}


def _result(futures: Iterable):
    (future,) = futures
    return future.result(REQUEST_SECONDS)


def _group_names(admin: AdminClient) -> list[str]:
    listed = admin.list_consumer_groups(request_timeout=REQUEST_SECONDS).result(REQUEST_SECONDS)
    check_equal("errors", listed.errors, [])
    return [group.group_id for group in listed.valid]


def _committed(admin: AdminClient, group: str) -> list[tuple[str, int, int]]:
    asked = [ConsumerGroupTopicPartitions(group)]
    answer = _result(admin.list_consumer_group_offsets(asked).values())
    return [(each.topic, each.partition, each.offset) for each in answer.topic_partitions]


def _is_committed(client: Consumer, offsets: list[TopicPartition]) -> bool:
    """Commit; False while a broker that has just started has no coordinator, which librdkafka leaves to its user."""
    try:
        client.commit(offsets=offsets, asynchronous=False)
    except KafkaException as error:
        if code_of(error) not in _NO_COORDINATOR_YET:
            raise
        return False
    return True


def _commit_two(task: Task) -> str:
    """Commit offset 2 of the ten records as the group of this capability."""
    topic = ten_records_in(task, task.name())
    with consumer(task) as client:
        offsets = [TopicPartition(topic, 0, 2)]
        wait_until(lambda: _is_committed(client, offsets), "a coordinator for the group")
    return topic
