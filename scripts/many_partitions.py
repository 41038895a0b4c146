"""Fill ten thousand partitions of one broker that may open only a few files, read all of it again, and restart it.

    python scripts/many_partitions.py --partitions 10000 --records 20 --descriptors 256

Run by hand: it takes minutes. It fails where a record is missing or the broker complained, and prints what was
measured: time, memory by partition, how long starts and stops take, and how much metadata they write.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # its own way of exporting

PARTITIONS_A_TOPIC = 1000
SECONDS = 600.0
COMPLAINTS = ("Too many open files", "Traceback", "ERROR", "cannot be opened")


class Broker:
    """wirebroker as a process that may have so many descriptors."""

    def __init__(self, folder: Path, descriptors: int, durability: str) -> None:
        self.log = folder / "log"
        self.data = folder / "data"
        limited = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", sys.executable, "-m", "wirebroker"]
        command = [*limited, "--listen", "127.0.0.1:0", "--data-dir", str(self.data), "--durability", durability]
        began = time.monotonic()
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.start_seconds = time.monotonic() - began
        assert line.startswith("wirebroker ready"), self.log.read_text()
        self.bootstrap = line.split()[3]

    def resident_kib(self) -> int:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metadata_bytes(self) -> int:
        return sum(file.stat().st_size for file in self.data.glob("__cluster_metadata-0/*.log"))

    def end(self, number: signal.Signals) -> float:
        """End it and return how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(SECONDS)
        return time.monotonic() - began


@contextmanager
def measured(what: str, broker: Broker) -> Iterator[None]:
    began, cpu = time.monotonic(), broker.cpu_seconds()
    yield
    took, used = time.monotonic() - began, broker.cpu_seconds() - cpu
    print(f"{what:36} {took:7.1f} s, {used:6.1f} s of the broker's CPU, RSS {broker.resident_kib() / 1024:6.1f} MiB")


def topics(partitions: int) -> dict[str, int]:
    """Spread partitions over topics."""
    whole, rest = divmod(partitions, PARTITIONS_A_TOPIC)
    counts = [PARTITIONS_A_TOPIC] * whole + [rest] * bool(rest)
    return {f"topic{n}": count for n, count in enumerate(counts)}


def create(bootstrap: str, wanted: dict[str, int]) -> None:
    admin: Any = AdminClient({"bootstrap.servers": bootstrap})
    for name, count in wanted.items():
        for created in admin.create_topics([NewTopic(name, count)], request_timeout=SECONDS).values():
            created.result(SECONDS)


def produce(bootstrap: str, wanted: dict[str, int], records: int) -> None:
    """Go round all partitions ``records`` times, so that no file is written twice in a row."""
    failures: list[object] = []
    settings = {"bootstrap.servers": bootstrap, "linger.ms": 5, "enable.idempotence": True}
    producer: Any = Producer(settings | {"queue.buffering.max.messages": 1_000_000, "message.timeout.ms": 600_000})
    for n in range(records):
        for name, count in wanted.items():
            for partition in range(count):
                producer.produce(
                    name,
                    f"{name} {partition} {n}",
                    partition=partition,
                    on_delivery=lambda error, _: failures.append(error) if error else None,
                )
            producer.poll(0)
        assert producer.flush(SECONDS) == 0
    assert not failures, failures[:3]


def read(bootstrap: str, wanted: dict[str, int], records: int) -> None:
    """Read every partition from its beginning: all values are there, in order, and no others up to then."""
    settings = {"bootstrap.servers": bootstrap, "group.id": "nobody", "enable.auto.commit": False, "check.crcs": True}
    consumer: Any = Consumer(settings)
    consumer.assign([TopicPartition(name, at, 0) for name, count in wanted.items() for at in range(count)])
    seen = {(name, at): 0 for name, count in wanted.items() for at in range(count)}
    missing = len(seen) * records
    end = time.monotonic() + SECONDS
    while missing:
        assert time.monotonic() < end, f"{missing} records are missing"
        for message in consumer.consume(10_000, 1.0):
            assert message.error() is None, message.error()
            name, at = message.topic(), message.partition()
            assert message.value() == f"{name} {at} {seen[name, at]}".encode(), (name, at, message.value())
            assert message.offset() == seen[name, at]
            seen[name, at] += 1
            missing -= 1
    consumer.close()


def restarted(folder: Path, before: Broker, how: signal.Signals, descriptors: int, durability: str) -> Broker:
    """End a broker and start the next one on its data."""
    metadata = before.metadata_bytes()
    took = before.end(how)
    at_stop = before.metadata_bytes() - metadata
    broker = Broker(folder, descriptors, durability)
    at_start = broker.metadata_bytes() - metadata - at_stop
    print(
        f"{how.name}: stop {took:.1f} s, {at_stop / 1024:.0f} KiB of metadata; start {broker.start_seconds:.1f} s "
        f"({broker.cpu_seconds():.1f} s of CPU), {at_start / 1024:.0f} KiB; RSS {broker.resident_kib() / 1024:.1f} MiB"
    )
    return broker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partitions", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=20, help="of each partition")
    parser.add_argument("--descriptors", type=int, default=256, help="which the broker may have, sockets included")
    parser.add_argument("--durability", default="os")
    arguments = parser.parse_args()
    limits = arguments.descriptors, arguments.durability
    wanted = topics(arguments.partitions)
    with tempfile.TemporaryDirectory(prefix="wirebroker-many-") as name:
        folder = Path(name)
        broker = Broker(folder, *limits)
        try:
            empty = broker.resident_kib()
            print(f"empty: start {broker.start_seconds:.1f} s, RSS {empty / 1024:.1f} MiB")
            with measured("create", broker):
                create(broker.bootstrap, wanted)
            created = broker.resident_kib()
            with measured(f"produce {arguments.records} each", broker):
                produce(broker.bootstrap, wanted, arguments.records)
            with measured("read all", broker):
                read(broker.bootstrap, wanted, arguments.records)
            full = broker.resident_kib()
            count = arguments.partitions
            print(f"KiB by partition: {(created - empty) / count:.2f} new, {(full - empty) / count:.2f} with records")
            print(f"descriptors: {broker.descriptors()} of {arguments.descriptors}")
            for how in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
                broker = restarted(folder, broker, how, *limits)
            with measured("read all again", broker):
                read(broker.bootstrap, wanted, arguments.records)
            said = broker.log.read_text()
            assert not any(words in said for words in COMPLAINTS), said[-3000:]
        finally:
            broker.end(signal.SIGTERM)


if __name__ == "__main__":
    main()
