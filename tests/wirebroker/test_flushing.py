"""Logs that are flushed in the background: with the checkpoints, and for the sake of ``flush.ms``."""

import itertools
from types import SimpleNamespace

import pytest
import trio
from faulty_files import FaultyFiles

from kafka_codecs.records.batch import Record, build_batch
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.housekeeping import WORTH_A_FLUSH, flush_old_records, keep_checkpoints
from wirebroker.log.format import read_partition_offsets
from wirebroker.log.storage import Storage
from wirebroker.partitions.syncer import Syncer

pytestmark = pytest.mark.trio
NOW = 1_700_000_000_000
ID = bytes(15) + b"\x09"


@pytest.fixture
def place(nursery) -> SimpleNamespace:
    files, syncer = FaultyFiles(), Syncer()
    ids = (f"{n:022d}" for n in itertools.count())
    storage = Storage.open(files, node_id=1, new_id=lambda: next(ids))
    storage.directories[0].flush_due = syncer.want
    nursery.start_soon(syncer.work)
    return SimpleNamespace(files=files, storage=storage, syncer=syncer)


def open_log(place, partition=0, **config):
    overrides = {name.replace("_", "."): value for name, value in config.items()}
    return place.storage.open_log("orders", partition, ID, TopicConfig.of(overrides, BrokerConfig.of({})))


def append(log, size=100) -> None:
    batch = build_batch([Record(value=bytes(size))], base_timestamp=NOW)
    log.append(memoryview(batch), leader_epoch=0, timestamp_ms=NOW)


async def test_a_log_that_has_grown_is_flushed_before_the_checkpoint(nursery, autojump_clock, place):
    grown, small = open_log(place, 0), open_log(place, 1)
    append(small)
    while grown.written < WORTH_A_FLUSH:
        append(grown, 1_000_000)
    config = SimpleNamespace(log_flush_offset_checkpoint_interval_ms=60_000)
    (directory,), written = place.storage.directories, trio.Event()
    directory.end_checkpoint = lambda _: written.set()
    nursery.start_soon(keep_checkpoints, place.storage, place.syncer, config)
    await written.wait()
    saved = place.files.load("recovery-point-offset-checkpoint")
    assert read_partition_offsets(saved) == {("orders", 0): grown.log_end_offset, ("orders", 1): 0}
    names = place.files.names("orders-0")
    assert f"{grown.log_end_offset:020d}.snapshot" in names


@pytest.mark.parametrize("milliseconds", [100, 5_000])
async def test_flush_ms_bounds_how_long_a_record_waits(nursery, autojump_clock, place, milliseconds):
    """Until the flush is asked for: what a sync takes is the thread's time, which this clock does not know."""
    asked = []

    def want(log) -> None:
        asked.append((log, trio.current_time()))
        place.syncer.want(log)

    place.storage.directories[0].flush_due = want
    log, other = open_log(place, 0, flush_ms=str(milliseconds)), open_log(place, 1)
    nursery.start_soon(flush_old_records, place.storage)
    append(log)
    append(other)
    start = trio.current_time()
    await place.syncer.reached(log, 1)
    first, at = asked[0]
    assert first is log
    assert milliseconds / 2000 <= at - start <= milliseconds / 1000 + 2
    assert other.recovery_point == 0
