"""A broker that is killed again and again while idempotent producers send and a consumer reads (``acks=all``).

Few rounds by default; ``WIREBROKER_KILLS=200`` makes it the long one. At the end each partition holds exactly what was
sent, in order, and that is what the consumer saw, which never began anew.
"""

import gc
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from broker_process import BrokerProcess
from clients.drivers import driver
from clients.records import Record, by_partition
from clients.senders import WAIT_SECONDS, Sender, confluent_sender, kafka_python_sender

KILLS = int(os.environ.get("WIREBROKER_KILLS", "3"))
BURST = 300
PARTITIONS = 2
OPEN_SENDERS = [confluent_sender, kafka_python_sender]

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),  # kafka-python forgets refused ones
    pytest.mark.slow,
    pytest.mark.timeout(120 + 30 * KILLS),
]


@pytest.fixture(params=["os", "fsync"])
def broker(request: pytest.FixtureRequest, tmp_path: Path, is_external: bool) -> Iterator[BrokerProcess]:
    if is_external:
        pytest.skip("needs a broker that it can kill; an external one is under test")
    with BrokerProcess(tmp_path / "data", "--durability", request.param) as process:
        yield process


@pytest.fixture(autouse=True)
def quiet_client(caplog: pytest.LogCaptureFixture) -> None:
    """Kept log records would keep kafka-python's sockets."""
    caplog.set_level(logging.CRITICAL, logger="kafka")


class Stream:
    """What one producer sends to its topic, and what a consumer gets of it."""

    def __init__(self, sender: Sender, reader: Any) -> None:
        self.sender = sender
        self.sent: list[Record] = []
        self.received: list[Record] = []
        self._reader = reader

    def send(self, count: int) -> None:
        for number in range(len(self.sent), len(self.sent) + count):
            record = Record(number % PARTITIONS, None, b"%d " % number + bytes(number % 500))
            self.sender.send(record)
            self.sent.append(record)

    def receive(self, seconds: float) -> None:
        self.received += self._reader.receive(timeout=seconds)

    def finish(self) -> None:
        self.sender.wait_for(len(self.sent))
        deadline = time.monotonic() + WAIT_SECONDS
        while len(self.received) < len(self.sent) and time.monotonic() < deadline:
            self.receive(1.0)
        self.receive(0.2)


def test_nothing_is_lost_repeated_or_out_of_order(broker: BrokerProcess, make_topic: Callable[..., Any]):
    topics = [make_topic(partitions=PARTITIONS, to=broker.bootstrap).name for _ in OPEN_SENDERS]
    results = kill_again_and_again(broker, topics)
    gc.collect()  # kafka-python's forgotten sockets warn here, not in some later test
    for sent, received in results:
        expected, found = by_partition(sent), by_partition(received)
        for partition in range(PARTITIONS):
            assert [record.value for record in found[partition]] == [record.value for record in expected[partition]]


def kill_again_and_again(broker: BrokerProcess, topics: list[str]) -> list[tuple[list[Record], list[Record]]]:
    """Return for each topic what was sent, all of it acknowledged, and what was received."""
    chance = random.Random(KILLS)
    streams: list[Stream] = []
    with ExitStack() as stack:
        for topic, open_sender in zip(topics, OPEN_SENDERS, strict=True):
            sender = stack.enter_context(open_sender(broker.bootstrap, topic))
            reader = stack.enter_context(driver("confluent-kafka").reader(broker.bootstrap, topic, PARTITIONS))
            streams.append(Stream(sender, reader))
        for _ in range(KILLS):
            for stream in streams:
                stream.send(BURST)
            for stream in streams:
                stream.sender.wait_for(len(stream.sent) - chance.randrange(1, BURST))  # the rest is under way
            broker.end(signal.SIGKILL)
            for stream in streams:
                stream.send(BURST)
            broker.start()
            for stream in streams:
                stream.receive(0.1)
                stream.sender.wait_for(len(stream.sent) - BURST)
        for stream in streams:
            stream.finish()
    return [(stream.sent, stream.received) for stream in streams]
