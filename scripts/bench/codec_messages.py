"""The messages that the codecs are timed on: ten of every day built by hand, and one of every kind there is."""

from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

import kafka_codecs.internal
import kafka_codecs.messages
from kafka_codecs.messages import fetch, join_group, metadata, offset_commit, produce
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.schema import Primitive, Struct, VersionRange


class Case(NamedTuple):
    message: Struct
    version: int

    @property
    def name(self) -> str:
        return type(self.message).__name__


_VALUES: dict[Primitive, object] = {
    Primitive.BOOL: True,
    Primitive.FLOAT64: 0.5,
    Primitive.UUID: bytes(range(16)),
    Primitive.STRING: "orders-eu-1",
    Primitive.BYTES: bytes(60),
    Primitive.RECORDS: bytes(1100),
}
_NUMBERS = 3
_STRUCTS = (5, 3, 2, 2, 2, 2)
"""Elements of an array of numbers, and of one of structs by how deep it lies."""


def every_message() -> list[Case]:
    """One of ordinary size of each message and record, in its newest version, by its declaration alone."""
    found: dict[type[Struct], None] = {}
    for package in (kafka_codecs.messages, kafka_codecs.internal):
        for module in iter_modules(package.__path__, package.__name__ + "."):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, Struct) and "SPEC" in vars(value):
                    found[value] = None
    newest = ((cls, VersionRange.parse(cls.SPEC.versions).high) for cls in found)
    return sorted((Case(_built(cls, version, 0), version) for cls, version in newest), key=lambda case: case.name)


def _built(cls: type[Struct], version: int, depth: int) -> Struct:
    """All fields are set but the tagged ones, which are seldom sent."""
    fields = (each for each in fields_of(cls) if version in each.versions and version not in each.tagged)
    return cls(**{field.name: _value(field, version, depth) for field in fields})


def _value(field: Field, version: int, depth: int) -> object:
    if isinstance(field.type, Primitive):
        number = 0 if field.name.endswith("error_code") else 1
        value, count = _VALUES.get(field.type, number), _NUMBERS
    else:
        value, count = _built(field.type, version, depth + 1), _STRUCTS[depth]
    return [value] * count if field.is_array else value


def daily_messages() -> list[Case]:
    """Messages of ordinary size, in versions that all three have."""
    batch = bytes(1100)
    produced = produce.ProduceRequest(
        acks=-1,
        timeout_ms=30_000,
        topic_data=[
            produce.TopicProduceData(
                name="orders", partition_data=[produce.PartitionProduceData(index=0, records=batch)]
            )
        ],
    )
    appended = produce.ProduceResponse(
        responses=[
            produce.TopicProduceResponse(
                name="orders",
                partition_responses=[
                    produce.PartitionProduceResponse(index=0, base_offset=123_456, log_start_offset=0)
                ],
            )
        ]
    )
    wanted = fetch.FetchRequest(
        max_wait_ms=500,
        min_bytes=1,
        session_id=77,
        session_epoch=5,
        topics=[
            fetch.FetchTopic(
                topic="orders",
                partitions=[fetch.FetchPartition(n, 3, 1000 * n, -1, -1, 1 << 20) for n in range(10)],
            )
        ],
    )
    fetched = fetch.FetchResponse(
        session_id=77,
        responses=[
            fetch.FetchableTopicResponse(
                topic="orders",
                partitions=[
                    fetch.PartitionData(
                        partition_index=n, high_watermark=99, last_stable_offset=99, log_start_offset=0, records=batch
                    )
                    for n in range(10)
                ],
            )
        ],
    )
    asked = metadata.MetadataRequest(topics=[metadata.MetadataRequestTopic(name=f"topic-{n}") for n in range(10)])
    described = metadata.MetadataResponse(
        brokers=[metadata.MetadataResponseBroker(n, f"broker-{n}.example", 9092, f"rack-{n}") for n in range(3)],
        cluster_id="Some22CharactersAsAnId",
        controller_id=1,
        topics=[
            metadata.MetadataResponseTopic(
                name=f"topic-{t}",
                partitions=[
                    metadata.MetadataResponsePartition(
                        partition_index=p, leader_id=p % 3, leader_epoch=4, replica_nodes=[0, 1, 2], isr_nodes=[0, 1, 2]
                    )
                    for p in range(6)
                ],
            )
            for t in range(10)
        ],
    )
    committed = offset_commit.OffsetCommitRequest(
        group_id="billing",
        generation_id_or_member_epoch=9,
        member_id="consumer-1-4f0f4f3e",
        topics=[
            offset_commit.OffsetCommitRequestTopic(
                name="orders",
                partitions=[offset_commit.OffsetCommitRequestPartition(n, 1000 * n, 4, "") for n in range(10)],
            )
        ],
    )
    stored = offset_commit.OffsetCommitResponse(
        topics=[
            offset_commit.OffsetCommitResponseTopic(
                name="orders", partitions=[offset_commit.OffsetCommitResponsePartition(n, 0) for n in range(10)]
            )
        ]
    )
    joining = join_group.JoinGroupRequest(
        group_id="billing",
        session_timeout_ms=45_000,
        rebalance_timeout_ms=300_000,
        member_id="consumer-1-4f0f4f3e",
        protocol_type="consumer",
        protocols=[join_group.JoinGroupRequestProtocol(name, bytes(60)) for name in ("range", "cooperative-sticky")],
    )
    joined = join_group.JoinGroupResponse(
        generation_id=9,
        protocol_type="consumer",
        protocol_name="range",
        leader="consumer-0-4f0f4f3e",
        member_id="consumer-0-4f0f4f3e",
        members=[join_group.JoinGroupResponseMember(f"consumer-{n}-4f0f4f3e", None, bytes(60)) for n in range(10)],
    )
    return [
        Case(produced, 9),
        Case(appended, 9),
        Case(wanted, 12),
        Case(fetched, 12),
        Case(asked, 9),
        Case(described, 9),
        Case(committed, 8),
        Case(stored, 8),
        Case(joining, 7),
        Case(joined, 7),
    ]
