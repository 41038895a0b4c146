"""Compactions and splits that a crash has interrupted, by the files it leaves (Kafka's ``LogLoaderTest``)."""

import pytest

from kafka_codecs.records.batch import Record, build_batch, stamp
from wirebroker.log.unfinished import finish_replacements

DIRECTORY = "orders-0"


@pytest.fixture(autouse=True)
def _directory(files):
    files.make_directory("")
    files.make_directory(DIRECTORY)


def put(files, name: str, *offsets: int) -> None:
    """A file with a batch of one record at each offset."""
    data = bytearray()
    for offset in offsets:
        batch = build_batch([Record(value=b"v")], base_timestamp=0)
        stamp(memoryview(batch), 0, offset, 0)
        data += batch
    files.open(f"{DIRECTORY}/{name}").write(bytes(data) or b"-", 0)


def segment(files, base: int, *offsets: int, suffix: str = "") -> None:
    put(files, f"{base:020d}.log{suffix}", *offsets)
    put(files, f"{base:020d}.index{suffix}")


def left(files) -> list[str]:
    return [f"{int(name[:20])}{name[20:]}" for name in files.names(DIRECTORY)]


def test_nothing_is_done_without_need(files):
    segment(files, 0, 0, 1)
    segment(files, 2, 2)
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log", "2.index", "2.log"]


def test_a_compaction_that_was_not_finished_is_undone(files):
    """testOpenDeletesObsoleteFiles: ``.cleaned`` and ``.deleted`` files go."""
    segment(files, 0, 0, 1)
    segment(files, 0, 1, suffix=".cleaned")
    segment(files, 7, 7, suffix=".deleted")
    put(files, f"{9:020d}.snapshot.tmp")
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log"]


def test_a_compaction_that_was_finished_is_put_into_place(files):
    """Segments 0, 2 and 4 became one; the crash came before any of them went."""
    segment(files, 0, 0, 1)
    segment(files, 2, 2, 3)
    segment(files, 4, 4)
    segment(files, 5, 5)
    segment(files, 0, 1, 4, suffix=".swap")
    compacted = files.load(f"{DIRECTORY}/{0:020d}.log.swap")
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log", "5.index", "5.log"]
    assert files.load(f"{DIRECTORY}/{0:020d}.log") == compacted
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log", "5.index", "5.log"]


def test_a_compaction_whose_old_segments_were_renamed_already(files):
    segment(files, 0, 0, 1, suffix=".deleted")
    segment(files, 2, 2, 3, suffix=".deleted")
    segment(files, 4, 4)
    put(files, f"{0:020d}.log", 1, 3)
    put(files, f"{0:020d}.index.swap")
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log", "4.index", "4.log"]


def test_a_split_that_was_not_finished_is_undone(files):
    """testRecoveryAfterCrashDuringSplitPhase2: some parts are ``.swap``, others still ``.cleaned``."""
    segment(files, 0, 0, 5)
    segment(files, 0, 0, suffix=".cleaned")
    segment(files, 5, 5, suffix=".swap")
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log"]


def test_a_split_that_was_finished_is_put_into_place(files):
    """testRecoveryAfterCrashDuringSplitPhase3: all parts are ``.swap``, the old one is still there."""
    segment(files, 0, 0, 5)
    segment(files, 0, 0, suffix=".swap")
    segment(files, 5, 5, suffix=".swap")
    finish_replacements(files, DIRECTORY)
    assert left(files) == ["0.index", "0.log", "5.index", "5.log"]


def test_a_snapshot_of_the_metadata_stays(files):
    put(files, f"{9:020d}-{1:010d}.checkpoint.deleted")
    finish_replacements(files, DIRECTORY)
    assert files.names(DIRECTORY) == [f"{9:020d}-{1:010d}.checkpoint.deleted"]
