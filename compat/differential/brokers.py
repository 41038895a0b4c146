"""The two brokers, with the same settings, each with its data on disk."""

import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "broker.rack": "rack1",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "4",
    "log.retention.check.interval.ms": "3600000",
    "log.cleaner.backoff.ms": "3600000",
    "max.incremental.fetch.session.cache.slots": "100000",
}
"""Of both. Nothing may be cleaned away while it is compared, and no fetch session be pushed out."""
READY_SECONDS = 30.0
STOP_SECONDS = 15.0


@contextmanager
def wirebroker(data_dir: Path, log: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Run wirebroker with its data there; give its address."""
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    command = [sys.executable, "-m", "wirebroker", "--listen", "127.0.0.1:0", "--data-dir", str(data_dir), *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout
            ready, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
            line = process.stdout.readline() if ready else ""
            if not line.startswith("wirebroker ready on "):
                raise RuntimeError(f"wirebroker did not start: see {log}")
            yield line.split()[3]
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
