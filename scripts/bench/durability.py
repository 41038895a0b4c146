"""Measure what stable storage costs: acknowledged Produce requests and syncs per second, with 1 and 100 producers.

    python scripts/bench/durability.py [--directory DIR] [--seconds S]

Each producer has a connection of its own and one request of 100 bytes, ``acks=all``, on its way; all of them write to
one partition. A sync is a call of ``fdatasync``: without sharing there would be as many as acknowledgements.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.compile import encode
from kafka_codecs.headers import request_frame
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch
from systems import build
from wirebroker.log import files
from wirebroker.log.platform import sync_file
from wirebroker.testing import Broker

VERSION = 9
TOPIC = "durability"


class CountedSyncs:
    """Stands in for ``platform.sync_file`` and counts."""

    def __init__(self) -> None:
        self.count = 0
        self._sync = sync_file

    def __call__(self, fd: int) -> None:
        self.count += 1
        self._sync(fd)


def produce_frame() -> bytes:
    batch = build_batch([Record(value=bytes(100))], base_timestamp=1_700_000_000_000)
    topic = TopicProduceData(name=TOPIC, partition_data=[PartitionProduceData(index=0, records=bytes(batch))])
    request = ProduceRequest(acks=-1, timeout_ms=30_000, topic_data=[topic])
    return request_frame(ApiKey.PRODUCE, VERSION, 1, "bench", [encode(ProduceRequest, VERSION, request)])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--directory", type=Path, default=None, help="where a disk is measured (default: /tmp)")
    arguments.add_argument("--seconds", type=float, default=3.0)
    options = arguments.parse_args()
    smallreq = build()["smallreq"]
    root = Path(tempfile.mkdtemp(prefix="wirebroker-bench-", dir=options.directory))
    syncs = CountedSyncs()
    files.sync_file = syncs  # type: ignore[attr-defined]  # - looked up at each sync
    frame = root / "frame"
    frame.write_bytes(produce_frame())
    try:
        for durability in ("os", "fsync"):
            config = {"log.cleaner.enable": "false"}
            with Broker(config, data_dir=root / durability, durability=durability) as broker:
                create_topic(broker.bootstrap)
                host, _, port = broker.bootstrap.rpartition(":")
                for producers in (1, 100):
                    before = syncs.count
                    command = [str(smallreq), host, port, str(frame), str(producers), "1", str(options.seconds)]
                    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                    rate = (syncs.count - before) / options.seconds
                    print(f"{durability:5} {producers:3} producers: {line.strip()}; {rate:7,.0f} syncs/s", flush=True)
    finally:
        shutil.rmtree(root)


def create_topic(bootstrap: str) -> None:
    from kafka.admin import KafkaAdminClient, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(TOPIC, 1, 1)])
    admin.close()


if __name__ == "__main__":
    main()
