"""Produce, Fetch and ListOffsets where a disk fails or code of ours does, and when a fetch sends what is owed."""

import itertools
import logging
from types import SimpleNamespace

import pytest
import trio

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch
from wirebroker.apis.context import Context, Peer
from wirebroker.apis.handlers import fetch, list_offsets, produce
from wirebroker.config.broker import BrokerConfig
from wirebroker.errors import CloseConnection
from wirebroker.log.storage import Storage
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage, PartitionImage, TopicImage
from wirebroker.partitions.fetch_sessions import FetchSessions
from wirebroker.partitions.partitions import Partitions

pytestmark = pytest.mark.trio

TOPIC_ID = bytes(range(16))
NOW_MS = 1_700_000_000_000


class TrioClock:
    def now(self):
        return trio.current_time()

    def timestamp_ms(self):
        return NOW_MS


@pytest.fixture
def services():
    numbers = itertools.count(1)
    config = BrokerConfig.of({})
    storage = Storage.open(None, node_id=1, new_id=lambda: f"{next(numbers):022}")
    described = tuple(PartitionImage(index, (1,), (1,), 1, 0, 0) for index in range(2))
    topic = TopicImage("t", TOPIC_ID, described)
    image = ClusterImage({"t": topic}, {TOPIC_ID: topic}, {}, {}, {}, 0, 0)
    partitions = Partitions(storage, config)
    partitions.apply(EMPTY_IMAGE, image)
    yield SimpleNamespace(
        config=config,
        node_id=1,
        cluster_id="c",
        clock=TrioClock(),
        journal=SimpleNamespace(image=image),
        partitions=partitions,
        fetch_sessions=FetchSessions(10, numbers.__next__),
        replica_selector=None,
    )
    storage.close()


@pytest.fixture
def flushes():
    """The times at which the connection was asked to send what it owes."""
    return []


@pytest.fixture
def context(services, flushes):
    async def flush():
        flushes.append(trio.current_time())

    peer = Peer("PLAINTEXT", "/127.0.0.1", "127.0.0.1", 9092, flush)
    return lambda version: Context(services, peer, version, "test")


def produce_request(*partitions, acks=1):
    entries = [
        PartitionProduceData(index, memoryview(build_batch([Record(key=b"k", value=b"v")], base_timestamp=NOW_MS)))
        for index in partitions
    ]
    return ProduceRequest(acks=acks, topic_data=[TopicProduceData("t", partition_data=entries)])


def fetch_request(**options):
    wanted = FetchPartition(0, partition_max_bytes=1 << 20)
    return FetchRequest(max_bytes=1 << 20, topics=[FetchTopic("t", partitions=[wanted])], **options)


def errors(response):
    return [part.error_code for topic in response.responses for part in topic.partition_responses]


async def test_an_append_that_fails_in_our_code(services, context, monkeypatch, caplog):
    """The client gets UNKNOWN_SERVER_ERROR, the log the traceback, and the other partition its records."""

    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(services.partitions.get("t", 0).log, "append", fail)
    with caplog.at_level(logging.ERROR):
        response = await produce.handle(produce_request(0, 1), context(9))
    assert errors(response) == [-1, 0]
    assert "ZeroDivisionError" in caplog.text
    with pytest.raises(CloseConnection):
        await produce.handle(produce_request(0, acks=0), context(9))


async def test_a_disk_that_failed(services, context):
    """S67b: Fetch calls it KAFKA_STORAGE_ERROR from v6 on, before that NOT_LEADER_OR_FOLLOWER."""
    await produce.handle(produce_request(0, 1), context(9))
    services.partitions.get("t", 0).log.take_offline("EIO")
    response = await produce.handle(produce_request(0, 1), context(9))
    assert errors(response) == [ErrorCode.KAFKA_STORAGE_ERROR, 0]
    (failed, _) = response.responses[0].partition_responses
    assert (failed.base_offset, failed.log_start_offset, failed.error_message) == (-1, -1, None)
    for version, code in ((5, ErrorCode.NOT_LEADER_OR_FOLLOWER), (6, ErrorCode.KAFKA_STORAGE_ERROR)):
        answer = (await fetch.handle(fetch_request(), context(version))).responses[0].partitions[0]
        assert (answer.error_code, answer.high_watermark, answer.records) == (code, -1, [])


async def test_list_offsets_where_a_log_did_not_open(services, context):
    services.partitions.apply(services.journal.image, EMPTY_IMAGE)
    services.partitions._offline.add(("t", 0))
    asked = [ListOffsetsPartition(index, timestamp=-1) for index in range(2)]
    response = await list_offsets.handle(ListOffsetsRequest(-1, topics=[ListOffsetsTopic("t", asked)]), context(7))
    assert [part.error_code for part in response.topics[0].partitions] == [
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]


async def test_a_fetch_that_does_not_wait_sends_nothing_before(context, flushes):
    """What is owed leaves together with its answer."""
    await fetch.handle(fetch_request(max_wait_ms=0, min_bytes=1), context(12))
    await fetch.handle(fetch_request(max_wait_ms=1000, min_bytes=0), context(12))
    assert flushes == []


async def test_a_fetch_that_waits_sends_what_is_owed_first(context, flushes, autojump_clock):
    """S9"""
    start = trio.current_time()
    await fetch.handle(fetch_request(max_wait_ms=3000, min_bytes=1), context(12))
    assert flushes == [start]
    assert trio.current_time() == pytest.approx(start + 3)


async def test_an_append_while_owed_answers_leave(services, context, flushes, autojump_clock):
    """It is not missed, although the fetch does not wait yet."""

    async def slow_flush():
        await trio.sleep(1)
        await produce.handle(produce_request(0), context(9))
        await trio.sleep(1)

    peer = Peer("PLAINTEXT", "/127.0.0.1", "127.0.0.1", 9092, slow_flush)
    start = trio.current_time()
    request = fetch_request(max_wait_ms=60_000, min_bytes=1)
    response = await fetch.handle(request, Context(services, peer, 12, "test"))
    assert trio.current_time() == pytest.approx(start + 2)
    assert response.responses[0].partitions[0].high_watermark == 1


async def test_a_cancelled_fetch_leaves_nothing_behind(services, context, autojump_clock):
    with trio.move_on_after(1):
        await fetch.handle(fetch_request(max_wait_ms=60_000, min_bytes=1), context(12))
    assert not services.partitions.get("t", 0).waiters.parked


class NearestByRack:
    """A selector that knows one follower, which has records from an offset on."""

    def __init__(self, node_id, rack_id, log_start_offset=0):
        self.follower = node_id, rack_id, log_start_offset

    def select(self, partition, rack_id, offset):
        node_id, rack, log_start_offset = self.follower
        return node_id if rack == rack_id and offset >= log_start_offset else None


async def test_a_consumer_is_sent_to_the_replica_that_the_selector_prefers(services, context, autojump_clock):
    """S65: at once, without records, with the real offsets; not before version 11, nor from where there is none."""
    await produce.handle(produce_request(0), context(9))
    services.replica_selector = NearestByRack(7, "east")

    async def fetched(version, rack_id):
        request = fetch_request(rack_id=rack_id, max_wait_ms=60_000, min_bytes=1)
        response = await fetch.handle(request, context(version))
        (data,) = response.responses[0].partitions
        return data

    sent_away = await fetched(11, "east")
    assert (sent_away.error_code, sent_away.preferred_read_replica, sent_away.records) == (0, 7, [])
    assert (sent_away.high_watermark, sent_away.last_stable_offset, sent_away.log_start_offset) == (1, 1, 0)
    assert trio.current_time() == 0, "nothing is waited for"
    for version, rack_id in ((11, ""), (11, "west"), (10, "east")):
        data = await fetched(version, rack_id)
        assert data.preferred_read_replica == -1
        assert data.records
    services.replica_selector = NearestByRack(7, "east", log_start_offset=1)
    assert (await fetched(12, "east")).records


async def test_the_leader_epoch_is_checked_before_a_consumer_is_sent_away(services, context):
    """S65"""
    services.replica_selector = NearestByRack(7, "")
    request = fetch_request()
    request.topics[0].partitions[0].current_leader_epoch = 5
    response = await fetch.handle(request, context(12))
    assert response.responses[0].partitions[0].error_code == ErrorCode.UNKNOWN_LEADER_EPOCH
