"""A cluster for a test: a journal in memory, with ids that count and a clock that stands."""

import itertools
from collections.abc import Callable

import pytest

from kafka_codecs.messages.create_topics import CreatableTopic, CreatableTopicConfig
from wirebroker.config.broker import BrokerConfig
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.storage import Storage
from wirebroker.metadata.configs import BrokerSettings
from wirebroker.metadata.journal import Journal
from wirebroker.metadata.topics import Creation, create_topics

NODE_ID = 1
LOG_DIR = b"d" * 16


def counting_uuids() -> Callable[[], bytes]:
    numbers = itertools.count(1)
    return lambda: b"\x10" + next(numbers).to_bytes(15)


class Cluster:
    """One broker's metadata; ``restart`` reads the same log again."""

    def __init__(self, config: dict[str, str]) -> None:
        self.config = BrokerConfig.of(config)
        self.files = MemoryFiles()
        self.uuids = counting_uuids()
        self.restart()

    def restart(self) -> None:
        storage = Storage.open(self.files, node_id=NODE_ID, new_id=lambda: "A" * 22)
        self.storage = storage
        self.journal = Journal.open(storage, self.config, timestamp_ms=lambda: 1_000, random_uuid=self.uuids)
        self.log: PartitionLog = self.journal.log
        self.journal.start_broker(NODE_ID, rack="r", log_dirs=[LOG_DIR])

    def stop(self) -> None:
        self.storage.close()

    def settings(self) -> BrokerSettings:
        return BrokerSettings(self.config, self.journal.image, NODE_ID)

    def decide(self, *topics: CreatableTopic, timeout_ms: int = 1_000) -> Creation:
        image = self.journal.image
        new_topic_id = self.journal.new_topic_id
        return create_topics(topics, image, self.settings(), timeout_ms=timeout_ms, new_topic_id=new_topic_id)

    def create(self, name: str, partitions: int = 1, configs: dict[str, str] | None = None) -> bytes:
        creation = self.decide(topic(name, partitions, configs=configs))
        assert creation.results[0].error_code == 0, creation.results
        self.journal.commit(creation.records)
        return creation.results[0].topic_id


def topic(name: str, partitions: int = 1, factor: int = 1, configs: dict[str, str] | None = None) -> CreatableTopic:
    entries = [CreatableTopicConfig(name=key, value=value) for key, value in (configs or {}).items()]
    return CreatableTopic(name=name, num_partitions=partitions, replication_factor=factor, configs=entries)


@pytest.fixture
def make_cluster() -> Callable[..., Cluster]:
    """``make_cluster({"num.partitions": "3"})``"""
    return lambda config=None: Cluster(config or {})


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster()


@pytest.fixture
def make_topic() -> Callable[..., CreatableTopic]:
    """A topic of a CreateTopics request."""
    return topic
