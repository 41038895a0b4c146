"""The admin interface: for the most part the protocol's own structures."""

import asyncio
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from scenario.expectations import check, check_equal
from scenario.program import Task
from scenario.records import numbered_records

from with_aiokafka.connections import (
    admin_client,
    consumer,
    create_topic,
    raise_for,
    send,
    ten_records_in,
    wait_for,
    wait_for_leaders,
)
from with_aiokafka.groups import with_one_member


async def create(task: Task) -> None:
    new = NewTopic(task.name(), 3, 1, topic_configs={"retention.ms": "3600000"})
    async with admin_client(task) as admin:
        response = await admin.create_topics([new])
        raise_for((code, message) for _, code, message in response.topic_errors)
        await wait_for_leaders(admin, task.name(), 3)


async def describe_topic(task: Task) -> None:
    topic = await create_topic(task, task.name(), partitions=2)
    async with admin_client(task) as admin:
        (description,) = await admin.describe_topics([topic])
        cluster = await admin.describe_cluster()
    nodes = [broker["node_id"] for broker in cluster["brokers"]]
    check(cluster["cluster_id"], "no cluster id")
    check(cluster["controller_id"] in nodes, "the controller is not one of the brokers")
    check_equal("name", description["topic"], topic)
    check_equal("partitions", sorted(each["partition"] for each in description["partitions"]), [0, 1])
    for partition in description["partitions"]:
        check(partition["leader"] in nodes, "the leader is not one of the brokers")
        check_equal("replicas", partition["replicas"], [partition["leader"]])
        check_equal("in-sync replicas", partition["isr"], [partition["leader"]])


async def describe_configs(task: Task) -> None:
    topic = await create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    async with admin_client(task) as admin:
        configs = await _configs(admin, topic)
    check_equal("retention.ms", configs["retention.ms"], "3600000")
    check_equal("max.message.bytes", configs["max.message.bytes"], "1048588")


async def alter_configs(task: Task) -> None:
    """This client knows only the request that replaces all settings."""
    topic = await create_topic(task, task.name(), configs={"retention.ms": "3600000"})
    change = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "123456"})
    async with admin_client(task) as admin:
        (response,) = await admin.alter_configs([change])
        raise_for((code, message) for code, message, *_ in response.resources)

        async def is_altered() -> bool:
            return (await _configs(admin, topic))["max.message.bytes"] == "123456"

        await wait_for(is_altered, "the altered max.message.bytes")


async def add_partitions(task: Task) -> None:
    topic = await create_topic(task, task.name())
    async with admin_client(task) as admin:
        await admin.create_partitions({topic: NewPartitions(4)})
        await wait_for_leaders(admin, topic, 4)
    await send(task, topic, numbered_records(1), partition=3)


async def delete(task: Task) -> None:
    topic = await create_topic(task, task.name())
    async with admin_client(task) as admin:
        response = await admin.delete_topics([topic])
        raise_for((code, name) for name, code in response.topic_error_codes)

        async def is_gone() -> bool:
            return topic not in await admin.list_topics()

        await wait_for(is_gone, "a list without the deleted topic")


async def delete_records(task: Task) -> None:
    partition = await ten_records_in(task, task.name())
    async with admin_client(task) as admin:
        check_equal("low watermark", await admin.delete_records({partition: RecordsToDelete(5)}), {partition: 5})
    async with consumer(task) as client:
        check_equal("earliest", await client.beginning_offsets([partition]), {partition: 5})


async def list_groups(task: Task) -> None:
    await _commit_two(task)
    async with admin_client(task) as admin:
        names = [name for name, *_ in await admin.list_consumer_groups()]
    check(task.name() in names, "the group is not listed")


def describe_group(task: Task) -> None:
    async def describe() -> Any:
        async with admin_client(task) as admin:
            return await admin.describe_consumer_groups([task.name()])

    def look(topic: str) -> None:
        (response,) = asyncio.run(describe())
        ((code, name, state, _, _, members, *_),) = response.groups
        raise_for([(code, name)])
        check_equal("state", state, "Stable")
        ((_, client_id, _, _, encoded),) = members
        check_equal("client id", client_id, "only")
        assigned = ConsumerProtocolMemberAssignment.decode(encoded).assignment
        check_equal(
            "assignment", [(name, sorted(partitions)) for name, partitions in assigned], [(topic, [0, 1, 2, 3])]
        )

    with_one_member(task, RangePartitionAssignor, look)


async def group_offsets(task: Task) -> None:
    """This client cannot set them by the admin interface."""
    partition = await _commit_two(task)
    async with admin_client(task) as admin:
        committed = await admin.list_consumer_group_offsets(task.name(), partitions=[partition])
    check_equal("offset", committed[partition].offset, 2)


async def _commit_two(task: Task) -> TopicPartition:
    """Commit offset 2 of the ten records as the group of this capability."""
    partition = await ten_records_in(task, task.name())
    async with consumer(task, group_id=task.name()) as client:
        client.assign([partition])
        await client.commit({partition: 2})
    return partition


async def _configs(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    ((code, message, _, _, entries),) = response.resources
    raise_for([(code, message)])
    return {name: value for name, value, *_ in entries}
