"""Several data directories, one of which fails: what clients are told of its partitions, as by Apache Kafka 4.4.

These tests own their broker. A directory fails by another file in its place: the next checkpoint meets it.
"""

import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from broker_process import READY_SECONDS, BrokerProcess
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from raw_client import RawClient

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponsePartition
from kafka_codecs.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch

TOPIC = "orders"
PARTITIONS = 4
WAIT_SECONDS = 30.0
STORAGE_ERROR = ErrorCode.KAFKA_STORAGE_ERROR
NO_LEADER = MetadataResponsePartition(
    error_code=ErrorCode.LEADER_NOT_AVAILABLE, leader_id=-1, leader_epoch=1, replica_nodes=[1], offline_replicas=[1]
)


@pytest.fixture
def directories(tmp_path: Path) -> list[Path]:
    return [tmp_path / "a", tmp_path / "b"]


def options(directories: list[Path]) -> list[str]:
    named = ",".join(map(str, directories))
    return ["-o", f"log.dirs={named}", "-o", "log.flush.offset.checkpoint.interval.ms=1000"]


@pytest.fixture
def broker(directories: list[Path], is_external: bool) -> Iterator[BrokerProcess]:
    if is_external:
        pytest.skip("needs a broker with disks that it can break; an external one is under test")
    with BrokerProcess(None, *options(directories)) as process:
        yield process


def fill(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result()
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(10 * PARTITIONS):
        producer.produce(TOPIC, b"value", partition=number % PARTITIONS)
    assert producer.flush(WAIT_SECONDS) == 0


def here(directory: Path) -> list[int]:
    """Partitions of the topic in a directory."""
    return sorted(int(path.name.rpartition("-")[2]) for path in directory.glob(f"{TOPIC}-*"))


def spoil(directory: Path) -> None:
    directory.rename(directory.with_suffix(".away"))
    directory.write_text("")


def produce(client: RawClient, partition: int) -> int:
    batch = bytes(build_batch([Record(value=b"value")], base_timestamp=int(time.time() * 1000)))
    data = TopicProduceData(name=TOPIC, partition_data=[PartitionProduceData(index=partition, records=batch)])
    answer = client.call(ProduceRequest(acks=-1, timeout_ms=5000, topic_data=[data]), 9)
    return answer.responses[0].partition_responses[0].error_code


def fetch(client: RawClient, partition: int, version: int) -> int:
    wanted = FetchPartition(partition=partition, fetch_offset=0, partition_max_bytes=1000)
    topic = FetchTopic(topic=TOPIC, partitions=[wanted])
    request = FetchRequest(replica_id=-1, max_wait_ms=100, min_bytes=1, max_bytes=1 << 20, topics=[topic])
    return client.call(request, version).responses[0].partitions[0].error_code


def latest(client: RawClient, partition: int) -> int:
    wanted = ListOffsetsPartition(partition_index=partition, timestamp=-1)
    topic = ListOffsetsTopic(name=TOPIC, partitions=[wanted])
    return client.call(ListOffsetsRequest(replica_id=-1, topics=[topic]), 5).topics[0].partitions[0].error_code


def epoch_end(client: RawClient, partition: int) -> int:
    topic = OffsetForLeaderTopic(TOPIC, [OffsetForLeaderPartition(partition=partition, leader_epoch=0)])
    return client.call(OffsetForLeaderEpochRequest(replica_id=-1, topics=[topic]), 3).topics[0].partitions[0].error_code


def described(client: RawClient) -> dict[int, MetadataResponsePartition]:
    answer = client.call(MetadataRequest(topics=[MetadataRequestTopic(name=TOPIC)]), 9)
    return {partition.partition_index: partition for partition in answer.topics[0].partitions}


def test_partitions_of_a_directory_that_fails_are_offline_and_the_others_are_served(
    broker: BrokerProcess, directories: list[Path]
):
    fill(broker.bootstrap)
    sound, broken = map(here, directories)
    assert sorted(map(len, (sound, broken))) == [2, 2]
    spoil(directories[1])
    with RawClient(broker.bootstrap) as client:
        deadline = time.monotonic() + WAIT_SECONDS
        while described(client)[broken[0]].error_code == 0:
            assert time.monotonic() < deadline, "the checkpoint should have met the fault"
        partitions = described(client)
        for partition in broken:
            expected = NO_LEADER
            expected.partition_index = partition
            assert partitions[partition] == expected
            assert produce(client, partition) == STORAGE_ERROR
            assert fetch(client, partition, 11) == STORAGE_ERROR
            assert fetch(client, partition, 5) == ErrorCode.NOT_LEADER_OR_FOLLOWER
            assert latest(client, partition) == STORAGE_ERROR
            assert epoch_end(client, partition) == STORAGE_ERROR
        for partition in sound:
            assert partitions[partition].leader_id == 1
            assert produce(client, partition) == 0
            assert fetch(client, partition, 11) == 0
            assert latest(client, partition) == 0


def test_the_broker_stops_without_the_directory_of_its_metadata(directories: list[Path], is_external: bool):
    if is_external:
        pytest.skip("needs a broker with disks that it can break; an external one is under test")
    command = [sys.executable, "-m", "wirebroker", "--listen", "127.0.0.1:0", *options(directories)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert select.select([process.stdout], [], [], READY_SECONDS)[0]
        assert "ready" in process.stdout.readline()
        spoil(directories[0])
        _, told = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 2
    assert "nothing can be served without the cluster's metadata" in told.splitlines()[-1]
