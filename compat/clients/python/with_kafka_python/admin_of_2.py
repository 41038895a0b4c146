"""The admin interface of version 2.0: for the most part the protocol's own structures."""

from typing import Any

from kafka import KafkaAdminClient, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import NoError, for_code
from scenario.expectations import check, check_equal, wait_until
from scenario.program import Task
from scenario.records import numbered_records

from with_kafka_python.connections import admin_client, consumer, create_topic, leaders, send, ten_records_in
from with_kafka_python.groups import with_one_member


def create(task: Task) -> None:
    with admin_client(task) as admin:
        admin.create_topics([NewTopic(task.name(), 3, 1, topic_configs={"retention.ms": "3600000"})])
        wait_until(lambda: leaders(admin, task.name()) == 3, "three partitions with a leader")


def describe_topic(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    with admin_client(task) as admin:
        (description,) = admin.describe_topics([topic])
        cluster = admin.describe_cluster()
    nodes = [broker["node_id"] for broker in cluster["brokers"]]
    check(cluster["cluster_id"], "no cluster id")
    check(cluster["controller_id"] in nodes, "the controller is not one of the brokers")
    check_equal("name", description["topic"], topic)
    check_equal("partitions", sorted(each["partition"] for each in description["partitions"]), [0, 1])
    for partition in description["partitions"]:
        check(partition["leader"] in nodes, "the leader is not one of the brokers")
        check_equal("replicas", partition["replicas"], [partition["leader"]])
        check_equal("in-sync replicas", partition["isr"], [partition["leader"]])


def describe_configs(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    configs = _configs(task, topic)
    check_equal("retention.ms", configs["retention.ms"], "3600000")
    check_equal("max.message.bytes", configs["max.message.bytes"], "1048588")


def alter_configs(task: Task) -> None:
    """This version knows only the request that replaces all settings."""
    topic = create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    with admin_client(task) as admin:
        change = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "123456"})
        for code, message, *_ in admin.alter_configs([change]).resources:
            check_equal(f"result ({message})", for_code(code), NoError)
    wait_until(lambda: _configs(task, topic)["max.message.bytes"] == "123456", "the altered max.message.bytes")


def add_partitions(task: Task) -> None:
    topic = create_topic(task, task.name())
    with admin_client(task) as admin:
        admin.create_partitions({topic: NewPartitions(4)})
        wait_until(lambda: leaders(admin, topic) == 4, "four partitions with a leader")
    send(task, topic, numbered_records(1), partition=3)


def delete(task: Task) -> None:
    topic = create_topic(task, task.name())
    with admin_client(task) as admin:
        admin.delete_topics([topic])
        wait_until(lambda: topic not in admin.list_topics(), "a list without the deleted topic")


def list_groups(task: Task) -> None:
    _commit_two(task)
    with admin_client(task) as admin:
        check(task.name() in _group_names(admin), "the group is not listed")


def describe_group(task: Task) -> None:
    def look(topic: str) -> None:
        with admin_client(task) as admin:
            (group,) = admin.describe_consumer_groups([task.name()])
        check_equal("state", group.state, "Stable")
        (member,) = group.members
        check_equal("client id", member.client_id, "only")
        check_equal("assignment", member.member_assignment.assignment, [(topic, [0, 1, 2, 3])])

    with_one_member(task, RangePartitionAssignor, look)


def group_offsets(task: Task) -> None:
    """This version cannot set them by the admin interface."""
    partition = _commit_two(task)
    with admin_client(task) as admin:
        check_equal("offset", admin.list_consumer_group_offsets(task.name())[partition].offset, 2)


def delete_group(task: Task) -> None:
    _commit_two(task)
    with admin_client(task) as admin:
        check_equal("result", admin.delete_consumer_groups([task.name()]), [(task.name(), NoError)])
        check(task.name() not in _group_names(admin), "the group is still listed")


def _group_names(admin: KafkaAdminClient) -> list[str]:
    return [name for name, _ in admin.list_consumer_groups()]


def _commit_two(task: Task) -> TopicPartition:
    """Commit offset 2 of the ten records as the group of this capability."""
    partition = ten_records_in(task, task.name())
    with consumer(task, group_id=task.name()) as client:
        client.assign([partition])
        client.commit({partition: OffsetAndMetadata(2, "")})
    return partition


def _configs(task: Task, topic: str) -> dict[str, Any]:
    with admin_client(task) as admin:
        (response,) = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    ((code, message, _, _, entries),) = response.resources
    check_equal(f"result ({message})", for_code(code), NoError)
    return {name: value for name, value, *_ in entries}
