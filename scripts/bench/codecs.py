# ruff: noqa: A005 - run as a script, never imported; the standard library's ``codecs`` is loaded long before
"""Time the compiled codecs against kafka-python's and kio's on the same bytes: ``codecs.py [--rounds N] [MESSAGE]``.

Every system decodes the bytes that ours encoded, and encodes what it decoded. Systems take turns, round by round, so
that a slow moment of the machine falls on all of them; medians and their ratios are printed, in microseconds of CPU
a message.
kio decodes in native code; the others are Python.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any, NamedTuple

from kafka.protocol.consumer import FetchRequest as TheirFetchRequest
from kafka.protocol.consumer import FetchResponse as TheirFetchResponse
from kafka.protocol.consumer import JoinGroupRequest as TheirJoinGroupRequest
from kafka.protocol.consumer import JoinGroupResponse as TheirJoinGroupResponse
from kafka.protocol.consumer import OffsetCommitRequest as TheirOffsetCommitRequest
from kafka.protocol.consumer import OffsetCommitResponse as TheirOffsetCommitResponse
from kafka.protocol.metadata import MetadataRequest as TheirMetadataRequest
from kafka.protocol.metadata import MetadataResponse as TheirMetadataResponse
from kafka.protocol.producer import ProduceRequest as TheirProduceRequest
from kafka.protocol.producer import ProduceResponse as TheirProduceResponse
from kio.serial import entity_reader, entity_writer

from kafka_codecs.compile import decoder, encode, encoder
from kafka_codecs.headers import read_request_header, request_frame
from kafka_codecs.messages import fetch, join_group, metadata, offset_commit, produce
from kafka_codecs.schema import Chunk, Struct

SECONDS_A_TURN = 0.005


class Case(NamedTuple):
    message: Struct
    version: int
    theirs: Any


def cases() -> list[Case]:
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
        Case(produced, 9, TheirProduceRequest),
        Case(appended, 9, TheirProduceResponse),
        Case(wanted, 12, TheirFetchRequest),
        Case(fetched, 12, TheirFetchResponse),
        Case(asked, 9, TheirMetadataRequest),
        Case(described, 9, TheirMetadataResponse),
        Case(committed, 8, TheirOffsetCommitRequest),
        Case(stored, 8, TheirOffsetCommitResponse),
        Case(joining, 7, TheirJoinGroupRequest),
        Case(joined, 7, TheirJoinGroupResponse),
    ]


Call = Callable[[], object]


def kio_entity(name: str, version: int) -> Any:
    kind = "request" if name.endswith("Request") else "response"
    stem = name.removesuffix("Request").removesuffix("Response")
    snake = "".join(f"_{each.lower()}" if each.isupper() else each for each in stem).lstrip("_")
    return getattr(import_module(f"kio.schema.{snake}.v{version}.{kind}"), name)


def calls(case: Case) -> tuple[dict[str, Call], dict[str, Call]]:
    """Return what is timed, by system: (decoding, encoding). All are checked to agree first."""
    cls, version = type(case.message), case.version
    raw = encode(cls, version, case.message)
    view = memoryview(raw)
    our_decode, our_encode = decoder(cls, version), encoder(cls, version)
    entity = kio_entity(cls.__name__, version)
    kio_decode, kio_encode = entity_reader(entity), entity_writer(entity)
    theirs = case.theirs.decode(raw, version=version)
    theirs._header = None  # noqa: SLF001 - what it decoded lacks this, and cannot be encoded without
    kios = kio_decode(raw, 0)[0]

    def encode_ours() -> list[Chunk]:
        parts: list[Chunk] = []
        our_encode(case.message, parts)
        return parts

    def encode_kio() -> BytesIO:
        buffer = BytesIO()
        kio_encode(buffer, kios)
        return buffer

    assert our_decode(view, 0)[0] == case.message
    assert encode_kio().getvalue() == raw
    assert bytes(theirs.encode(version=version)) == raw
    return (
        {
            "ours": lambda: our_decode(view, 0),
            "kafka-python": lambda: case.theirs.decode(raw, version=version),
            "kio": lambda: kio_decode(raw, 0),
        },
        {"ours": encode_ours, "kafka-python": lambda: theirs.encode(version=version), "kio": encode_kio},
    )


def loops_for(call: Call) -> int:
    """Return how often to call it to fill a turn."""
    started = time.process_time()
    for _ in range(50):
        call()
    return max(1, int(SECONDS_A_TURN / ((time.process_time() - started) / 50)))


def take_turns(systems: dict[str, Call], rounds: int) -> dict[str, float]:
    """Return the median of each system's rounds, in microseconds a call."""
    loops = {name: loops_for(call) for name, call in systems.items()}
    times: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(rounds):
        for name, call in systems.items():
            started = time.process_time()
            for _ in range(loops[name]):
                call()
            times[name].append((time.process_time() - started) / loops[name] * 1e6)
    return {name: statistics.median(each) for name, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument(
        "messages", nargs="*", help="names of messages, or the beginnings of them; all if none is given"
    )
    arguments = parser.parse_args()
    gc.disable()
    print(f"{'µs a message, median of ' + str(arguments.rounds):32} {'ours':>8} {'kafka-python':>20} {'kio':>16}")
    for case in cases():
        name = type(case.message).__name__
        if arguments.messages and not any(map(name.startswith, arguments.messages)):
            continue
        for direction, systems in zip(("decode", "encode"), calls(case), strict=True):
            row = take_turns(systems, arguments.rounds)
            cells = [f"{row[each]:8.2f} ({row[each] / row['ours']:5.2f}x)" for each in ("kafka-python", "kio")]
            print(
                f"{direction} {name:20} v{case.version:<3} {row['ours']:8.2f} {cells[0]:>20} {cells[1]:>16}", flush=True
            )
    frame = memoryview(request_frame(0, 9, 1, "producer-1", [bytes(100)]))[4:]
    header = take_turns({"ours": lambda: read_request_header(frame)}, arguments.rounds)["ours"]
    print(f"{'read a request header':32} {header:8.2f}")


if __name__ == "__main__":
    main()
