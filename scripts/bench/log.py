"""Measure a partition log without a network: appends and reads, on a disk and in memory.

    python scripts/bench/log.py [--directory DIR] [--seconds S]

A batch is what a producer of 1 KB records sends: one record, 16, or about a megabyte. Appends stop at 2 GiB on a disk
and 512 MiB in memory; the fastest of three rounds is shown.
"""

import argparse
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kafka_codecs.records.batch import Record, build_batch
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.record_walk import walk
from wirebroker.log.storage import Storage

ROUNDS = 3
MOST_BYTES = {"disk": 2 << 30, "memory": 512 << 20}
NOW_MS = 1_700_000_000_000


def new_storage(root: Path | None) -> Storage:
    ids = (f"{n:022d}" for n in itertools.count())
    storage = Storage.open(root, node_id=1, new_id=lambda: next(ids))
    storage.directories[0].flush_due = lambda log: None  # noqa: ARG005 - which a broker does on a thread
    return storage


def client_batch(count: int) -> bytearray:
    """A batch of ``count`` records of 1 KB, as it lies in the buffer of a request."""
    records = [Record(offset_delta=n, timestamp_delta=n // 50, value=os.urandom(1000)) for n in range(count)]
    return build_batch(records, base_timestamp=NOW_MS)


def append_all(log: PartitionLog, template: bytearray, seconds: float, most: int) -> tuple[int, float]:
    """Append the batch again and again; return how often, and the seconds it took."""
    batch = memoryview(template)
    count, limit = 0, most // len(batch)
    started = time.perf_counter()
    while count < limit and time.perf_counter() - started < seconds:
        for _ in range(min(50, limit - count)):
            batch[:8] = bytes(8)  # a fresh request has base offset 0
            log.append(batch, leader_epoch=0, timestamp_ms=NOW_MS)
            count += 1
    return count, time.perf_counter() - started


def read_all(log: PartitionLog, max_bytes: int) -> tuple[int, int, float]:
    """Read the log from its start in order, as a consumer asks for it, without sending it anywhere."""
    offset = reads = total = 0
    end = log.log_end_offset
    starts = [header.base_offset for header, _ in log.batches(0)]
    by_size: dict[int, int] = {}
    started = time.perf_counter()
    index = 0
    while offset < end and reads < 20_000:
        found = log.read(offset, max_bytes=max_bytes, upper_offset=end, at_least_one=True)
        total += found.size
        reads += 1
        index += by_size.setdefault(found.size, max(1, found.size // max(1, log.size // len(starts))))
        offset = starts[index] if index < len(starts) else end
    return reads, total, time.perf_counter() - started


def measure(where: str, root: Path | None, config: TopicConfig, count: int, seconds: float) -> str:
    storage = new_storage(root)
    template = client_batch(count)
    best_rate = best_read = 0.0
    read_us = 0.0
    for round_number in range(ROUNDS):
        log = storage.open_log("bench", 0, bytes([round_number] * 16), config)
        done, took = append_all(log, template, seconds, MOST_BYTES[where])
        best_rate = max(best_rate, done / took)
        reads, total, read_took = read_all(log, 1 << 20)
        if total / read_took > best_read:
            best_read, read_us = total / read_took, read_took / reads * 1e6
        storage.delete_log("bench", 0)
    storage.close()
    return (
        f"{where:7} {count:5} x 1 KB: {best_rate:9,.0f} appends/s {best_rate * len(template) / 1e6:7,.0f} MB/s"
        f" {1e6 / best_rate:7.1f} us each;  a read of 1 MiB found in {read_us:5.1f} us"
    )


def measure_new_partitions(root: Path | None, config: TopicConfig) -> str:
    storage = new_storage(root)
    started = time.perf_counter()
    for partition in range(1000):
        storage.open_log("new", partition, bytes(16), config).leader_epochs.assign(0, 0)
    took = time.perf_counter() - started
    storage.close()
    return f"a new partition: {took * 1000:.1f} us"


def measure_walk(count: int) -> str:
    body = bytes(client_batch(count)[61:])
    best = min(_timed(lambda: walk(body, 0, count, record_max=1 << 30)) for _ in range(20))
    return f"walk over {count} records: {best * 1e6 / count:.2f} us a record"


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--directory", type=Path, default=None, help="where a disk is measured (default: /tmp)")
    arguments.add_argument("--seconds", type=float, default=1.0)
    options = arguments.parse_args()
    config = TopicConfig.of({"max.message.bytes": "2000000"}, BrokerConfig.of({}))
    root = Path(tempfile.mkdtemp(prefix="wirebroker-bench-", dir=options.directory))
    try:
        for where in ("disk", "memory"):
            for count in (1, 16, 1000):
                print(measure(where, root if where == "disk" else None, config, count, options.seconds), flush=True)
        print(measure_new_partitions(root, config))
        print(measure_walk(1000))
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
