"""Work on logs in the background: compaction of one log after another, and what becomes of it when a log goes."""

import errno
import threading
from functools import partial
from types import SimpleNamespace

import pytest
import trio
from log_content import NOW, append, records

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.housekeeping import compact, delete_old_segments, remove_doomed_files
from wirebroker.log.files import DiskFiles
from wirebroker.log.format import read_partition_offsets
from wirebroker.log.storage import Storage

pytestmark = pytest.mark.trio
COMPACTED = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0", "internal.segment.bytes": "1000"}
CONFIG = BrokerConfig.of({"log.cleaner.backoff.ms": "1000", "log.initial.task.delay.ms": "0"})


class Here:
    """Some partitions, and the time."""

    def __init__(self, storage):
        self.storage = storage
        self.partitions = {}

    def add(self, topic, **overrides):
        config = TopicConfig.of(
            COMPACTED | {name.replace("_", "."): value for name, value in overrides.items()}, CONFIG
        )
        log = self.storage.open_log(topic, 0, bytes(16), config)
        self.partitions[topic, 0] = SimpleNamespace(topic=topic, index=0, log=log)
        return log

    def __iter__(self):
        return iter(self.partitions.values())

    def get(self, topic, index):
        return self.partitions.get((topic, index))

    def timestamp_ms(self):
        return NOW


@pytest.fixture
def here(tmp_path):
    storage = Storage.open(DiskFiles(tmp_path / "data"), node_id=1, new_id=lambda: "x" * 22)
    yield Here(storage)
    storage.close()


def fill(log, count=2):
    """Append so many values of one key, and close the segment."""
    for n in range(count):
        append(log, (b"a", b"%d" % n))
    log._roll()
    append(log, (b"end", b"-"))


def values(log):
    return [value for _, key, value in records(log) if key == b"a"]


async def until(condition):
    """Wait as long as it takes: syncs run on threads, and the clock does not wait for them."""
    while not condition():  # noqa: ASYNC110 - nobody says when
        await trio.sleep(0.01)


@pytest.fixture
def compacting(here, nursery, autojump_clock):
    """Begin to compact."""
    return lambda: nursery.start_soon(compact, here, here.storage, CONFIG, here)


def all_is_clean(here):
    return all(
        log.cleaned_to == log.active_base_offset and not log.is_compacted
        for log in (partition.log for partition in here)
        if not log.is_uncleanable
    )


async def test_dirty_logs_are_compacted_one_after_another(here, compacting):
    logs = [here.add(f"t{n}") for n in range(3)]
    for log in logs:
        fill(log)
    compacting()
    await until(lambda: all_is_clean(here))
    assert [values(log) for log in logs] == [[b"1"]] * 3
    files = here.storage.directories[0].files
    expected = {(f"t{n}", 0): 2 for n in range(3)}
    await until(lambda: read_partition_offsets(files.load("cleaner-offset-checkpoint") or b"0\n0\n") == expected)


async def test_the_dirtiest_log_comes_first(here, compacting):
    half, whole = here.add("half"), here.add("whole")
    fill(half)
    fill(whole)
    half.cleaned_to = 1
    order = []
    for log in (half, whole):
        replace = log.replace_segments
        log.replace_segments = lambda *given, log=log, replace=replace: (order.append(log.topic), replace(*given))
    compacting()
    await until(lambda: all_is_clean(here))
    assert order == ["whole", "half"]


async def test_a_log_that_cannot_be_compacted_does_not_keep_others_from_it(here, compacting, caplog):
    broken, sound = here.add("broken"), here.add("sound")
    fill(broken, 5)
    fill(sound)
    broken.segments[0].file.write(b"\xff" * 20, 70)
    compacting()
    await until(lambda: broken.is_uncleanable and all_is_clean(here))
    assert not broken.is_compacted
    assert values(sound) == [b"1"]
    await trio.sleep(5)
    assert caplog.text.count("broken-0 cannot be compacted") == 1


@pytest.mark.parametrize(("number", "passes"), [(errno.EMFILE, True), (errno.ENOMEM, True), (errno.EIO, False)])
async def test_a_want_of_descriptors_or_memory_puts_a_compaction_off(here, compacting, number, passes):
    """A disk that fails takes its logs offline (testMarksPartitionsAsOffline...)."""
    log = here.add("t")
    fill(log)
    new_cleaned_segment = log.new_cleaned_segment
    failed = trio.Event()

    def begin(base_offset):
        if not failed.is_set():
            failed.set()
            raise OSError(number, "not now")
        return new_cleaned_segment(base_offset)

    log.new_cleaned_segment = begin
    compacting()
    await failed.wait()
    await until(lambda: log.is_offline or all_is_clean(here))
    assert log.is_offline is not passes
    assert not log.is_compacted
    assert not log.is_uncleanable


async def test_a_log_that_is_deleted_meanwhile_is_let_go(here, autojump_clock):
    log = here.add("t")
    append(log, *[(b"%d" % n, b"v") for n in range(5)])
    log._roll()
    seen = trio.Event()
    new_cleaned_segment = log.new_cleaned_segment

    def begin(base_offset):
        seen.set()
        return new_cleaned_segment(base_offset)

    log.new_cleaned_segment = begin
    async with trio.open_nursery() as nursery:
        nursery.start_soon(compact, here, here.storage, CONFIG, here)
        await seen.wait()
        del here.partitions["t", 0]
        here.storage.delete_log("t", 0)
        again = here.add("t")
        await trio.sleep(5)
        nursery.cancel_scope.cancel()
    assert not log.is_compacted
    assert again.log_end_offset == 0
    assert not [name for name in here.storage.directories[0]._files.names("t-0") if "cleaned" in name]


@pytest.mark.parametrize("threads", [1, 2, 3])
async def test_so_many_logs_are_compacted_at_a_time(here, nursery, autojump_clock, threads):
    """``log.cleaner.threads``; no log is taken twice (Kafka's testGrabFilthiestCompactedLogIgnoresInProgress...)."""
    logs = [here.add(f"t{n}") for n in range(2 * threads)]
    meeting = threading.Barrier(threads)
    under_way = []

    def meet(sync):
        under_way.append(sum(log.is_compacted for log in logs))
        meeting.wait(60)  # none goes on before all are there
        sync()

    for log in logs:
        fill(log)
        syncing_names = log.syncing_names
        log.syncing_names = lambda syncing_names=syncing_names: partial(meet, syncing_names())
    config = BrokerConfig.of(dict(CONFIG.explicit) | {"log.cleaner.threads": str(threads)})
    nursery.start_soon(compact, here, here.storage, config, here)
    await until(lambda: all_is_clean(here))
    assert not any(log.is_uncleanable for log in logs)
    assert [values(log) for log in logs] == [[b"1"]] * 2 * threads
    assert len(under_way) == 2 * threads, "one round each"
    assert max(under_way) == threads


@pytest.mark.parametrize("size", [0, 1 << 20])
async def test_compaction_reads_with_any_buffer(here, nursery, autojump_clock, size):
    """``log.cleaner.io.buffer.size``; a batch larger than that is read as well (testLargeMessage)."""
    log = here.add("t", internal_segment_bytes="1000000")
    append(log, (b"b", bytes(50_000)), (b"a", b"0"))
    fill(log, 3)
    config = BrokerConfig.of(dict(CONFIG.explicit) | {"log.cleaner.io.buffer.size": str(size)})
    nursery.start_soon(compact, here, here.storage, config, here)
    await until(lambda: all_is_clean(here))
    assert values(log) == [b"2"]
    assert (0, b"b", bytes(50_000)) in records(log)


async def test_compaction_keeps_to_its_rate(here, nursery, autojump_clock):
    """``log.cleaner.io.max.bytes.per.second`` counts what is read, twice, and what is written."""
    logs = [here.add(f"t{n}", internal_segment_bytes="1000000") for n in range(2)]
    for log in logs:
        for n in range(20):
            append(log, (b"%d" % n, bytes(20_000)))
        log._roll()
        append(log, (b"end", b"-"))
    moved = 3 * sum(log.segments[0].size for log in logs)
    slow = {"log.cleaner.io.max.bytes.per.second": "10000", "log.cleaner.threads": "2"}
    began = trio.current_time()
    config = BrokerConfig.of(dict(CONFIG.explicit) | slow)
    nursery.start_soon(compact, here, here.storage, config, here)
    await until(lambda: all_is_clean(here))
    assert trio.current_time() - began > 0.8 * moved / 10_000
    assert [len(records(log)) for log in logs] == [21, 21]


@pytest.mark.parametrize("off", [{"log.cleaner.enable": "false"}, {"log.cleaner.threads": "0"}])
async def test_nothing_is_compacted_if_that_is_switched_off(here, autojump_clock, off):
    log = here.add("t")
    fill(log)
    await compact(here, here.storage, BrokerConfig.of(off), here)
    assert values(log) == [b"0", b"1"]


async def test_old_segments_are_deleted_and_their_files_later(here, compacting, nursery):
    """S138b: of compacted topics by the cleaner, of others by the check."""
    deleted = here.add("deleted", cleanup_policy="delete", retention_ms="0", file_delete_delay_ms="5000")
    both = here.add("both", cleanup_policy="compact,delete", retention_ms="0", file_delete_delay_ms="5000")
    for log in (deleted, both):
        append(log, (b"a", b"1"), timestamp=NOW - 1)
    nursery.start_soon(delete_old_segments, here, CONFIG, here)
    await until(lambda: deleted.log_start_offset == 1)
    assert both.log_start_offset == 0
    compacting()
    await until(lambda: both.log_start_offset == 1)

    def deleted_files():
        names = here.storage.directories[0]._files.names
        return [name for log in (deleted, both) for name in names(f"{log.topic}-0") if name.endswith(".deleted")]

    assert deleted_files()
    nursery.start_soon(remove_doomed_files, here.storage)
    await until(lambda: not deleted_files())
