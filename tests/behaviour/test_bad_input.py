"""Clients that send what no client should: the broker answers or closes as Kafka does, and serves the others.

Claims of size (frames, strings, arrays, compressed streams) must cost nothing until the bytes arrive; that is measured
on a broker in a process of its own.
"""

import gc
import os
import re
import signal
import struct
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_client import ClosedByBroker, RawClient, frame_of, response_of

from kafka_codecs.api_keys import FIRST_FLEXIBLE, ApiKey
from kafka_codecs.compile import decode
from kafka_codecs.headers import read_request_header
from kafka_codecs.messages.api_versions import ApiVersionsRequest
from kafka_codecs.messages.create_topics import CreatableTopic, CreatableTopicConfig, CreateTopicsRequest
from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.describe_cluster import DescribeClusterRequest
from kafka_codecs.messages.describe_configs import DescribeConfigsRequest, DescribeConfigsResource
from kafka_codecs.messages.describe_groups import DescribeGroupsRequest
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.init_producer_id import InitProducerIdRequest
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from kafka_codecs.messages.leave_group import LeaveGroupRequest
from kafka_codecs.messages.list_groups import ListGroupsRequest
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from kafka_codecs.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestTopic
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from kafka_codecs.records.batch import Compression, Record, build_batch, seal
from kafka_codecs.records.compression import compress
from kafka_codecs.wire import DecodeError
from kafka_codecs.wire import write_unsigned_varint as varint

MIB = 1024 * 1024
VERSIONS = {
    0: (3, 13),
    1: (4, 18),
    2: (1, 11),
    3: (0, 13),
    8: (2, 10),
    9: (1, 10),
    10: (0, 6),
    11: (0, 9),
    12: (0, 4),
    13: (0, 5),
    14: (0, 5),
    15: (0, 6),
    16: (0, 5),
    18: (0, 5),
    19: (2, 7),
    20: (1, 6),
    22: (0, 5),
    32: (1, 4),
    60: (0, 2),
}
MAY_WAIT = {ApiKey.FETCH, ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP}

BATCH = build_batch([Record(0, 0, b"key", b"value", [("h", b"x")])])
PLAUSIBLE = [
    (
        ProduceRequest(
            acks=1, topic_data=[TopicProduceData("bad-in", partition_data=[PartitionProduceData(0, BATCH)])]
        ),
        9,
    ),
    (FetchRequest(topics=[FetchTopic("bad-in", partitions=[FetchPartition(0, partition_max_bytes=99)])]), 12),
    (ListOffsetsRequest(-1, topics=[ListOffsetsTopic("bad-in", [ListOffsetsPartition(0, timestamp=-1)])]), 7),
    (MetadataRequest([MetadataRequestTopic(name="bad-in")], allow_auto_topic_creation=False), 4),
    (MetadataRequest([MetadataRequestTopic(name="bad-in")], allow_auto_topic_creation=False), 12),
    (
        OffsetCommitRequest(
            "bad-in", topics=[OffsetCommitRequestTopic("t", partitions=[OffsetCommitRequestPartition()])]
        ),
        8,
    ),
    (OffsetFetchRequest("bad-in", [OffsetFetchRequestTopic("t", [0, 1, 2])]), 6),
    (FindCoordinatorRequest(coordinator_keys=["bad-in"]), 4),
    (JoinGroupRequest("bad-in", 10_000, 10, "x", protocols=[JoinGroupRequestProtocol("range", b"meta")]), 5),
    (HeartbeatRequest("bad-in", 1, "x"), 3),
    (LeaveGroupRequest("bad-in", "x"), 2),
    (SyncGroupRequest("bad-in", 1, "x", assignments=[SyncGroupRequestAssignment("x", b"a")]), 3),
    (DescribeGroupsRequest(["bad-in"]), 5),
    (ListGroupsRequest(["Stable"]), 4),
    (ApiVersionsRequest("raw", "1"), 4),
    (CreateTopicsRequest([CreatableTopic("bad/name", 1, 1, configs=[CreatableTopicConfig("a", "b")])]), 7),
    (DeleteTopicsRequest([DeleteTopicState("bad-in")], timeout_ms=1000), 6),
    (InitProducerIdRequest(transactional_id=None), 4),
    (DescribeConfigsRequest([DescribeConfigsResource(4, "1", ["log.dirs"])]), 4),
    (DescribeClusterRequest(), 1),
]
EXTREMES = [struct.pack(">i", value) for value in (-1, -2, -(2**31), 2**31 - 1, 2**24, 0)] + [
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\x07",
    b"\x80\x80\x80\x80\x80\x80",
    b"\x7f\xff",
    b"\xff\xff",
    b"\x00",
    b"\xff",
]

often = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def no_fault_of_ours(caplog):
    """No bad input makes a handler fail: what a broker in this process logs with a traceback is a defect."""
    yield
    assert not [record for record in caplog.get_records("call") if record.exc_info]


def assert_served(bootstrap):
    """Another client is answered."""
    with RawClient(bootstrap) as other:
        assert other.call(MetadataRequest(topics=[]), 12).topics == []


def has_null_records(frame):
    """S28b: whether this is the one request that Apache Kafka never answers, if its topic exists."""
    try:
        header, at = read_request_header(memoryview(frame)[4:])
        if header.api_key != ApiKey.PRODUCE:
            return False
        request = decode(ProduceRequest, header.api_version, memoryview(frame)[4:], at)
    except DecodeError:
        return False
    return any(partition.records is None for topic in request.topic_data for partition in topic.partition_data)


def outcome(bootstrap, data, *, may_wait=False):
    """Send bytes and no more: return the frames that come back before the broker closes.

    A request that waits (a Fetch that asks for a long wait, say) is left alone after a moment.
    """
    with RawClient(bootstrap) as client:
        client.send_bytes(data)
        try:
            client.half_close()
        except OSError:
            return []
        frames = []
        client.socket.settimeout(0.5 if may_wait else 20)
        try:
            while True:
                frames.append(client.receive_frame())
        except ClosedByBroker:
            return frames
        except TimeoutError:
            assert may_wait
            return frames


# ---- noise


@given(noise=st.binary(max_size=300))
@often
def test_noise(bootstrap, noise):
    outcome(bootstrap, noise, may_wait=True)
    assert_served(bootstrap)


@given(noise=st.binary(max_size=100))
@often
def test_noise_in_a_frame(bootstrap, noise):
    """S7: an answer, if there is one, is to the correlation id that stands there."""
    frames = outcome(bootstrap, struct.pack(">i", len(noise)) + noise, may_wait=True)
    assert all(frame[:4] == noise[4:8] for frame in frames)
    assert_served(bootstrap)


@given(data=st.data(), key=st.sampled_from(sorted(VERSIONS)), noise=st.binary(max_size=60))
@often
def test_noise_behind_a_header(bootstrap, data, key, noise):
    """S7: closed, or answered in the form of the version."""
    version = data.draw(st.integers(*VERSIONS[key]))
    tags = b"\0" if version >= FIRST_FLEXIBLE[key] else b""
    content = struct.pack(">hhihs", key, version, 77, 1, b"x") + tags + noise
    for frame in outcome(bootstrap, struct.pack(">i", len(content)) + content, may_wait=key in MAY_WAIT):
        response_of(frame, key, version, 77)
    assert_served(bootstrap)


@given(data=st.data(), chosen=st.sampled_from(PLAUSIBLE))
@often
def test_plausible_requests_with_a_few_wrong_bytes(bootstrap, is_external, data, chosen):
    """S7: wrong counts, lengths and values of all kinds, at any place of the body."""
    request, version = chosen
    key = request.SPEC.key
    frame = bytearray(frame_of(request, version, 77, "x"))
    start = 4 + 8 + 3 + (version >= FIRST_FLEXIBLE[key])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(start, len(frame)))
        wrong = data.draw(st.sampled_from(EXTREMES) | st.binary(min_size=1, max_size=3))
        keep = data.draw(st.sampled_from([0, len(wrong)]))
        frame[at : at + keep] = wrong
    frame[:4] = struct.pack(">i", len(frame) - 4)
    may_wait = key in MAY_WAIT or (is_external and has_null_records(frame))
    for answer in outcome(bootstrap, frame, may_wait=may_wait):
        response_of(answer, key, version, 77)
    assert_served(bootstrap)


@pytest.mark.parametrize(("request_message", "version"), PLAUSIBLE, ids=lambda it: type(it).__name__)
def test_extremes_at_each_byte(bootstrap, is_external, request_message, version):
    """S7: every four bytes of a body replaced by each extreme number. Each request has a connection of its own."""
    key = request_message.SPEC.key
    whole = frame_of(request_message, version, 77, "x")
    start = 4 + 8 + 3 + (version >= FIRST_FLEXIBLE[key])
    for at in range(start, len(whole), 3):
        for extreme in EXTREMES[:7]:
            frame = bytearray(whole)
            frame[at : at + len(extreme)] = extreme
            frame[:4] = struct.pack(">i", len(frame) - 4)
            if key in MAY_WAIT:
                with RawClient(bootstrap) as client:
                    client.send_bytes(frame)
            else:
                for answer in outcome(bootstrap, frame, may_wait=is_external and has_null_records(frame)):
                    response_of(answer, key, version, 77)
    assert_served(bootstrap)


# ---- clients that stop half way


@pytest.mark.parametrize("leave", ["close", "half close", "reset"])
def test_clients_that_leave_inside_a_frame(bootstrap, leave):
    """S7, S10a: a frame that never ends is never answered."""
    frame = frame_of(MetadataRequest(topics=[]), 12)
    for size in range(1, len(frame)):
        with RawClient(bootstrap) as client:
            client.send_bytes(frame[:size])
            if leave == "half close":
                client.half_close()
                assert client.closed_by_broker()
            elif leave == "reset":
                client.socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: close sends a reset
    assert_served(bootstrap)


def test_many_half_open_connections(bootstrap):
    """Two hundred clients inside a frame, silent, do not disturb one that works; when they go on they are served."""
    frame = frame_of(MetadataRequest(topics=[]), 12, 5)
    with ExitStack() as opened:
        clients = [opened.enter_context(RawClient(bootstrap)) for _ in range(200)]
        for number, client in enumerate(clients):
            client.send_bytes(frame[: number % len(frame)])
        for _ in range(20):
            assert_served(bootstrap)
        for number, client in enumerate(clients):
            client.send_bytes(frame[number % len(frame) :])
            assert response_of(client.receive_frame(), 3, 12, 5).topics == []


def test_a_client_that_does_not_read_its_answers(bootstrap):
    """It is not read from any more, and the others are served."""
    frames = frame_of(MetadataRequest(topics=None), 12) * 1000
    with RawClient(bootstrap) as client:
        assert _send_until_stuck(client, frames)
        for _ in range(20):
            assert_served(bootstrap)


def _send_until_stuck(client, data, at_most=200 * MIB):
    """Send over and over until the broker takes no more for half a second; whether that came to be."""
    client.socket.settimeout(0.5)
    try:
        for _ in range(at_most // len(data)):
            client.socket.sendall(data)
    except TimeoutError:
        return True
    return False


# ---- what claims cost, on a broker in its own process


class Process:
    """A broker as a user starts it, and its memory."""

    def __init__(self, process):
        self.pid = process.pid
        line = process.stdout.readline()
        self.bootstrap = re.search(r"ready on (\S+)", line)[1]

    def peak(self):
        """Return the largest resident size so far, in bytes."""
        (kib,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(kib) * 1024

    @contextmanager
    def growth_below(self, limit):
        """Let the peak grow by no more than ``limit`` bytes."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        before = self.peak()
        yield
        assert self.peak() - before < limit


@pytest.fixture(scope="module")
def process(is_external):
    if is_external:
        pytest.skip("measures the memory of a process of its own; an external broker is under test")
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("reads peaks of memory from Linux's /proc")
    command = [sys.executable, "-m", "wirebroker", "--memory", "--listen", "127.0.0.1:0", "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield Process(running)
        finally:
            os.kill(running.pid, signal.SIGTERM)


def test_frames_that_claim_to_be_large(process):
    """A hundred claims of 100 MiB each."""
    with ExitStack() as opened, process.growth_below(30 * MIB):
        for _ in range(100):
            client = opened.enter_context(RawClient(process.bootstrap))
            client.send_bytes(struct.pack(">ihhih", 100 * MIB, 0, 9, 1, -1) + bytes(1000))
        assert_served(process.bootstrap)


def test_a_large_frame_costs_what_arrives(process):
    """Ten of a hundred claimed megabytes are sent."""
    with RawClient(process.bootstrap) as client, process.growth_below(45 * MIB):
        client.send_bytes(struct.pack(">ihhih", 100 * MIB, 0, 9, 1, -1))
        client.send_bytes(bytes(10 * MIB))
        assert_served(process.bootstrap)


@pytest.mark.parametrize("key", [key for key in sorted(VERSIONS) if key != ApiKey.PRODUCE])
def test_only_a_produce_may_be_large(process, key):
    """8 MiB and one byte of anything else: closed when the length is seen."""
    with RawClient(process.bootstrap) as client:
        client.send_bytes(struct.pack(">ihhih", 8 * MIB + 1, key, VERSIONS[key][1], 1, -1))
        assert client.closed_by_broker()


@pytest.mark.parametrize("key", sorted(VERSIONS))
def test_arrays_and_strings_that_claim_to_be_large(process, key):
    """Each extreme count at each of the first bytes of a body, in every version."""
    with process.growth_below(20 * MIB):
        for version in range(VERSIONS[key][0], VERSIONS[key][1] + 1):
            tags = b"\0" if version >= FIRST_FLEXIBLE[key] else b""
            header = struct.pack(">hhih", key, version, 1, -1) + tags
            for filler in (b"\0", b"\1", b"\2"):
                for extreme in (b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff\x0f", b"\xff\xff\xff\xff\x07"):
                    for at in range(12):
                        content = header + filler * at + extreme + filler * 40
                        with RawClient(process.bootstrap) as client:
                            client.send_frame(content)
        assert_served(process.bootstrap)


@pytest.mark.parametrize(
    ("key", "version", "before", "element"),
    [(3, 12, b"", bytes(18)), (10, 4, b"\0", b"\1"), (15, 5, b"", b"\1"), (20, 6, b"", bytes(18))],
)
def test_a_frame_full_of_empty_elements(process, key, version, before, element):
    """A quarter of a million of the smallest elements are refused before they become a hundred megabytes of objects."""
    count = 250_000
    body = before + varint(count + 1) + element * count + bytes(8)
    with process.growth_below(40 * MIB), RawClient(process.bootstrap) as client:
        client.send_frame(struct.pack(">hhih", key, version, 1, -1) + b"\0" + body)
        assert client.closed_by_broker()


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.LZ4, Compression.ZSTD])
def test_bombs_in_a_topic_that_must_be_decompressed(process, compression):
    """A gigabyte of zeros in a batch below the size limit is not unpacked to the end."""
    packed = compress(compression, bytes(16 * MIB)) * (12 if compression is Compression.LZ4 else 60)
    batch = build_batch([Record()], compression=compression)
    del batch[61:]
    batch += packed
    struct.pack_into(">i", batch, 8, len(batch) - 12)
    seal(batch)
    assert len(batch) < MIB
    with RawClient(process.bootstrap) as client:
        topic = f"bomb-{compression.name.lower()}"
        config = [CreatableTopicConfig("compression.type", "uncompressed")]
        client.call(CreateTopicsRequest([CreatableTopic(topic, 1, 1, configs=config)], timeout_ms=1000), 5)
        with process.growth_below(300 * MIB):
            data = TopicProduceData(topic, partition_data=[PartitionProduceData(0, batch)])
            answer = client.call(ProduceRequest(acks=1, timeout_ms=1000, topic_data=[data]), 9)
            assert answer.responses[0].partition_responses[0].error_code != 0
    assert_served(process.bootstrap)


def test_answers_that_nobody_reads(process):
    """Ten clients that send requests and do not read the large answers: what waits for each is bounded."""
    wide = CreatableTopic(name="wide", num_partitions=500, replication_factor=1)
    with RawClient(process.bootstrap) as client:
        assert client.call(CreateTopicsRequest(topics=[wide], timeout_ms=60_000), 7).topics[0].error_code == 0
    frames = frame_of(MetadataRequest(topics=None), 12) * 1000
    with ExitStack() as opened, process.growth_below(100 * MIB):
        for _ in range(10):
            client = opened.enter_context(RawClient(process.bootstrap))
            assert _send_until_stuck(client, frames)
        assert_served(process.bootstrap)


def test_nothing_is_left_of_a_thousand_clients(process):
    """Connections that came and went, each in a bad way, leave no memory behind."""

    def come_and_go(times):
        for number in range(times):
            with RawClient(process.bootstrap) as client:
                client.send_bytes(struct.pack(">ihhih", 2 * MIB, 0, 9, 1, -1) + bytes(number * 10))

    come_and_go(300)
    assert_served(process.bootstrap)
    gc.collect()
    with process.growth_below(10 * MIB):
        come_and_go(1000)
        assert_served(process.bootstrap)
