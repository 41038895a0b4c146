"""What every client is asked to do, in the order of the table in README.md, and the APIs that a broker needs for it."""

from typing import NamedTuple

from kafka_codecs.api_keys import ApiKey

_GROUP = (ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP, ApiKey.HEARTBEAT, ApiKey.LEAVE_GROUP)
_TRANSACTION = (ApiKey.ADD_PARTITIONS_TO_TXN, ApiKey.END_TXN)


class Capability(NamedTuple):
    """``needs``: while a broker does not advertise all of these, it is known why the capability fails."""

    name: str
    needs: tuple[ApiKey, ...] = ()


CAPABILITIES = (
    Capability("create-topic"),
    Capability("describe-topic"),
    Capability("describe-configs"),
    Capability("alter-configs", (ApiKey.INCREMENTAL_ALTER_CONFIGS, ApiKey.ALTER_CONFIGS)),
    Capability("add-partitions", (ApiKey.CREATE_PARTITIONS,)),
    Capability("delete-topic"),
    Capability("delete-records", (ApiKey.DELETE_RECORDS,)),
    Capability("list-offsets"),
    Capability("offsets-for-times"),
    Capability("list-groups", (ApiKey.LIST_GROUPS,)),
    Capability("describe-group", _GROUP),
    Capability("group-offsets"),
    Capability("delete-group", (ApiKey.DELETE_GROUPS,)),
    Capability("produce-none"),
    Capability("produce-gzip"),
    Capability("produce-snappy"),
    Capability("produce-lz4"),
    Capability("produce-zstd"),
    Capability("acks-0-and-1"),
    Capability("partitioner"),
    Capability("idempotence"),
    Capability("assign"),
    Capability("seek"),
    Capability("commit-resume"),
    Capability("long-poll"),
    Capability("group-range", _GROUP),
    Capability("group-roundrobin", _GROUP),
    Capability("group-sticky", _GROUP),
    Capability("group-cooperative", _GROUP),
    Capability("static-membership", _GROUP),
    Capability("kip-848", (ApiKey.CONSUMER_GROUP_HEARTBEAT,)),
    Capability("txn-commit", _TRANSACTION),
    Capability("txn-abort", _TRANSACTION),
    Capability("txn-consume-transform-produce", (*_TRANSACTION, ApiKey.TXN_OFFSET_COMMIT)),
    Capability("error-topic-exists"),
    Capability("error-unknown-topic"),
    Capability("error-invalid-topic"),
    Capability("error-invalid-config"),
    Capability("error-too-large"),
    Capability("error-out-of-range"),
    Capability("error-fenced-instance", _GROUP),
    Capability("error-fenced-producer", _TRANSACTION),
)
