"""What behaviour tests are given: a broker by address, topics of their own, and connections.

The broker is one in memory for the whole session, or any other: ``WIREBROKER_TEST_BOOTSTRAP=host:port pytest
tests/behaviour``. Tests that need a broker of their own settings take ``start_broker``; only wirebroker and the Apache
Kafka of ``python -m compat.oracle run -- pytest tests/behaviour`` can be started so, and elsewhere they are skipped.
"""

import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from raw_client import RawClient

from kafka_codecs.messages.create_topics import CreatableTopic, CreatableTopicConfig, CreateTopicsRequest
from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic

EXTERNAL = os.environ.get("WIREBROKER_TEST_BOOTSTRAP")
IS_ORACLE = "WIREBROKER_TEST_ORACLE" in os.environ
"""The external broker is an Apache Kafka of ``python -m compat.oracle run``, of which more can be started."""
READY_SECONDS = 15.0
_numbers = itertools.count()


class Topic(NamedTuple):
    """A topic that exists and whose partitions have leaders."""

    name: str
    topic_id: bytes
    partitions: int


def fresh_name(prefix: str = "t") -> str:
    return f"{prefix}-{secrets.token_hex(4)}-{next(_numbers)}"


@pytest.fixture(scope="session")
def bootstrap() -> Iterator[str]:
    """The broker under test: "host:port"."""
    if EXTERNAL:
        yield EXTERNAL
        return
    from wirebroker.testing import Broker

    with Broker({"log.initial.task.delay.ms": "86400000"}) as broker:  # tests' records are of any age
        yield broker.bootstrap


@pytest.fixture(scope="session")
def is_external() -> bool:
    """Whether the broker under test is somebody else's, so that its process and settings are out of reach."""
    return EXTERNAL is not None


@pytest.fixture
def start_broker() -> Iterator[Callable[..., str]]:
    """Start a broker with settings of its own: ``start_broker({"num.partitions": "3"})`` returns "host:port"."""
    if IS_ORACLE:
        from compat.oracle import Cluster

        def broker(config: dict[str, str] | None) -> Any:
            return Cluster(options=config)
    elif EXTERNAL:
        pytest.skip("needs a broker with settings of its own; an external one is under test")
    else:
        from wirebroker.testing import Broker as broker  # noqa: N813 - made in the same way

    with ExitStack() as running:
        yield lambda config=None: running.enter_context(broker(config)).bootstrap


@pytest.fixture
def connect(bootstrap: str) -> Iterator[Callable[..., RawClient]]:
    """Open another connection, ``connect()``, or one to another broker, ``connect("host:port")``; closed at the end."""
    with ExitStack() as open_ones:
        yield lambda to=bootstrap, **options: open_ones.enter_context(RawClient(to, **options))


@pytest.fixture
def raw(connect: Callable[..., RawClient]) -> RawClient:
    """One connection to the broker under test."""
    return connect()


@pytest.fixture
def topic_name() -> str:
    """A name that no topic has."""
    return fresh_name()


@pytest.fixture
def group_name() -> str:
    """A name that no group has."""
    return fresh_name("g")


@pytest.fixture
def make_topic(bootstrap: str) -> Iterator[Callable[..., Topic]]:
    """Create a topic: ``make_topic(partitions=3, configs={"retention.ms": "1"})``. All are deleted at the end.

    ``to`` names another broker than the one under test.
    """
    made: list[tuple[str, str]] = []

    def make(
        partitions: int = 1, configs: dict[str, str] | None = None, *, name: str | None = None, to: str = bootstrap
    ) -> Topic:
        topic = name or fresh_name()
        with RawClient(to) as client:
            topic_id = _create(client, topic, partitions, configs or {})
            made.append((to, topic))
            _await_leaders(client, topic, partitions)
        return Topic(topic, topic_id, partitions)

    yield make
    for to in dict(made):
        names = [topic for where, topic in made if where == to]
        _delete(to, names)


def _create(client: RawClient, topic: str, partitions: int, configs: dict[str, str]) -> bytes:
    settings = [CreatableTopicConfig(name=key, value=value) for key, value in configs.items()]
    wanted = CreatableTopic(name=topic, num_partitions=partitions, replication_factor=1, configs=settings)
    (result,) = client.call(CreateTopicsRequest(topics=[wanted], timeout_ms=30_000), 7).topics
    assert (result.error_code, result.error_message) == (0, None)
    return bytes(result.topic_id)


def _await_leaders(client: RawClient, topic: str, partitions: int) -> None:
    """Ask until all partitions answer: Kafka shows a leader a moment before it leads (S49a)."""
    asked = [ListOffsetsPartition(partition_index=index, timestamp=-1) for index in range(partitions)]
    request = ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic(name=topic, partitions=asked)])
    deadline = time.monotonic() + READY_SECONDS
    while True:
        (answer,) = client.call(request, 7).topics
        errors = {partition.error_code for partition in answer.partitions}
        if errors == {0}:
            return
        assert errors <= {0, 3, 5, 6}
        assert time.monotonic() < deadline, errors


def _delete(to: str, names: list[str]) -> None:
    try:
        with RawClient(to) as client:
            client.call(
                DeleteTopicsRequest(topics=[DeleteTopicState(name=name) for name in names], timeout_ms=30_000), 6
            )
    except ConnectionRefusedError:
        pass  # a broker that the test has stopped
