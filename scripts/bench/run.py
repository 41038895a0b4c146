"""The benchmark suite: one command, systems in turn within one run, medians and ratios.

    python scripts/bench/run.py [--rounds N] [--kafka HOST:PORT] [--only throughput,small,start]

Measures wirebroker on disk and in memory beside a minimal C server (the floor), librdkafka's mock cluster and, with
--kafka, an Apache Kafka that runs at that address (it is warmed up first). Needs a C compiler and librdkafka's headers.
"""

import argparse
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import systems
from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import request_frame
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch
from systems import System

SHAPES = [(1, 1), (10, 1), (10, 5), (100, 5)]
Results = dict[str, dict[str, list[float]]]


def main() -> int:
    arguments = _arguments()
    programs = systems.build()
    parts = arguments.only.split(",")
    results: Results = {}
    with contextlib.ExitStack() as stack:
        running = _start(stack, programs, arguments.kafka)
        if "start" in parts and arguments.kafka:  # before any load: idle, if it was just started
            _note(results, "idle MiB", "kafka", systems.kafka(arguments.kafka).resident_mib())
        if "throughput" in parts and "load" in programs:
            _throughput(running, programs["load"], arguments, results)
        if "small" in parts and "smallreq" in programs:
            _small(running, programs["smallreq"], arguments, results)
    if "start" in parts:
        _starts(arguments, results)
    _print(results)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kafka", metavar="HOST:PORT", default=os.environ.get("KAFKA_BOOTSTRAP"))
    parser.add_argument("--kafka-start-seconds", type=float, help="Kafka's spawn to first Metadata, measured elsewhere")
    parser.add_argument("--only", default="throughput,small,start")
    parser.add_argument("--records", type=int, default=400_000, help="1 KB records of a throughput round")
    parser.add_argument("--seconds", type=float, default=3.0, help="of one round of small requests")
    return parser.parse_args()


def _start(stack: contextlib.ExitStack, programs: dict[str, Path], kafka: str | None) -> list[System]:
    running = [
        stack.enter_context(systems.wirebroker("disk")),
        stack.enter_context(systems.wirebroker("memory", "--memory")),
    ]
    if "floor" in programs:
        running.append(stack.enter_context(systems.floor(programs["floor"])))
    if kafka:
        running.append(systems.kafka(kafka))
    return running


def _throughput(running: list[System], load: Path, arguments: argparse.Namespace, results: Results) -> None:
    count = str(arguments.records)
    for system in running:
        if system.name == "kafka":
            for n in range(3):  # a JVM is slow until its compiler has seen the work
                _load(load, "produce", system, f"warm{n}", count)
                _load(load, "consume", system, f"warm{n}", count)
    for n in range(arguments.rounds):
        topic = f"bench-{os.getpid()}-{n}"
        for system in running:
            _note(results, "produce MB/s", system.name, _load(load, "produce", system, topic, count))
            _note(results, "consume MB/s", system.name, _load(load, "consume", system, topic, count))
        with systems.mock(load, topic) as mock:
            _note(results, "produce MB/s", "mock", _load(load, "produce", mock, topic, count))


def _load(load: Path, verb: str, system: System, topic: str, count: str) -> float:
    done = subprocess.run(
        [load, verb, system.bootstrap, topic, "1024", count], capture_output=True, text=True, timeout=400, check=False
    )
    if done.returncode:
        sys.exit(f"{verb} on {system.name} failed: {done.stdout}{done.stderr}")
    return float(done.stdout.split()[0])


def _small(running: list[System], smallreq: Path, arguments: argparse.Namespace, results: Results) -> None:
    topic = f"small-{os.getpid()}"
    with tempfile.NamedTemporaryFile() as file:
        file.write(_produce_frame(topic))
        file.flush()
        for system in running:
            _create(system, topic)
        warm = [(connections, depth, 5.0) for connections, depth in SHAPES] if arguments.kafka else []
        for connections, depth, seconds in warm:
            _smallreq(smallreq, systems.kafka(arguments.kafka), file.name, connections, depth, seconds)
        for _ in range(arguments.rounds):
            for connections, depth in SHAPES:
                for system in running:
                    rate, p99 = _smallreq(smallreq, system, file.name, connections, depth, arguments.seconds)
                    _note(results, f"small {connections}x{depth} requests/s", system.name, rate)
                    _note(results, f"small {connections}x{depth} p99 us", system.name, p99)


def _smallreq(
    program: Path, system: System, frame: str, connections: int, depth: int, seconds: float
) -> tuple[float, float]:
    done = subprocess.run(
        [program, system.host, str(system.port), frame, str(connections), str(depth), str(seconds)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    numbers = re.findall(r"[\d.]+", done.stdout)
    if done.returncode or not numbers:
        sys.exit(f"smallreq on {system.name} failed: {done.stdout}{done.stderr}")
    return float(numbers[0]), float(numbers[4])


def _produce_frame(topic: str) -> bytes:
    batch = build_batch([Record(value=b"v" * 100)], base_timestamp=int(time.time() * 1000))
    partition = PartitionProduceData(index=0, records=bytes(batch))
    request = ProduceRequest(
        acks=-1, timeout_ms=10000, topic_data=[TopicProduceData(name=topic, partition_data=[partition])]
    )
    return request_frame(ApiKey.PRODUCE, 7, 1, "bench", [encode(ProduceRequest, 7, request)])


def _create(system: System, topic: str) -> None:
    """Let the topic be created by Metadata, which every one of the systems understands, and wait for its leader."""
    request = MetadataRequest(topics=[MetadataRequestTopic(name=topic)], allow_auto_topic_creation=True)
    frame = request_frame(ApiKey.METADATA, 4, 1, "bench", [encode(MetadataRequest, 4, request)])
    with socket.create_connection((system.host, system.port), 5) as sock:
        for _ in range(100):
            sock.sendall(frame)
            answer = sock.recv(int.from_bytes(sock.recv(4, socket.MSG_WAITALL), "big"), socket.MSG_WAITALL)
            described = decode(MetadataResponse, 4, answer, 4).topics[0]
            if not described.error_code and described.partitions and described.partitions[0].leader_id >= 0:
                return
            time.sleep(0.1)
    sys.exit(f"{system.name} does not create {topic}")


def _starts(arguments: argparse.Namespace, results: Results) -> None:
    for _ in range(max(5, arguments.rounds)):
        for name, options in (("disk", ()), ("memory", ("--memory",))):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            _note(results, "start to first Metadata ms", name, _start_once(port, options, results, name))
    if arguments.kafka_start_seconds:
        _note(results, "start to first Metadata ms", "kafka", 1000 * arguments.kafka_start_seconds)


def _start_once(port: int, options: tuple[str, ...], results: Results, name: str) -> float:
    with tempfile.TemporaryDirectory() as data:
        where = options or ("--data-dir", f"{data}/data")
        begin = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "wirebroker", "--listen", f"127.0.0.1:{port}", *where], stdout=subprocess.DEVNULL
        ) as process:
            try:
                systems.wait_for_metadata("127.0.0.1", port, begin + 30)
                elapsed = time.monotonic() - begin
                _note(results, "idle MiB", name, System(name, f"127.0.0.1:{port}", process.pid).resident_mib())
            finally:
                process.terminate()
    return 1000 * elapsed


def _note(results: Results, row: str, name: str, value: float) -> None:
    results.setdefault(row, {}).setdefault(name, []).append(value)


def _print(results: Results) -> None:
    """Print medians, and each system's ratio to wirebroker on disk: above 1 where wirebroker's number is the larger."""
    for row, by_system in results.items():
        medians = {name: statistics.median(values) for name, values in by_system.items()}
        shown = "  ".join(f"{name} {median:,.0f}" for name, median in medians.items())
        others = [name for name in medians if name != "disk" and medians[name]]
        ratios = "  ".join(f"disk/{name} {medians['disk'] / medians[name]:.2f}" for name in others)
        print(f"{row:32} {shown}   [{ratios}]")


if __name__ == "__main__":
    sys.exit(main())
