"""A log for a test: in memory and on a disk."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.log.files import DiskFiles, Files
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.storage import Storage

TOPIC_ID = bytes(range(16))


@pytest.fixture(params=["disk", "memory"])
def files(request, tmp_path: Path) -> Files:
    return DiskFiles(tmp_path / "data") if request.param == "disk" else MemoryFiles()


@pytest.fixture
def open_storage(files: Files) -> Callable[..., Storage]:
    """Open a storage over the test's files, again and again if need be."""
    ids = (f"{n:022d}" for n in itertools.count())
    return lambda **options: Storage.open(files, **({"node_id": 1, "new_id": lambda: next(ids)} | options))


@pytest.fixture
def config() -> Callable[..., TopicConfig]:
    """``config(segment_bytes="1048576")``: a topic's configuration."""
    return lambda **overrides: TopicConfig.of(
        {name.replace("_", "."): value for name, value in overrides.items()}, BrokerConfig.of({})
    )


@pytest.fixture
def open_log(open_storage: Callable[..., Storage], config: Callable[..., TopicConfig]) -> Callable[..., PartitionLog]:
    """``open_log(segment_bytes="1048576")``: a log in a storage of its own, ``orders-0``."""

    def open_(**overrides: str) -> PartitionLog:
        storage = open_storage()
        log = storage.open_log("orders", 0, TOPIC_ID, config(**overrides))
        log.storage = storage  # type: ignore[attr-defined]  # - a test may close it
        return log

    return open_
