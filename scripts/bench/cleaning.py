"""Measure what a client notices of a compaction: how long small requests take during it, and after it.

    python scripts/bench/cleaning.py [--megabytes 200] [--keys 100000] [--compression none|gzip|snappy|lz4|zstd]

One client sends Produce requests of 100 bytes to another topic, one after the other, while a topic is compacted.
"""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.records.batch import Compression, Record, build_batch
from raw import PRODUCE, call, connect, create_topic, free_port, produce_body, wait_for_port

RECORDS, VALUE_BYTES = 100, 900
SEGMENT_BYTES = 16 << 20
DONE = "cleaned-0 is compacted up to"


class Broker:
    """wirebroker on a directory, with the cleaner or without; ``compacted`` is set when it says that it is done."""

    def __init__(self, data: Path, *, cleaner: bool) -> None:
        self.port = free_port()
        self.compacted = threading.Event()
        options = [f"log.cleaner.enable={str(cleaner).lower()}", "log.cleaner.backoff.ms=1000"]
        command = [
            *(sys.executable, "-m", "wirebroker", "--listen", f"127.0.0.1:{self.port}", "--data-dir", str(data)),
            *(part for option in options for part in ("-o", option)),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        wait_for_port(self.port)

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if DONE in line:
                print(f"# {line.strip()}")
                self.compacted.set()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()


def fill(port: int, options: argparse.Namespace) -> None:
    compression = Compression[options.compression.upper()]
    now = int(time.time() * 1000)
    with connect(port) as sock:
        create_topic(sock, "other")
        settings = {
            "cleanup.policy": "compact",
            "min.cleanable.dirty.ratio": "0.01",
            "segment.bytes": str(SEGMENT_BYTES),
        }
        create_topic(sock, "cleaned", configs=settings)
        for _ in range(options.megabytes * 10**6 // (RECORDS * VALUE_BYTES)):
            records = [
                Record(
                    offset_delta=n,
                    key=b"key-%d" % random.randrange(options.keys),
                    value=random.randbytes(VALUE_BYTES // 3).hex().encode(),
                )
                for n in range(RECORDS)
            ]
            batch = bytes(build_batch(records, base_timestamp=now, compression=compression))
            call(sock, ApiKey.PRODUCE, PRODUCE, produce_body("cleaned", batch))


def latencies_ms(port: int, until: threading.Event, seconds: float) -> list[float]:
    """Send requests one after the other until that happens, or so long."""
    body = produce_body("other", bytes(build_batch([Record(value=bytes(100))], base_timestamp=int(time.time() * 1000))))
    took = []
    with connect(port) as sock:
        end = time.monotonic() + seconds
        while not until.is_set() and time.monotonic() < end:
            began = time.perf_counter()
            call(sock, ApiKey.PRODUCE, PRODUCE, body)
            took.append(1000 * (time.perf_counter() - began))
    return took


def show(name: str, took: list[float]) -> tuple[float, float]:
    p99 = statistics.quantiles(took, n=100)[98]
    print(f"{name}: {len(took):,} requests, p50 {statistics.median(took):.2f} ms, p99 {p99:.2f}, max {max(took):.1f}")
    return statistics.median(took), p99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--compression", default="none", choices=[each.name.lower() for each in Compression])
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="wirebroker-bench-"))
    try:
        filling = Broker(root / "data", cleaner=False)
        fill(filling.port, options)
        filling.stop()
        broker = Broker(root / "data", cleaner=True)
        began = time.monotonic()
        during = show("during", latencies_ms(broker.port, broker.compacted, 600))
        seconds = time.monotonic() - began
        after = show("after", latencies_ms(broker.port, threading.Event(), min(seconds, 10)))
        broker.stop()
        rate = options.megabytes / seconds
        print(f"cleaned {rate:.1f} MB/s; p50 {during[0] / after[0]:.1f} times, p99 {during[1] / after[1]:.1f} times")
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
