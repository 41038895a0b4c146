import asyncio
from collections.abc import Awaitable, Callable

import aiokafka
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from scenario.program import Lacks, Step, Table

from with_aiokafka import admin, consume, errors, groups, produce, transactions

NAME = "aiokafka"
VERSION = aiokafka.__version__


def _in_loop(step: Callable[..., Awaitable[None]]) -> Step:
    return lambda task: asyncio.run(step(task))


CAPABILITIES: Table = {
    "create-topic": _in_loop(admin.create),
    "describe-topic": _in_loop(admin.describe_topic),
    "describe-configs": _in_loop(admin.describe_configs),
    "alter-configs": _in_loop(admin.alter_configs),
    "add-partitions": _in_loop(admin.add_partitions),
    "delete-topic": _in_loop(admin.delete),
    "delete-records": _in_loop(admin.delete_records),
    "list-offsets": _in_loop(consume.list_offsets),
    "offsets-for-times": _in_loop(consume.offsets_for_times),
    "list-groups": _in_loop(admin.list_groups),
    "describe-group": admin.describe_group,
    "group-offsets": _in_loop(admin.group_offsets),
    "delete-group": Lacks("no DeleteGroups in this client"),
    "produce-none": _in_loop(produce.compressed(None)),
    "produce-gzip": _in_loop(produce.compressed("gzip")),
    "produce-snappy": _in_loop(produce.compressed("snappy")),
    "produce-lz4": _in_loop(produce.compressed("lz4")),
    "produce-zstd": _in_loop(produce.compressed("zstd")),
    "acks-0-and-1": _in_loop(produce.acks),
    "partitioner": _in_loop(produce.partitioner),
    "idempotence": _in_loop(produce.idempotence),
    "assign": _in_loop(consume.assign),
    "seek": _in_loop(consume.seek),
    "commit-resume": _in_loop(consume.commit_resume),
    "long-poll": _in_loop(consume.long_poll),
    "group-range": groups.shared_by(RangePartitionAssignor),
    "group-roundrobin": groups.shared_by(RoundRobinPartitionAssignor),
    "group-sticky": groups.shared_by(StickyPartitionAssignor),
    "group-cooperative": Lacks("no cooperative assignor in this client"),
    "static-membership": groups.static_members(RangePartitionAssignor),
    "kip-848": Lacks("no consumer protocol in this client"),
    "txn-commit": _in_loop(transactions.commit),
    "txn-abort": _in_loop(transactions.abort),
    "txn-consume-transform-produce": _in_loop(transactions.consume_transform_produce),
    "error-topic-exists": _in_loop(errors.topic_exists),
    "error-unknown-topic": _in_loop(errors.unknown_topic),
    "error-invalid-topic": _in_loop(errors.invalid_topic),
    "error-invalid-config": _in_loop(errors.invalid_config),
    "error-too-large": _in_loop(errors.too_large),
    "error-out-of-range": _in_loop(errors.out_of_range),
    "error-fenced-instance": Lacks("this client has no FENCED_INSTANCE_ID: its member ends with UnknownError"),
    "error-fenced-producer": _in_loop(errors.fenced_producer),
}
