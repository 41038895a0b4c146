from collections.abc import Callable
from importlib import import_module

import kafka
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from scenario.program import Lacks, Step, Table

from with_kafka_python import consume, errors, groups, produce, transactions
from with_kafka_python.connections import IS_OLD

NAME = "kafka-python"
VERSION = kafka.__version__
_NO_TRANSACTIONS = "no transactions in this version"
_BROKEN_STICKY = "this version's sticky assignor cannot encode what a member owned (TypeError, whatever the broker)"
_NO_INSTANCE_ID = "no group.instance.id in this version"

_ADMIN = import_module("with_kafka_python.admin_of_2" if IS_OLD else "with_kafka_python.admin")


def _since_3(step: Callable[[], Step], otherwise: str) -> Step | Lacks:
    """``step`` makes the step, of things that version 2 may not have."""
    return Lacks(otherwise) if IS_OLD else step()


def _shared_by_cooperative() -> Step:
    module = import_module("kafka.coordinator.assignors.cooperative_sticky")
    return groups.shared_by(module.CooperativeStickyAssignor)


CAPABILITIES: Table = {
    "create-topic": _ADMIN.create,
    "describe-topic": _ADMIN.describe_topic,
    "describe-configs": _ADMIN.describe_configs,
    "alter-configs": _ADMIN.alter_configs,
    "add-partitions": _ADMIN.add_partitions,
    "delete-topic": _ADMIN.delete,
    "delete-records": _since_3(lambda: _ADMIN.delete_records, "no DeleteRecords in this version"),
    "list-offsets": consume.list_offsets,
    "offsets-for-times": consume.offsets_for_times,
    "list-groups": _ADMIN.list_groups,
    "describe-group": _ADMIN.describe_group,
    "group-offsets": _ADMIN.group_offsets,
    "delete-group": _ADMIN.delete_group,
    "produce-none": produce.compressed(None),
    "produce-gzip": produce.compressed("gzip"),
    "produce-snappy": produce.compressed("snappy"),
    "produce-lz4": produce.compressed("lz4"),
    "produce-zstd": produce.compressed("zstd"),
    "acks-0-and-1": produce.acks,
    "partitioner": produce.partitioner,
    "idempotence": _since_3(lambda: produce.idempotence, "no idempotent producer in this version"),
    "assign": consume.assign,
    "seek": consume.seek,
    "commit-resume": consume.commit_resume,
    "long-poll": consume.long_poll,
    "group-range": groups.shared_by(RangePartitionAssignor),
    "group-roundrobin": groups.shared_by(RoundRobinPartitionAssignor),
    "group-sticky": _since_3(lambda: groups.shared_by(StickyPartitionAssignor), _BROKEN_STICKY),
    "group-cooperative": _since_3(_shared_by_cooperative, "no cooperative assignor in this version"),
    "static-membership": _since_3(lambda: groups.static_members(RangePartitionAssignor), _NO_INSTANCE_ID),
    "kip-848": Lacks("no consumer protocol in this client"),
    "txn-commit": _since_3(lambda: transactions.commit, _NO_TRANSACTIONS),
    "txn-abort": _since_3(lambda: transactions.abort, _NO_TRANSACTIONS),
    "txn-consume-transform-produce": _since_3(lambda: transactions.consume_transform_produce, _NO_TRANSACTIONS),
    "error-topic-exists": errors.topic_exists,
    "error-unknown-topic": errors.unknown_topic,
    "error-invalid-topic": errors.invalid_topic,
    "error-invalid-config": errors.invalid_config,
    "error-too-large": errors.too_large,
    "error-out-of-range": errors.out_of_range,
    "error-fenced-instance": _since_3(lambda: groups.fenced_instance(RangePartitionAssignor), _NO_INSTANCE_ID),
    "error-fenced-producer": _since_3(lambda: errors.fenced_producer, _NO_TRANSACTIONS),
}
