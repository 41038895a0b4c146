"""What is there after a stop and after a ``kill -9``: records, topics and their ids, committed offsets.

These tests own their broker, a process with data on disk.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from broker_process import BrokerProcess
from clients.drivers import LIBRARIES, driver
from clients.group import Group, assert_in_order
from clients.records import Record, assert_same
from clients.senders import WAIT_SECONDS, Sender, confluent_sender, kafka_python_sender
from confluent_kafka import Producer
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from raw_client import RawClient

from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic
from kafka_codecs.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # see kafka_python_sender

ENDS = [pytest.param(signal.SIGTERM, id="SIGTERM"), pytest.param(signal.SIGKILL, id="SIGKILL")]
BURST = 4_000


@pytest.fixture
def broker(tmp_path: Path, is_external: bool) -> Iterator[BrokerProcess]:
    if is_external:
        pytest.skip("needs a broker that it can kill; an external one is under test")
    with BrokerProcess(tmp_path / "data") as process:
        yield process


@pytest.fixture(autouse=True)
def quiet_client(caplog: pytest.LogCaptureFixture) -> None:
    """Refused connections are no news here, and kept log records would keep kafka-python's sockets."""
    caplog.set_level(logging.CRITICAL, logger="kafka")


def read_all(bootstrap: str, topic: str, partitions: int, count: int) -> list[Record]:
    """Read ``count`` records, and whatever else is there."""
    records: list[Record] = []
    deadline = time.monotonic() + WAIT_SECONDS
    with driver("confluent-kafka").reader(bootstrap, topic, partitions) as reader:
        while len(records) < count and time.monotonic() < deadline:
            records += reader.receive(timeout=1.0)
        return records + reader.receive(timeout=0.2)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("open_sender", [confluent_sender, kafka_python_sender])
def test_restarts_in_the_middle_of_producing_lose_and_repeat_nothing(
    broker: BrokerProcess,
    make_topic: Callable[..., Any],
    open_sender: Callable[..., AbstractContextManager[Sender]],
    end: signal.Signals,
):
    """Requests are on their way when the broker ends; some were appended and not answered. They are sent again, and
    the broker knows from its log what it has.
    """
    topic = make_topic(partitions=2, to=broker.bootstrap).name
    sent = [Record(number % 2, b"%d" % number, b"value %d" % number) for number in range(4 * BURST)]
    with open_sender(broker.bootstrap, topic) as sender:
        for restart in range(2):
            burst = sent[2 * restart * BURST :][: 2 * BURST]
            for record in burst[:BURST]:
                sender.send(record)
            sender.wait_for(2 * restart * BURST + 1)
            broker.end(end)
            for record in burst[BURST:]:
                sender.send(record)
            broker.start()
        sender.wait_for(len(sent))
    assert_same(sent, read_all(broker.bootstrap, topic, 2, len(sent)))


@pytest.mark.parametrize("end", ENDS)
def test_what_was_acknowledged_is_there(broker: BrokerProcess, make_topic: Callable[..., Any], end: signal.Signals):
    topic = make_topic(to=broker.bootstrap).name
    client = driver("confluent-kafka")
    sent = client.records(2_000, 1, seed=1)
    client.produce(broker.bootstrap, topic, sent, "lz4")
    broker.end(end)
    broker.start()
    assert_same(sent, read_all(broker.bootstrap, topic, 1, len(sent)))


@pytest.mark.parametrize("end", ENDS)
def test_topics_ids_and_committed_offsets_are_there(
    broker: BrokerProcess, make_topic: Callable[..., Any], group_name: str, end: signal.Signals
):
    topics = {topic.name: topic for topic in (make_topic(partitions=count, to=broker.bootstrap) for count in (1, 3))}
    with closing(KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id=group_name)) as consumer:
        partitions = [TopicPartition(name, 0) for name in topics]
        consumer.assign(partitions)
        consumer.commit({each: OffsetAndMetadata(7 + index, "note", -1) for index, each in enumerate(partitions)})
    cluster = describe(broker.bootstrap, list(topics))
    broker.end(end)
    broker.start()
    assert describe(broker.bootstrap, list(topics)) == cluster
    with closing(KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id=group_name)) as consumer:
        committed = [consumer.committed(each, metadata=True) for each in partitions]
    assert [(each.offset, each.metadata) for each in committed] == [(7, "note"), (8, "note")]


@pytest.mark.parametrize("client", LIBRARIES)
def test_a_group_goes_on_after_a_kill(
    broker: BrokerProcess, make_topic: Callable[..., Any], group_name: str, client: str
):
    """Its members know nothing of the new broker but the address; between them they see every record, in order."""
    topic = make_topic(partitions=2, to=broker.bootstrap).name
    sent = [Record(number % 2, None, b"%d" % number) for number in range(40)]
    with Group(client, broker.bootstrap, group_name, topic) as group:
        group.start("a")
        group.start("b")
        group.wait_until_shared(2)
        send_and_wait(group, broker.bootstrap, topic, sent[:20])
        broker.end(signal.SIGKILL)
        broker.start()
        send_and_wait(group, broker.bootstrap, topic, sent[20:])
        group.wait_until_shared(2)
        group.stop("a")
        group.stop("b")
    assert_in_order(group.events, killed=["a", "b"])  # the broker may end between a record and its commit


def send_and_wait(group: Group, bootstrap: str, topic: str, records: list[Record]) -> None:
    driver("confluent-kafka").produce(bootstrap, topic, records)
    group.wait_for_records({record.value.decode() for record in records if record.value})


def describe(bootstrap: str, topics: list[str]) -> tuple[str | None, dict[str, tuple[bytes, int]]]:
    """Return the cluster's id, and each topic's id and number of partitions."""
    with RawClient(bootstrap) as client:
        answer = client.call(MetadataRequest(topics=[MetadataRequestTopic(name=name) for name in topics]), 12)
    assert {topic.error_code for topic in answer.topics} == {0}
    return answer.cluster_id, {topic.name: (bytes(topic.topic_id), len(topic.partitions)) for topic in answer.topics}


def test_old_leader_epochs_stay_answerable(broker: BrokerProcess, make_topic: Callable[..., Any]):
    """S73, S73c. Each start is a new epoch, two higher; consumers ask where the ones that they know have ended."""
    topic = make_topic(to=broker.bootstrap).name
    for end in (signal.SIGTERM, signal.SIGKILL):
        produce_one(broker.bootstrap, topic)
        broker.end(end)
        broker.start()
    produce_one(broker.bootstrap, topic)
    asked = [OffsetForLeaderPartition(leader_epoch=epoch) for epoch in range(6)]
    with RawClient(broker.bootstrap) as client:
        request = OffsetForLeaderEpochRequest(replica_id=-1, topics=[OffsetForLeaderTopic(topic, asked)])
        (answered,) = client.call(request, 4).topics
    found = [(answer.leader_epoch, answer.end_offset) for answer in answered.partitions]
    assert found == [(0, 1), (0, 1), (2, 2), (2, 2), (4, 3), (-1, -1)]


def produce_one(bootstrap: str, topic: str) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, b"value", partition=0)
    assert producer.flush(WAIT_SECONDS) == 0


@pytest.mark.parametrize("torn_bytes", [1, 60])
def test_a_torn_last_batch_is_cut_away(broker: BrokerProcess, make_topic: Callable[..., Any], torn_bytes: int):
    """The rest is served, and offsets go on after it."""
    topic = make_topic(to=broker.bootstrap).name
    sent = [Record(0, None, b"%d" % number) for number in range(10)]
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    for record in sent:  # a batch each
        producer.produce(topic, record.value, partition=0)
        assert producer.flush(WAIT_SECONDS) == 0
    broker.end(signal.SIGKILL)
    segment = broker.data_dir / f"{topic}-0" / f"{0:020}.log"
    os.truncate(segment, segment.stat().st_size - torn_bytes)
    broker.start()
    after = Record(0, None, b"after")
    producer.produce(topic, after.value, partition=0)
    assert producer.flush(WAIT_SECONDS) == 0
    assert_same([*sent[:9], after], read_all(broker.bootstrap, topic, 1, 10))
