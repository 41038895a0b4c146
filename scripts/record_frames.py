"""Record frames of real clients, as golden files for tests/kafka_codecs/test_golden_frames.py.

    python scripts/record_frames.py 127.0.0.1:9092 tests/kafka_codecs/golden --listen 127.0.0.1:9192

Stands as a proxy between the clients that are installed (kafka-python, confluent-kafka, aiokafka, kcat) and the broker
at the given address, lets each of them do its usual things, and writes one file a client: of each API and version the
exchange that says most and is still small. The broker must advertise the proxy's address, by
``advertised.listeners=PLAINTEXT://127.0.0.1:9192``, or clients leave the proxy after their first request; a throw-away
broker with nothing in it is best.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NamedTuple

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.frames import FrameReader
from kafka_codecs.headers import read_request_header

LARGEST = 1500
"""Bytes of a frame that is still worth keeping."""

CLIENT_ID = "golden"
"""All clients call themselves this, which tells their frames from those of the broker to itself."""


class Exchange(NamedTuple):
    """A request and its response: whole frames without their lengths."""

    request: bytes
    response: bytes

    @property
    def size(self) -> int:
        return len(self.request) + len(self.response)


class Recorder:
    """Passes bytes between clients and broker, and keeps the best exchange of each API and version."""

    def __init__(self, broker: tuple[str, int], listen: tuple[str, int]) -> None:
        self._broker = broker
        self._listener = socket.create_server(listen)
        self.address = f"{listen[0]}:{self._listener.getsockname()[1]}"
        self.kept: dict[tuple[int, int], Exchange] = {}
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            broker = socket.create_connection(self._broker)
            waiting: dict[int, bytes] = {}
            threading.Thread(target=self._pump, args=(client, broker, waiting, self._request), daemon=True).start()
            threading.Thread(target=self._pump, args=(broker, client, waiting, self._response), daemon=True).start()

    def _pump(
        self,
        source: socket.socket,
        target: socket.socket,
        waiting: dict[int, bytes],
        take: Callable[[bytes, dict[int, bytes]], None],
    ) -> None:
        reader = FrameReader()
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                for frame in reader.feed(data):
                    take(frame, waiting)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _request(self, frame: bytes, waiting: dict[int, bytes]) -> None:
        header, _ = read_request_header(memoryview(frame))
        if header.client_id.startswith(CLIENT_ID):
            waiting[header.correlation_id] = frame

    def _response(self, frame: bytes, waiting: dict[int, bytes]) -> None:
        request = waiting.pop(int.from_bytes(frame[:4], "big", signed=True), None)
        if request is None or max(len(request), len(frame)) > LARGEST:
            return
        header, _ = read_request_header(memoryview(request))
        key = (header.api_key, header.api_version)
        exchange = Exchange(request, frame)
        if key not in self.kept or self.kept[key].size < exchange.size:
            self.kept[key] = exchange

    def take(self) -> dict[tuple[int, int], Exchange]:
        """Return what was kept since the last call."""
        kept, self.kept = self.kept, {}
        return kept


def kafka_python(bootstrap: str) -> None:
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic

    common: dict[str, Any] = {"bootstrap_servers": bootstrap, "client_id": CLIENT_ID}
    admin = KafkaAdminClient(**common)
    admin.create_topics([NewTopic(name="golden-kafka-python", num_partitions=2, replication_factor=1)])
    admin.create_partitions({"golden-kafka-python": NewPartitions(3)})
    admin.describe_cluster()
    admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "golden-kafka-python", {"retention.ms": "1"})])

    producer = KafkaProducer(transactional_id="golden-kafka-python", **common)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send("golden-kafka-python", b"value", key=b"key", headers=[("h", b"1")], partition=0).get(30)
    producer.commit_transaction()
    producer.close()

    partition = TopicPartition("golden-kafka-python", 0)
    consumer = KafkaConsumer(
        "golden-kafka-python",
        group_id="golden-kafka-python",
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        heartbeat_interval_ms=300,
        **common,
    )
    poll_until(lambda: consumer.poll(1000))
    consumer.poll(1000)
    consumer.commit()
    consumer.committed(partition)
    consumer.offsets_for_times({partition: 0})
    admin.list_groups()
    admin.describe_groups(["golden-kafka-python"])
    admin.list_group_offsets(["golden-kafka-python"])
    consumer.close()
    admin.delete_groups(["golden-kafka-python"])
    admin.delete_topics(["golden-kafka-python"])
    admin.close()


def confluent_kafka(bootstrap: str) -> None:
    from confluent_kafka import Consumer, Producer, TopicPartition

    common: dict[str, Any] = {"bootstrap.servers": bootstrap, "client.id": CLIENT_ID}
    confluent_admin(common)
    producer = Producer({**common, "transactional.id": "golden-confluent"})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce("golden-confluent", b"value", b"key", partition=0, headers={"h": b"1"})
    producer.flush(30)
    for protocol in ("classic", "consumer"):
        group = f"golden-confluent-{protocol}"
        heartbeats = {"heartbeat.interval.ms": 300} if protocol == "classic" else {}
        consumer = Consumer(
            {**common, "group.id": group, "group.protocol": protocol, "auto.offset.reset": "earliest",
             "isolation.level": "read_uncommitted", **heartbeats}
        )  # fmt: skip
        consumer.subscribe(["golden-confluent"])
        poll_until(lambda: consumer.poll(1))  # noqa: B023 - called at once
        consumer.poll(1)
        consumer.commit(asynchronous=False)
        consumer.committed([TopicPartition("golden-confluent", 0)], timeout=30)
        consumer.get_watermark_offsets(TopicPartition("golden-confluent", 0), timeout=30)
        if protocol == "classic":
            producer.send_offsets_to_transaction(
                [TopicPartition("golden-confluent", 0, 1)], consumer.consumer_group_metadata(), 30
            )
            producer.commit_transaction(30)
        confluent_groups(common, group)
        consumer.close()
    confluent_cleanup(common)


def confluent_admin(common: dict[str, Any]) -> None:
    from confluent_kafka import IsolationLevel, TopicPartition

    kit: Any = import_module("confluent_kafka.admin")  # its names are not exported for type checkers
    admin = kit.AdminClient(common)
    wait(admin.create_topics([kit.NewTopic("golden-confluent", 2, 1, config={"retention.ms": "3600000"})]))
    wait(admin.create_partitions([kit.NewPartitions("golden-confluent", 3)]))
    entry = kit.ConfigEntry("retention.ms", "7200000", incremental_operation=kit.AlterConfigOpType.SET)
    topic = kit.ConfigResource(kit.ResourceType.TOPIC, "golden-confluent", incremental_configs=[entry])
    wait(admin.incremental_alter_configs([topic]))
    wait(admin.describe_cluster(include_authorized_operations=True))
    latest = {TopicPartition("golden-confluent", 0): kit.OffsetSpec.latest()}
    wait(admin.list_offsets(latest, isolation_level=IsolationLevel.READ_COMMITTED))
    wait(admin.delete_records([TopicPartition("golden-confluent", 1, -1)]))
    wait(admin.describe_user_scram_credentials())


def confluent_groups(common: dict[str, Any], group: str) -> None:
    from confluent_kafka import ConsumerGroupTopicPartitions
    from confluent_kafka.admin import AdminClient

    admin = AdminClient(common)
    wait(admin.list_consumer_groups())
    wait(admin.describe_consumer_groups([group], include_authorized_operations=True))
    wait(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)], require_stable=True))


def confluent_cleanup(common: dict[str, Any]) -> None:
    from confluent_kafka.admin import AdminClient

    admin = AdminClient(common)
    wait(admin.delete_consumer_groups(["golden-confluent-classic", "golden-confluent-consumer"]))
    wait(admin.delete_topics(["golden-confluent"]))


def aiokafka(bootstrap: str) -> None:
    asyncio.run(aiokafka_scenario(bootstrap))


async def aiokafka_scenario(bootstrap: str) -> None:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    common: dict[str, Any] = {"bootstrap_servers": bootstrap, "client_id": CLIENT_ID}
    admin = AIOKafkaAdminClient(**common)
    await admin.start()
    await admin.create_topics([NewTopic(name="golden-aiokafka", num_partitions=2, replication_factor=1)])
    producer = AIOKafkaProducer(transactional_id="golden-aiokafka", **common)
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait("golden-aiokafka", b"value", key=b"key", partition=0, headers=[("h", b"1")])
    await producer.stop()
    consumer = AIOKafkaConsumer(
        "golden-aiokafka",
        group_id="golden-aiokafka",
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        heartbeat_interval_ms=300,
        **common,
    )
    await consumer.start()
    await consumer.getone()
    await consumer.getmany(timeout_ms=1000)
    await consumer.commit()
    await consumer.committed(TopicPartition("golden-aiokafka", 0))
    await consumer.offsets_for_times({TopicPartition("golden-aiokafka", 0): 0})
    await admin.list_consumer_groups()
    await admin.describe_consumer_groups(["golden-aiokafka"])
    await consumer.stop()
    await admin.delete_topics(["golden-aiokafka"])
    await admin.close()


def kcat(bootstrap: str) -> None:
    common = ["kcat", "-b", bootstrap, "-X", f"client.id={CLIENT_ID}"]
    topic = "golden-kcat"
    run([*common, "-P", "-t", topic, "-p", "0", "-k", "key", "-H", "h=1", "-X", "enable.idempotence=true"], "value\n")
    run([*common, "-L", "-t", topic])
    run([*common, "-Q", "-t", f"{topic}:0:-1"])
    run([*common, "-C", "-t", topic, "-o", "beginning", "-e", "-q"])
    run([*common, "-G", "golden-kcat", "-c", "1", "-q", "-X", "auto.offset.reset=earliest", topic])


def run(command: list[str], text: str = "") -> None:
    subprocess.run(command, input=text, text=True, check=True, timeout=60, stdout=subprocess.DEVNULL)


def wait(futures: Any) -> None:
    """Wait for what confluent-kafka's admin client returns: a future, or futures by name."""
    for future in futures.values() if isinstance(futures, Mapping) else [futures]:
        future.result(30)


def poll_until(poll: Callable[[], object]) -> None:
    """Call ``poll`` until it returns records, at most thirty times."""
    if not any(poll() for _ in range(30)):
        raise SystemExit("no records came: does the broker advertise the proxy's address?")


def kcat_version() -> str:
    text = subprocess.run(["kcat", "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Version (\S+).*librdkafka (\S+)", text)
    return f"{found[1]} (librdkafka {found[2]})" if found else "of unknown version"


CLIENTS: dict[str, Callable[[str], None]] = {
    "kafka-python": kafka_python,
    "confluent-kafka": confluent_kafka,
    "aiokafka": aiokafka,
    "kcat": kcat,
}


def version_of(client: str) -> str | None:
    """Return the client's version, or None when it is not installed."""
    if client == "kcat":
        return kcat_version() if shutil.which("kcat") else None
    try:
        return metadata.version(client)
    except metadata.PackageNotFoundError:
        return None


def write(path: Path, title: str, kept: dict[tuple[int, int], Exchange]) -> None:
    lines = [f"# {title}, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}", "# API version direction frame"]
    for (key, version), exchange in sorted(kept.items()):
        name = "".join(word.capitalize() for word in ApiKey(key).name.split("_"))
        lines.append(f"{name} {version} request {exchange.request.hex()}")
        lines.append(f"{name} {version} response {exchange.response.hex()}")
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def main() -> None:
    parser = argparse.ArgumentParser(description="Record frames of real clients as golden files.")
    parser.add_argument("broker", type=address, help="host:port of the broker, which advertises the proxy's address")
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--listen", type=address, default=("127.0.0.1", 9192), help="host:port of the proxy")
    parser.add_argument("--title", default="recorded from Apache Kafka", help="what the broker is, for the first line")
    parser.add_argument("--client", action="append", choices=list(CLIENTS), help="only this one (may be repeated)")
    arguments = parser.parse_args()
    recorder = Recorder(arguments.broker, arguments.listen)
    for client in arguments.client or CLIENTS:
        version = version_of(client)
        if version is None:
            print(f"{client} is not installed", file=sys.stderr)
            continue
        CLIENTS[client](recorder.address)
        kept = recorder.take()
        write(arguments.folder / f"{client}.txt", f"{client} {version}, {arguments.title}", kept)
        print(f"{client} {version}: {len(kept)} exchanges")


if __name__ == "__main__":
    main()
