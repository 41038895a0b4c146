"""Records through real clients: what was sent comes back, byte for byte and in order."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from clients.client import Client, Reader
from clients.drivers import NAMES, driver
from clients.records import Record, assert_same

PARTITIONS = 3
RECORDS_PER_CLIENT = 100_000
COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
READ_SECONDS = 60.0


def read(reader: Reader, count: int) -> list[Record]:
    """Read until there are ``count`` records, or for a minute."""
    records: list[Record] = []
    deadline = time.monotonic() + READ_SECONDS
    while len(records) < count and time.monotonic() < deadline:
        records += reader.receive(timeout=1.0)
    return records


@pytest.fixture(params=NAMES)
def client(request: pytest.FixtureRequest) -> Client:
    return driver(request.param)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_records_come_back_as_they_were_sent(
    client: Client, compression: str, bootstrap: str, make_topic: Callable[..., Any]
):
    topic = make_topic(partitions=PARTITIONS).name
    sent = client.records(RECORDS_PER_CLIENT // len(COMPRESSIONS), PARTITIONS, seed=COMPRESSIONS.index(compression))
    client.produce(bootstrap, topic, sent, compression)
    with client.reader(bootstrap, topic, PARTITIONS) as reader:
        assert_same(sent, read(reader, len(sent)))


def test_every_client_reads_what_one_wrote(client: Client, bootstrap: str, make_topic: Callable[..., Any]):
    topic = make_topic(partitions=PARTITIONS).name
    sent: list[Record] = []
    for seed, compression in enumerate(client.compressions):
        part = client.records(200, PARTITIONS, seed)
        client.produce(bootstrap, topic, part, compression)
        sent += part
    for other in map(driver, NAMES):
        with other.reader(bootstrap, topic, PARTITIONS) as reader:
            received = read(reader, len(sent))
        if other.name == "kcat":  # prints headers as text, in which binary ones cannot be told apart
            assert_same(_without_headers(sent), _without_headers(received))
        else:
            assert_same(sent, received)


def _without_headers(records: list[Record]) -> list[Record]:
    return [record._replace(headers=()) for record in records]
