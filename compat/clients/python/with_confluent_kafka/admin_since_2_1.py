"""Parts of the admin interface that librdkafka 2.0 does not have."""

from confluent_kafka import TopicCollection, TopicPartition
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource
from scenario.expectations import check, check_equal, wait_until
from scenario.program import Task

from with_confluent_kafka.admin import configs_of
from with_confluent_kafka.connections import REQUEST_SECONDS, admin_client, consumer, create_topic, ten_records_in


def describe_topic(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=2)
    admin = admin_client(task)
    cluster = admin.describe_cluster(request_timeout=REQUEST_SECONDS).result(REQUEST_SECONDS)
    nodes = [node.id for node in cluster.nodes]
    check(cluster.cluster_id, "no cluster id")
    check(cluster.controller.id in nodes, "the controller is not one of the brokers")
    description = admin.describe_topics(TopicCollection([topic]))[topic].result(REQUEST_SECONDS)
    check_equal("name", description.name, topic)
    check_equal("partitions", sorted(partition.id for partition in description.partitions), [0, 1])
    for partition in description.partitions:
        check(partition.leader.id in nodes, "the leader is not one of the brokers")
        check_equal("replicas", [node.id for node in partition.replicas], [partition.leader.id])
        check_equal("in-sync replicas", [node.id for node in partition.isr], [partition.leader.id])


def alter_configs(task: Task) -> None:
    topic = create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    admin = admin_client(task)
    entry = ConfigEntry("max.message.bytes", "123456", incremental_operation=AlterConfigOpType.SET)
    change = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    (future,) = admin.incremental_alter_configs([change]).values()
    future.result(REQUEST_SECONDS)
    wait_until(lambda: configs_of(admin, topic)["max.message.bytes"] == ("123456", False), "the altered setting")
    check_equal("retention.ms", configs_of(admin, topic)["retention.ms"], ("3600000", False))


def delete_records(task: Task) -> None:
    topic = ten_records_in(task, task.name())
    admin = admin_client(task)
    (future,) = admin.delete_records([TopicPartition(topic, 0, 5)]).values()
    check_equal("low watermark", future.result(REQUEST_SECONDS).low_watermark, 5)
    with consumer(task) as client:
        earliest, _ = client.get_watermark_offsets(TopicPartition(topic, 0), timeout=REQUEST_SECONDS)
    check_equal("earliest", earliest, 5)
