from scenario.program import Lacks, Table

from with_kcat import command, consume, describe, errors, groups, produce, transactions

NAME = "kcat"
VERSION = command.version()
_NO_ADMIN = Lacks("no admin interface")

CAPABILITIES: Table = {
    "create-topic": _NO_ADMIN,
    "describe-topic": describe.describe_topic,
    "describe-configs": _NO_ADMIN,
    "alter-configs": _NO_ADMIN,
    "add-partitions": _NO_ADMIN,
    "delete-topic": _NO_ADMIN,
    "delete-records": _NO_ADMIN,
    "list-offsets": describe.list_offsets,
    "offsets-for-times": describe.offsets_for_times,
    "list-groups": _NO_ADMIN,
    "describe-group": _NO_ADMIN,
    "group-offsets": _NO_ADMIN,
    "delete-group": _NO_ADMIN,
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
    "kip-848": Lacks("no consumer protocol in its librdkafka"),
    "txn-commit": transactions.commit,
    "txn-abort": transactions.abort,
    "txn-consume-transform-produce": Lacks("it either consumes or produces"),
    "error-topic-exists": _NO_ADMIN,
    "error-unknown-topic": errors.unknown_topic,
    "error-invalid-topic": errors.invalid_topic,
    "error-invalid-config": _NO_ADMIN,
    "error-too-large": errors.too_large,
    "error-out-of-range": errors.out_of_range,
    "error-fenced-instance": groups.fenced_instance,
    "error-fenced-producer": transactions.fenced_producer,
}
