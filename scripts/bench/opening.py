"""Measure how long a broker takes to open a directory of many partitions after a clean stop, and what it holds then.

    python scripts/bench/opening.py [--partitions 1000] [--records 20] [--rounds 5] [--kafka]

From the start of the process until ListOffsets has answered for every partition. With ``--kafka`` an Apache Kafka (of
``compat/oracle``: Java and Maven) takes turns on a copy of the same directory; the first round of each is not counted.
"""

import argparse
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from kafka_codecs.api_keys import ApiKey  # noqa: E402 - after the path of the checkout
from kafka_codecs.compile import decode, encode  # noqa: E402
from kafka_codecs.messages.list_offsets import (  # noqa: E402
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from kafka_codecs.records.batch import Record, build_batch  # noqa: E402
from raw import PRODUCE, call, connect, create_topic, free_port, produce_body, wait_for_port  # noqa: E402
from systems import System, process_on  # noqa: E402

TOPIC = "many"
RECORD = bytes(1000)
LIST_OFFSETS = 5
LATEST = -1


def fill(port: int, partitions: int, records: int) -> None:
    """Create the topic and give every partition some records, one a batch."""
    batch = bytes(build_batch([Record(value=RECORD)], base_timestamp=int(time.time() * 1000)))
    with connect(port) as sock:
        create_topic(sock, TOPIC, partitions)
        for _ in range(records):
            call(sock, ApiKey.PRODUCE, PRODUCE, produce_body(TOPIC, batch, partitions))


def wait_until_served(port: int, partitions: int, records: int, deadline: float) -> None:
    """Return when every partition says where it ends. Raises TimeoutError after ``deadline`` (monotonic)."""
    wanted = [ListOffsetsPartition(partition_index=index, timestamp=LATEST) for index in range(partitions)]
    request = ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic(TOPIC, wanted)])
    body = encode(ListOffsetsRequest, LIST_OFFSETS, request)
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), connect(port) as sock:
            while time.monotonic() < deadline:
                answer = call(sock, ApiKey.LIST_OFFSETS, LIST_OFFSETS, body)
                (topic,) = decode(ListOffsetsResponse, LIST_OFFSETS, answer).topics
                if all(not each.error_code and each.offset == records for each in topic.partitions):
                    return
                time.sleep(0.002)
        time.sleep(0.002)
    raise TimeoutError(f"127.0.0.1:{port} does not serve all partitions")


@contextlib.contextmanager
def wirebroker(data: Path, port: int) -> Iterator[Callable[[], int]]:
    """Start wirebroker on this directory; what is given returns its process id."""
    command = [sys.executable, "-m", "wirebroker", "--listen", f"127.0.0.1:{port}", "--data-dir", str(data)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield lambda: process.pid
        finally:
            process.terminate()


@contextlib.contextmanager
def kafka(directory: Path, port: int) -> Iterator[Callable[[], int]]:
    """Start Apache Kafka on this directory, without waiting for it."""
    from compat.oracle import Cluster  # - needs Java, and is not part of an installation

    cluster = Cluster(directory=directory, port=port)
    starting = threading.Thread(target=cluster.start)
    starting.start()
    try:
        yield lambda: process_on(port) or 0
    finally:
        starting.join()
        cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partitions", type=int, default=1000)
    parser.add_argument("--records", type=int, default=20, help="of 1,000 bytes, in each partition")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kafka", action="store_true", help="Apache Kafka takes turns")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="wirebroker-bench-"))
    try:
        _measure(root, options)
    finally:
        shutil.rmtree(root)


def _measure(root: Path, options: argparse.Namespace) -> None:
    ports = {"wirebroker": free_port(), "kafka": free_port()}
    data = root / "wirebroker"
    with wirebroker(data, ports["wirebroker"]):
        wait_for_port(ports["wirebroker"])
        fill(ports["wirebroker"], options.partitions, options.records)
    starts: dict[str, Callable[[], contextlib.AbstractContextManager[Callable[[], int]]]] = {}
    starts["wirebroker"] = lambda: wirebroker(data, ports["wirebroker"])
    if options.kafka:
        shutil.copytree(data, root / "kafka" / "node1" / "data")
        starts["kafka"] = lambda: kafka(root / "kafka", ports["kafka"])
    took: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(options.rounds + 1):
        for name, start in starts.items():
            began = time.monotonic()
            with start() as process_id:
                wait_until_served(ports[name], options.partitions, options.records, began + 300)
                took[name].append(time.monotonic() - began)
                weighed = System(name, f"127.0.0.1:{ports[name]}", process_id())
                files = len(list(Path(f"/proc/{weighed.pid}/fd").iterdir()))
                print(f"# {name}: {took[name][-1]:.2f} s, {weighed.resident_mib():,.0f} MiB, {files} open files")
    medians = {name: statistics.median(times[1:]) for name, times in took.items()}
    shown = ", ".join(f"{name} {median:.2f} s" for name, median in medians.items())
    ratio = f"; Kafka takes {medians['kafka'] / medians['wirebroker']:.1f} times as long" if options.kafka else ""
    print(f"opening {options.partitions:,} partitions of {options.records} records: {shown}{ratio}")


if __name__ == "__main__":
    main()
