"""Measure what a large partition costs: memory while it grows, after a stop, after a kill, and while it is read.

    python scripts/bench/large.py [--gigabytes 10] [--directory DIR]

Beside the large partition the same is done with a small one of 10 MB: what counts is the difference. Resident memory is
the process's own (anonymous pages; the page cache is the system's), in MiB.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import decode, encode
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchResponse, FetchTopic
from kafka_codecs.records.batch import Record, build_batch
from raw import PRODUCE, call, connect, create_topic, free_port, produce_body, wait_for_port

SMALL_MB = 10
RECORDS, RECORD_BYTES = 100, 9_000
FETCH = 10
READS = 500
LARGEST_ANSWER = 1 << 20


class Broker:
    """wirebroker on a directory of its own, started and ended by hand."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self._command = [
            *(sys.executable, "-m", "wirebroker", "--listen", f"127.0.0.1:{self.port}"),
            *("--data-dir", str(data), "-o", "log.retention.check.interval.ms=3600000"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Return after how many seconds it listened."""
        began = time.monotonic()
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_for_port(self.port, 600)
        return time.monotonic() - began

    def end(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait()

    def anonymous_mib(self) -> float:
        """Memory that is the process's own, now."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
        return int(line.split()[1]) / 1024


def measure(name: str, megabytes: int, data: Path) -> None:
    """Print one row: the memory after each step, and how long the starts took."""
    broker = Broker(data)
    broker.start()
    batch = bytes(
        build_batch(
            [Record(offset_delta=n, value=random.randbytes(RECORD_BYTES)) for n in range(RECORDS)],
            base_timestamp=int(time.time() * 1000),
        )
    )
    batches = megabytes * 10**6 // len(batch)
    with connect(broker.port) as sock:
        create_topic(sock, name)
        fresh = broker.anonymous_mib()
        body = produce_body(name, batch)
        began = time.monotonic()
        for _ in range(batches):
            call(sock, ApiKey.PRODUCE, PRODUCE, body)
        rate = batches * len(batch) / 1e6 / (time.monotonic() - began)
    filled = broker.anonymous_mib()
    broker.end(signal.SIGKILL)
    killed_s = broker.start()
    recovered = broker.anonymous_mib()
    broker.end(signal.SIGTERM)
    clean_s = broker.start()
    opened = broker.anonymous_mib()
    read_at_random(broker.port, name, batches * RECORDS)
    read = broker.anonymous_mib()
    broker.end(signal.SIGTERM)
    print(
        f"{name:6} {megabytes:7,} MB ({rate:,.0f} MB/s): fresh {fresh:.1f}, filled {filled:.1f}, after a kill"
        f" {recovered:.1f} in {killed_s:.2f} s, after a stop {opened:.1f} in {clean_s:.2f} s, read {read:.1f}"
    )


def read_at_random(port: int, topic: str, end: int) -> None:
    """Fetch 1 MB at places all over the partition."""
    with connect(port) as sock:
        for _ in range(READS):
            offset = random.randrange(end)
            wanted = FetchPartition(0, fetch_offset=offset, partition_max_bytes=LARGEST_ANSWER)
            request = FetchRequest(
                max_bytes=LARGEST_ANSWER, min_bytes=1, topics=[FetchTopic(topic, partitions=[wanted])]
            )
            answer = decode(FetchResponse, FETCH, call(sock, ApiKey.FETCH, FETCH, encode(FetchRequest, FETCH, request)))
            assert answer.responses[0].partitions[0].records, f"nothing at {offset}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=int, default=10)
    parser.add_argument("--directory", type=Path, default=None, help="where a disk has room (default: /tmp)")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="wirebroker-bench-", dir=options.directory))
    try:
        measure("small", SMALL_MB, root / "small")
        measure("large", options.gigabytes * 1000, root / "large")
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
