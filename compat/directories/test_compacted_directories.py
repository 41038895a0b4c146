"""What wirebroker compacted, Apache Kafka serves, and its own cleaner compacts it further."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its own way of listing what it exports
    AdminClient,
    NewTopic,
)

from compat.oracle.cluster import Cluster
from compat.oracle.tools import run_tool
from compat.wirebroker_process import wirebroker

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("mvn") is None, reason="Apache Kafka needs java and mvn"
)

TOPIC = "moved"
SECONDS = 60.0
HOUR = 3_600_000
COMPACTED = {
    "cleanup.policy": "compact",
    "min.cleanable.dirty.ratio": "0.01",
    "segment.ms": str(HOUR),
    "delete.retention.ms": "600000",
}
OFTEN = {"log.cleaner.backoff.ms": "200", "log.initial.task.delay.ms": "0"}
DUMP = "org.apache.kafka.tools.DumpLogSegments"
END_OF_PARTITION = -191

Records = list[tuple[int, bytes | None, bytes | None]]
"""Offset, key and value of each."""


def create_topic(bootstrap: str) -> None:
    admin: Any = AdminClient({"bootstrap.servers": bootstrap})
    for created in admin.create_topics([NewTopic(TOPIC, 1, config=COMPACTED)]).values():
        created.result(SECONDS)


class Sender:
    """A producer; each hour's records are in a segment of their own, ``ago`` says which hour's."""

    def __init__(self, bootstrap: str, *, idempotent: bool) -> None:
        settings = {"bootstrap.servers": bootstrap, "enable.idempotence": idempotent, "linger.ms": 50}
        self._producer: Any = Producer(settings)
        self._now_ms = int(time.time() * 1000)

    def send(self, *pairs: tuple[str, str | None], ago: int) -> None:
        """Send one batch."""
        for key, value in pairs:
            self._producer.produce(TOPIC, value, key, 0, timestamp=self._now_ms - ago * HOUR)
        assert self._producer.flush(SECONDS) == 0


def records(bootstrap: str) -> Records:
    """Read all from the beginning to the end."""
    settings = {"bootstrap.servers": bootstrap, "group.id": "nobody", "enable.auto.commit": False}
    consumer: Any = Consumer(settings | {"enable.partition.eof": True, "check.crcs": True})
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    found: Records = []
    while True:
        message = consumer.poll(SECONDS)
        assert message is not None, "nothing comes"
        if message.error() is not None:
            assert message.error().code() == END_OF_PARTITION, message.error()
            consumer.close()
            return found
        found.append((message.offset(), message.key(), message.value()))


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait as long as a cleaner may rest and work on a slow machine."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def cleaned_to(data: Path) -> int:
    """Return up to where a broker has noted that the partition is compacted; -1 for nowhere."""
    checkpoint = data / "cleaner-offset-checkpoint"
    lines = checkpoint.read_text().splitlines()[2:] if checkpoint.exists() else []
    return next((int(line.split()[2]) for line in lines if line.startswith(f"{TOPIC} 0 ")), -1)


def dumped(data: Path) -> str:
    """Return what Kafka's dump tool says of the partition's batches and producers, and it may not complain."""
    partition = data / f"{TOPIC}-0"
    files = [
        *sorted(partition.glob("*.log")),
        *sorted(partition.glob("*.index")),
        *sorted(partition.glob("*.snapshot")),
    ]
    said = run_tool(DUMP, "--files", ",".join(map(str, files)), "--deep-iteration")
    for complaint in ("Mismatches in", "isvalid: false", "Exception", "Failed", "not match"):
        assert complaint not in said, said[-3000:]
    return said


def complaints(log: Path) -> list[str]:
    lines = log.read_text().splitlines()
    words = ("ERROR", "FATAL", "Unexpected exception", "uncleanable", "orrupt")
    return [line for line in lines if any(word in line for word in words) and "Log4j" not in line]


def compact_with_wirebroker(log: Path, data: Path) -> Records:
    """Leave tombstones, an empty batch for a producer's last sequence, holes, and an empty beginning of the log."""
    with wirebroker(log, OFTEN, data=data) as bootstrap:
        first, second = Sender(bootstrap, idempotent=True), Sender(bootstrap, idempotent=True)
        first.send(("a", "1"), ("b", "1"), ("gone", "1"), ago=9)
        first.send(("a", "2"), ago=9)
        second.send(("b", "2"), ("a", "3"), ago=9)  # the second producer's last batch: all of it is overwritten
        first.send(("c", "1"), ("gone", None), ("b", "3"), ("a", "4"), ago=7)
        first.send(("d", "1"), ("e", "1"), ago=5)
        first.send(("end", "-"), ago=3)
        until(lambda: cleaned_to(data) == 12, "wirebroker does not compact")
        return records(bootstrap)


def test_a_compacted_partition_moves_into_a_kafka_node(tmp_path: Path) -> None:
    """Kafka gets the directory and nothing else; it serves what is there, goes on, and compacts all of it again."""
    cluster, copy = Cluster(directory=tmp_path / "kafka", options=OFTEN), tmp_path / "copy"
    with cluster:
        create_topic(cluster.bootstrap)
        cluster.stop()
        data = cluster.data_dirs[0]
        shutil.copytree(data, copy)
        written = compact_with_wirebroker(tmp_path / "wirebroker.log", copy)
        assert written == [
            (6, b"c", b"1"),
            (7, b"gone", None),
            (8, b"b", b"3"),
            (9, b"a", b"4"),
            (10, b"d", b"1"),
            (11, b"e", b"1"),
            (12, b"end", b"-"),
        ]
        said = dumped(copy)
        assert "baseOffset: 4 lastOffset: 5 count: 0" in said, "the second producer's last batch"
        assert "deleteHorizonMs: OptionalLong[" in said, "the tombstone"
        shutil.rmtree(data / f"{TOPIC}-0")
        shutil.move(copy / f"{TOPIC}-0", data)
        seen = len(complaints(cluster.logs[0]))
        cluster.start()
        assert records(cluster.bootstrap) == written
        sender = Sender(cluster.bootstrap, idempotent=False)  # Kafka counts producers anew: it has ids of ours, too
        sender.send(("d", "2"), ("gone", "again"), ago=2)
        sender.send(("last", "-"), ago=0)
        until(lambda: cleaned_to(data) == 15, "Kafka does not compact")
        assert records(cluster.bootstrap) == [
            (6, b"c", b"1"),
            (8, b"b", b"3"),
            (9, b"a", b"4"),
            (11, b"e", b"1"),
            (12, b"end", b"-"),
            (13, b"d", b"2"),
            (14, b"gone", b"again"),
            (15, b"last", b"-"),
        ]
        assert "baseOffset: 4 lastOffset: 5 count: 0" in dumped(data), "Kafka knows the second producer by it, too"
        assert complaints(cluster.logs[0])[seen:] == []
