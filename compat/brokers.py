"""What clients are let loose on: wirebroker as its users start it, Apache Kafka, or whatever is at an address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compat.wire import ask
from compat.wirebroker_process import wirebroker
from kafka_codecs.messages.api_versions import ApiVersionsRequest

KEPT = {"log.retention.ms": "-1"}
"""The scenario's records are of 2020: a broker that looks for what is older than a week would delete them."""


@contextmanager
def broker(kind: str, log_dir: Path) -> Iterator[str]:
    """Give the address of ``wirebroker``, ``kafka``, or the given HOST:PORT, and end what was started."""
    if kind == "wirebroker":
        with wirebroker(log_dir / "wirebroker.log", KEPT) as bootstrap:
            yield bootstrap
    elif kind == "kafka":
        from compat.oracle.cluster import Cluster  # noqa: PLC0415 - most runs need no Java

        with Cluster(options=KEPT) as cluster:
            yield cluster.bootstrap
    else:
        yield kind


def served(bootstrap: str) -> set[int]:
    """Return the keys of the APIs that the broker advertises."""
    return {api.api_key for api in ask(bootstrap, ApiVersionsRequest(), 0).api_keys}
