from importlib import import_module

import confluent_kafka
from scenario.program import Lacks, Step, Table

from with_confluent_kafka import admin, consume, errors, groups, produce, transactions

NAME = "confluent-kafka"
_LIBRDKAFKA, _ = confluent_kafka.libversion()
VERSION = f"{_LIBRDKAFKA} ({NAME} {confluent_kafka.__version__})"
_IS_OLD = _LIBRDKAFKA.startswith("2.0.")


def _newer(name: str, otherwise: Step | Lacks) -> Step | Lacks:
    if _IS_OLD:
        return otherwise
    return getattr(import_module("with_confluent_kafka.admin_since_2_1"), name)


CAPABILITIES: Table = {
    "create-topic": admin.create,
    "describe-topic": _newer("describe_topic", admin.describe_by_metadata),
    "describe-configs": admin.describe_configs,
    "alter-configs": _newer("alter_configs", admin.replace_configs),
    "add-partitions": admin.add_partitions,
    "delete-topic": admin.delete,
    "delete-records": _newer("delete_records", Lacks("the Python binding has no delete_records in this version")),
    "list-offsets": consume.list_offsets,
    "offsets-for-times": consume.offsets_for_times,
    "list-groups": admin.list_groups,
    "describe-group": admin.describe_group,
    "group-offsets": admin.group_offsets,
    "delete-group": admin.delete_group,
    "produce-none": produce.compressed("none"),
    "produce-gzip": produce.compressed("gzip"),
    "produce-snappy": produce.compressed("snappy"),
    "produce-lz4": produce.compressed("lz4"),
    "produce-zstd": produce.compressed("zstd"),
    "acks-0-and-1": produce.acks,
    "partitioner": produce.partitioner,
    "idempotence": produce.idempotence,
    "assign": consume.assign,
    "seek": consume.seek,
    "commit-resume": consume.commit_resume,
    "long-poll": consume.long_poll,
    "group-range": groups.shared_by("range"),
    "group-roundrobin": groups.shared_by("roundrobin"),
    "group-sticky": Lacks("librdkafka's only sticky assignor is the cooperative one"),
    "group-cooperative": groups.shared_by("cooperative-sticky"),
    "static-membership": groups.static_members,
    "kip-848": Lacks("no consumer protocol in this version") if _IS_OLD else groups.shared_by_broker,
    "txn-commit": transactions.commit,
    "txn-abort": transactions.abort,
    "txn-consume-transform-produce": transactions.consume_transform_produce,
    "error-topic-exists": errors.topic_exists,
    "error-unknown-topic": errors.unknown_topic,
    "error-invalid-topic": errors.invalid_topic,
    "error-invalid-config": errors.invalid_config,
    "error-too-large": errors.too_large,
    "error-out-of-range": errors.out_of_range,
    "error-fenced-instance": groups.fenced_instance,
    "error-fenced-producer": errors.fenced_producer,
}
