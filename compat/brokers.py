"""What clients are let loose on: wirebroker as its users start it, Apache Kafka, or whatever is at an address."""

import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compat.wire import ask
from kafka_codecs.messages.api_versions import ApiVersionsRequest

READY_SECONDS = 30.0
STOP_SECONDS = 15.0
KEPT = {"log.retention.ms": "-1"}
"""The scenario's records are of 2020: a broker that looks for what is older than a week would delete them."""


@contextmanager
def broker(kind: str, log_dir: Path) -> Iterator[str]:
    """Give the address of ``wirebroker``, ``kafka``, or the given HOST:PORT, and end what was started."""
    if kind == "wirebroker":
        with _wirebroker(log_dir) as bootstrap:
            yield bootstrap
    elif kind == "kafka":
        from compat.oracle.cluster import Cluster  # noqa: PLC0415 - most runs need no Java

        with Cluster(options=KEPT) as cluster:
            yield cluster.bootstrap
    else:
        yield kind


@contextmanager
def _wirebroker(log_dir: Path) -> Iterator[str]:
    settings = [word for name, value in KEPT.items() for word in ("-o", f"{name}={value}")]
    command = [sys.executable, "-m", "wirebroker", "--memory", "--listen", "127.0.0.1:0", *settings]
    with (log_dir / "wirebroker.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout
            ready, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
            line = process.stdout.readline() if ready else ""
            if not line.startswith("wirebroker ready on "):
                raise RuntimeError(f"wirebroker did not start: see {log.name}")
            yield line.split()[3]
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def served(bootstrap: str) -> set[int]:
    """Return the keys of the APIs that the broker advertises."""
    return {api.api_key for api in ask(bootstrap, ApiVersionsRequest(), 0).api_keys}
