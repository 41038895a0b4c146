"""A storage in memory, and partitions on it."""

import itertools

import pytest

from wirebroker.config.broker import BrokerConfig
from wirebroker.log.storage import Storage
from wirebroker.partitions.partitions import Partitions


@pytest.fixture
def storage():
    numbers = itertools.count()
    storage = Storage.open(None, node_id=1, new_id=lambda: f"{next(numbers):022}")
    yield storage
    storage.close()


@pytest.fixture
def partitions(storage):
    return Partitions(storage, BrokerConfig.of({}))
