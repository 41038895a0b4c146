"""Topics: made, deleted, described, and their configs."""

from typing import Any

from compat.differential.draw.hand import Hand
from compat.differential.values import TopicId
from kafka_codecs.api_keys import ApiKey

CONFIGS: dict[str, tuple[str | None, ...]] = {
    "cleanup.policy": ("delete", "compact", "compact,delete", "delete, compact", "", "Delete", "none", None),
    "compression.type": ("producer", "gzip", "snappy", "lz4", "zstd", "uncompressed", "none", "GZIP"),
    "compression.gzip.level": ("1", "9", "-1", "0", "10", "x"),
    "compression.lz4.level": ("1", "17", "0", "18"),
    "compression.zstd.level": ("-131072", "22", "23", "3"),
    "delete.retention.ms": ("0", "86400000", "-1", "9223372036854775807"),
    "file.delete.delay.ms": ("0", "60000", "-1"),
    "flush.messages": ("1", "9223372036854775807", "0"),
    "flush.ms": ("0", "9223372036854775807", "-1"),
    "follower.replication.throttled.replicas": ("", "*", "0:1", "0:1,1:1", "nonsense"),
    "leader.replication.throttled.replicas": ("", "*", "0:1", "nonsense"),
    "index.interval.bytes": ("4096", "0", "-1", "1.5"),
    "internal.segment.bytes": ("1000", "200"),
    "local.retention.bytes": ("-2", "-1", "0", "1000", "-3"),
    "local.retention.ms": ("-2", "-1", "0", "1000", "-3"),
    "max.compaction.lag.ms": ("1", "0", "9223372036854775807"),
    "max.message.bytes": ("1048588", "0", "100", "200", "-1", " 500 ", "2147483647", "2147483648"),
    "message.timestamp.after.max.ms": ("3600000", "0", "9223372036854775807", "-1"),
    "message.timestamp.before.max.ms": ("9223372036854775807", "0", "3600000", "-1"),
    "message.timestamp.type": ("CreateTime", "LogAppendTime", "logappendtime", "NoTime"),
    "message.format.version": ("3.0", "2.8"),
    "message.downconversion.enable": ("true", "false"),
    "min.cleanable.dirty.ratio": ("0", "1", "0.5", "1.1", "-0.1", "half"),
    "min.compaction.lag.ms": ("0", "1000", "-1"),
    "min.insync.replicas": ("1", "2", "0"),
    "preallocate": ("false", "true", "TRUE", "yes", ""),
    "remote.storage.enable": ("false", "true"),
    "remote.copy.lag.ms": ("0", "-1", "5"),
    "remote.log.copy.disable": ("false", "true"),
    "remote.log.delete.on.disable": ("false", "true"),
    "retention.bytes": ("-1", "0", "1000000", "-2"),
    "retention.ms": ("604800000", "-1", "3600000", "-2", "abc", "", " 86400000", "1e3", "0x10", "+5"),
    "segment.bytes": ("1073741824", "1048576", "1048575", "13"),
    "segment.index.bytes": ("10485760", "24", "3"),  # of 4 to 11 Kafka makes topics that never come (DIFFERENCES)
    "segment.jitter.ms": ("0", "1000", "-1"),
    "segment.ms": ("604800000", "1", "0", "3600000"),
    "unclean.leader.election.enable": ("false", "true", "maybe"),
    "no.such.config": ("1", None),
    "": ("1",),
}
"""Values of each of Kafka's topic configs: legal and not."""
_COMMON = (
    "cleanup.policy",
    "compression.type",
    "max.message.bytes",
    "message.timestamp.type",
    "message.timestamp.before.max.ms",
    "retention.ms",
    "min.insync.replicas",
)


def config(hand: Hand) -> dict[str, Any]:
    name = hand.any_of(_COMMON) if hand.chance(50) else hand.any_of(tuple(CONFIGS))
    values = CONFIGS[name]
    return {"name": name, "value": hand.any_of(values[:2]) if hand.chance(60) else hand.any_of(values)}


def good_topics(hand: Hand, count: int) -> None:
    """Make topics that exist, at a script's beginning."""
    topics = []
    for number in range(count):
        partitions = hand.number(1, 3)
        name = f"~t{number}"
        configs = [{"name": name_, "value": value} for name_, value in hand.any_of(_GOOD_CONFIGS)]
        topics.append({"name": name, "num_partitions": partitions, "replication_factor": 1, "configs": configs})
        hand.world.topics[name] = partitions
        _note_compression(hand, topics[-1])
    hand.step(ApiKey.CREATE_TOPICS, hand.version(ApiKey.CREATE_TOPICS), {"topics": topics, "timeout_ms": 30_000})


def _note_compression(hand: Hand, topic: dict[str, Any]) -> None:
    kinds = {config["value"] for config in topic["configs"] if config["name"] == "compression.type"}
    if kinds & {"gzip", "snappy", "lz4", "zstd"}:
        hand.world.recompressed.add(topic["name"])


_GOOD_CONFIGS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (),
    (),
    (("message.timestamp.type", "LogAppendTime"),),
    (("cleanup.policy", "compact"),),
    (("max.message.bytes", "300"),),
    (("compression.type", "gzip"),),
    (("compression.type", "uncompressed"),),
    (("compression.type", "lz4"), ("message.timestamp.type", "LogAppendTime")),
    (("compression.type", "zstd"),),
    (("message.timestamp.before.max.ms", "3600000"),),
    (("segment.ms", "1"),),
    (("index.interval.bytes", "0"),),
    (("index.interval.bytes", "0"), ("segment.index.bytes", "24")),
    (("min.insync.replicas", "2"),),
)


def create_topics(hand: Hand) -> None:
    def one() -> dict[str, Any]:
        name = hand.often(f"~t{hand.number(0, 6)}", hand.odd_topic(), percent=80)
        topic: dict[str, Any] = {
            "name": name,
            "num_partitions": hand.often(hand.number(1, 3), -1, 0, -2, 20_001, 2_147_483_647, percent=80),
            "replication_factor": hand.often(1, -1, 0, 2, -2, 32767, percent=80),
            "configs": [config(hand) for _ in range(hand.number(0, 2))],
        }
        if hand.chance(12):
            topic["assignments"] = [
                {"partition_index": hand.often(at, 0, 5, -1, percent=85), "broker_ids": hand.any_of(_REPLICAS)}
                for at in range(hand.number(1, 3))
            ]
            if hand.chance(80):
                topic["num_partitions"] = topic["replication_factor"] = -1
        return topic

    version = hand.version(ApiKey.CREATE_TOPICS)
    topics = hand.some(2, one)
    validate_only = hand.chance(15)
    timeout_ms = hand.often(30_000, 0, -1, 2_147_483_647, percent=92)
    for topic in topics:
        _note_compression(hand, topic)
        if not validate_only and topic["num_partitions"] in (1, 2, 3, -1):
            hand.world.topics.setdefault(topic["name"], max(1, topic["num_partitions"]))
    body = {"topics": topics, "timeout_ms": timeout_ms, "validate_only": validate_only}
    hand.step(ApiKey.CREATE_TOPICS, version, body)


_REPLICAS: tuple[list[int], ...] = ([1], [1], [1], [1], [2], [], [1, 1], [1, 2], [-1])


def delete_topics(hand: Hand) -> None:
    names = hand.some(2, hand.topic)
    version = hand.version(ApiKey.DELETE_TOPICS)
    by_id = hand.chance(50)
    topics = [
        {"name": None, "topic_id": TopicId(name)}
        if by_id
        else {"name": name, "topic_id": hand.often(bytes(16), TopicId(name), percent=95)}
        for name in names
    ]
    hand.step(
        ApiKey.DELETE_TOPICS,
        version,
        {"topics": topics, "topic_names": names, "timeout_ms": hand.often(30_000, 0, -1, percent=95)},
    )
    for name in names:
        if hand.world.topics.pop(name, None) is not None:
            hand.world.deleted.append(name)


def metadata(hand: Hand) -> None:
    version = hand.version(ApiKey.METADATA)
    topics: list[Any] | None
    kind = hand.number(0, 9)
    if kind == 0:
        topics = None if version else []
    elif kind == 1:
        topics = []
    elif kind < 4 and version >= 12:
        topics = [{"topic_id": TopicId(hand.topic()), "name": None} for _ in range(hand.number(1, 3))]
        if hand.chance(15):
            topics.append({"name": hand.topic()})
    else:
        topics = [{"name": "__consumer_offsets" if hand.chance(3) else hand.topic()} for _ in range(hand.number(1, 3))]
        if version >= 10 and hand.chance(10):
            topics.append({"topic_id": TopicId(hand.topic()), "name": hand.pick(None, "~t0", "")})
    creates = hand.chance(25)
    hand.step(
        ApiKey.METADATA,
        version,
        {
            "topics": topics,
            "allow_auto_topic_creation": creates,
            "include_cluster_authorized_operations": hand.chance(30),
            "include_topic_authorized_operations": hand.chance(30),
        },
    )


def describe_configs(hand: Hand) -> None:
    def one() -> dict[str, Any]:
        kind = hand.often(2, 4, 8, 16, 32, 0, 1, 3, 99, -1, percent=60)
        name = hand.topic() if kind == 2 else hand.pick("1", "", "2", "x", hand.group_name(), "01")
        keys = None if hand.chance(40) else [hand.any_of(tuple(CONFIGS)) for _ in range(hand.number(0, 3))]
        if kind == 4 and keys is not None:
            keys += hand.any_of(_BROKER_KEYS)
        return {"resource_type": kind, "resource_name": name, "configuration_keys": keys}

    hand.step(
        ApiKey.DESCRIBE_CONFIGS,
        hand.version(ApiKey.DESCRIBE_CONFIGS),
        {
            "resources": hand.some(2, one),
            "include_synonyms": hand.chance(50),
            "include_documentation": hand.chance(20),
        },
    )


_BROKER_KEYS: tuple[list[str], ...] = ([], ["num.partitions", "log.retention.ms"], ["node.id"], ["message.max.bytes"])


def describe_cluster(hand: Hand) -> None:
    hand.step(
        ApiKey.DESCRIBE_CLUSTER,
        hand.version(ApiKey.DESCRIBE_CLUSTER),
        {
            "include_cluster_authorized_operations": hand.chance(50),
            "endpoint_type": hand.often(1, 0, 2, 3, -1, percent=70),
            "include_fenced_brokers": hand.chance(50),
        },
    )


def api_versions(hand: Hand) -> None:
    version = hand.version(ApiKey.API_VERSIONS)
    name = hand.often("differential", "", "-x", "x-", "a b", "1.2", "ä", percent=60)
    hand.step(
        ApiKey.API_VERSIONS,
        version,
        {
            "client_software_name": name,
            "client_software_version": hand.often("1.0", "", "v_1", ".1", "1.", percent=70),
            "cluster_id": hand.often(None, "another", "", percent=80),
            "node_id": hand.often(-1, 1, 2, percent=80),
        },
    )
