"""The admin interface of version 3: dictionaries in and out."""

from kafka import OffsetAndMetadata
from kafka.admin import ConfigResource, OffsetSpec
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import NoError
from scenario.expectations import check, check_equal, wait_until
from scenario.program import Task
from scenario.records import numbered_records

from with_kafka_python.connections import admin_client, consumer, create_topic, leaders, send, ten_records_in
from with_kafka_python.groups import with_one_member


def create(task: Task) -> None:
    new = {"num_partitions": 3, "replication_factor": 1, "configs": {"retention.ms": "3600000"}}
    with admin_client(task) as admin:
        admin.create_topics({task.name(): new})
        admin.wait_for_topics([task.name()], timeout_ms=20_000)
        check_equal("partitions with a leader", leaders(admin, task.name()), 3)


def describe_topic(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    with admin_client(task) as admin:
        (description,) = admin.describe_topics([topic])
        cluster = admin.describe_cluster()
    nodes = [broker["broker_id"] for broker in cluster["brokers"]]
    check(cluster["cluster_id"], "no cluster id")
    check(cluster["controller_id"] in nodes, "the controller is not one of the brokers")
    check_equal("name", description["name"], topic)
    check_equal("partitions", sorted(each["partition_index"] for each in description["partitions"]), [0, 1])
    for partition in description["partitions"]:
        check(partition["leader_id"] in nodes, "the leader is not one of the brokers")
        check_equal("replicas", partition["replica_nodes"], [partition["leader_id"]])
        check_equal("in-sync replicas", partition["isr_nodes"], [partition["leader_id"]])


def describe_configs(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    configs = _configs(task, topic)
    check_equal("retention.ms", configs["retention.ms"], ("3600000", "DYNAMIC_TOPIC_CONFIG"))
    check_equal("max.message.bytes", configs["max.message.bytes"], ("1048588", "DEFAULT_CONFIG"))


def alter_configs(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    with admin_client(task) as admin:
        result = admin.alter_configs([ConfigResource("TOPIC", topic, {"max.message.bytes": "123456"})])
    check_equal("result", result, {"topic": {topic: "OK"}})
    altered = ("123456", "DYNAMIC_TOPIC_CONFIG")
    wait_until(lambda: _configs(task, topic)["max.message.bytes"] == altered, "the altered max.message.bytes")
    check_equal("retention.ms", _configs(task, topic)["retention.ms"], ("3600000", "DYNAMIC_TOPIC_CONFIG"))


def add_partitions(task: Task) -> None:
    topic = create_topic(task, task.name())
    with admin_client(task) as admin:
        admin.create_partitions({topic: 4})
        wait_until(lambda: leaders(admin, topic) == 4, "four partitions with a leader")
    send(task, topic, numbered_records(1), partition=3)


def delete(task: Task) -> None:
    topic = create_topic(task, task.name())
    with admin_client(task) as admin:
        admin.delete_topics([topic])
        wait_until(lambda: topic not in admin.list_topics(), "a list without the deleted topic")


def delete_records(task: Task) -> None:
    partition = ten_records_in(task, task.name())
    with admin_client(task) as admin:
        deleted = admin.delete_records({partition: 5})
        check_equal("low watermark", deleted[partition]["low_watermark"], 5)
        earliest = admin.list_partition_offsets({partition: OffsetSpec.EARLIEST})
        check_equal("earliest", earliest[partition].offset, 5)


def list_groups(task: Task) -> None:
    _commit_two(task)
    with admin_client(task) as admin:
        check(task.name() in [group["group_id"] for group in admin.list_groups()], "the group is not listed")


def describe_group(task: Task) -> None:
    def look(topic: str) -> None:
        with admin_client(task) as admin:
            group = admin.describe_groups([task.name()])[task.name()]
        check_equal("error", group["error"], None)
        check_equal("state", group["group_state"], "Stable")
        (member,) = group["members"]
        check_equal("client id", member["client_id"], "only")
        (assigned,) = member["member_assignment"]["assigned_partitions"]
        check_equal("assignment", (assigned["topic"], sorted(assigned["partitions"])), (topic, [0, 1, 2, 3]))

    with_one_member(task, RangePartitionAssignor, look)


def group_offsets(task: Task) -> None:
    partition = _commit_two(task)
    with admin_client(task) as admin:
        check_equal("committed", admin.list_group_offsets(task.name())[task.name()][partition].offset, 2)
        altered = admin.alter_group_offsets(task.name(), {partition: OffsetAndMetadata(7, "moved", -1)})
        check_equal("result", altered, {partition: NoError})
        check_equal("moved", admin.list_group_offsets(task.name())[task.name()][partition][:2], (7, "moved"))


def delete_group(task: Task) -> None:
    _commit_two(task)
    with admin_client(task) as admin:
        check_equal("result", admin.delete_groups([task.name()]), {task.name(): "OK"})
        check(task.name() not in [group["group_id"] for group in admin.list_groups()], "the group is still listed")


def _commit_two(task: Task) -> object:
    """Commit offset 2 of the ten records as the group of this capability."""
    partition = ten_records_in(task, task.name())
    with consumer(task, group_id=task.name()) as client:
        client.assign([partition])
        client.commit({partition: OffsetAndMetadata(2, "", -1)})
    return partition


def _configs(task: Task, topic: str) -> dict[str, tuple[str, str]]:
    """Values and where they come from, by name."""
    with admin_client(task) as admin:
        described = admin.describe_configs([ConfigResource("TOPIC", topic)], config_filter="all")
    return {name: (each["value"], each["config_source"]) for name, each in described["topic"][topic].items()}
