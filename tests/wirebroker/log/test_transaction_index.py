"""Aborted transactions: listed where their markers stand, told to readers, rebuilt by a recovery. Rules S55-S57."""

import pytest
from log_content import NOW, append, append_batch

from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.log.files import DiskFiles
from wirebroker.log.format import Aborted, FormatError
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import Origin
from wirebroker.log.transaction_index import TransactionIndex

FILE = "orders-0/00000000000000000000.txnindex"


def send(log, producer_id=7, count=1, sequence=0, size=1):
    pairs = [(b"k", bytes(size))] * count
    return append(
        log, *pairs, producer_id=producer_id, producer_epoch=0, base_sequence=sequence, transactional=True
    ).base_offset


def end(log, kind=ControlType.ABORT, producer_id=7):
    marker = build_transaction_marker(
        kind, producer_id=producer_id, producer_epoch=0, coordinator_epoch=1, timestamp_ms=NOW
    )
    return append_batch(log, memoryview(marker), origin=Origin.COORDINATOR).base_offset


def aborted(log, offset, *, max_bytes=1 << 20):
    """What a reader of committed data is told: (producer, first offset) each."""
    found = log.read(
        offset, max_bytes=max_bytes, upper_offset=log.last_stable_offset, at_least_one=True, with_aborted=True
    )
    return [(transaction.producer_id, transaction.first_offset) for transaction in found.aborted]


# ---- the index


@pytest.fixture(params=["disk", "memory"])
def index(request, tmp_path):
    files = DiskFiles(tmp_path) if request.param == "disk" else MemoryFiles()
    return TransactionIndex(files.open("index"))


ENTRIES = [Aborted(1, 0, 10, 5), Aborted(2, 5, 20, 21), Aborted(3, 25, 30, 31)]


def test_what_is_appended_is_there_after_loading(index):
    for entry in ENTRIES:
        index.append(entry)
    assert list(index) == ENTRIES
    again = TransactionIndex(index.file)
    again.load(0)
    assert list(again) == ENTRIES
    assert (index.size, index.file.size()) == (3 * 34, 3 * 34)


def test_the_bytes_are_those_of_kafka(index):
    index.append(Aborted(1, 2, 3, 4))
    assert bytes(index.file.read(0, 100)).hex() == "0000" + "".join(f"{n:016x}" for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("start", "upper", "found", "complete"),
    [
        (0, 1, [1], True),
        (0, 5, [1], True),
        (0, 6, [1, 2], True),
        (11, 22, [2], True),
        (0, 100, [1, 2, 3], False),
        (21, 25, [], True),
        (31, 100, [], False),
    ],
)
def test_what_a_reader_of_some_offsets_has_to_leave_out(index, start, upper, found, complete):
    for entry in ENTRIES:
        index.append(entry)
    entries, is_complete = index.collect(start, upper)
    assert ([entry.producer_id for entry in entries], is_complete) == (found, complete)


@pytest.mark.parametrize(("offset", "left"), [(0, 0), (10, 0), (11, 1), (21, 2), (31, 3)])
def test_truncation_drops_what_ended_later(index, offset, left):
    for entry in ENTRIES:
        index.append(entry)
    index.truncate(offset)
    assert list(index) == ENTRIES[:left]
    assert index.file.size() == 34 * left
    index.append(ENTRIES[2])
    assert list(index) == [*ENTRIES[:left], ENTRIES[2]]


@pytest.mark.parametrize(
    "data", [bytes(33), bytes(35), b"\0\1" + bytes(32), bytes(34)], ids=["short", "long", "version", "ended before"]
)
def test_what_is_no_index_of_this_segment(index, data):
    index.file.write(data, 0)
    with pytest.raises(FormatError):
        index.load(1)


def test_a_log_without_aborted_transactions_has_no_such_file(open_log, files):
    log = open_log()
    send(log)
    end(log, ControlType.COMMIT)
    log.storage.close()
    assert not [name for name in files.names("orders-0") if name.endswith(".txnindex")]


# ---- the log


def test_an_aborted_transaction_is_told_to_whoever_reads_its_records(open_log):
    log = open_log()
    append(log)
    first = send(log)
    send(log, sequence=1)
    marker = end(log)
    append(log)
    assert [aborted(log, offset) for offset in (0, first, marker)] == [[(7, first)]] * 3
    assert aborted(log, marker + 1) == []


def test_a_committed_one_is_not_told(open_log):
    log = open_log()
    send(log)
    end(log, ControlType.COMMIT)
    assert aborted(log, 0) == []


def test_who_does_not_ask_is_not_told(open_log):
    log = open_log()
    send(log)
    end(log)
    assert log.read(0, max_bytes=1000, upper_offset=2, at_least_one=True).aborted == []


def test_a_marker_without_a_transaction_is_not_listed(open_log):
    log = open_log()
    end(log)
    assert aborted(log, 0) == []


def test_the_order_is_that_of_the_markers(open_log):
    """S56."""
    log = open_log()
    one, two = send(log, 1), send(log, 2)
    end(log, producer_id=2)
    end(log, producer_id=1)
    assert aborted(log, 0) == [(2, two), (1, one)]
    stable = [entry.last_stable_offset for entry in log.segments[0].transaction_index]
    assert stable == [one, log.log_end_offset]


def test_readers_of_committed_data_stop_at_the_first_open_transaction(open_log):
    """S55."""
    log = open_log()
    append(log)
    first = send(log, 1)
    send(log, 2)
    end(log, producer_id=2)
    assert log.last_stable_offset == first
    end(log, ControlType.COMMIT, producer_id=1)
    assert log.last_stable_offset == log.log_end_offset


def test_a_marker_in_a_later_segment(open_log):
    log = open_log(internal_segment_bytes="200")
    first = send(log, size=100)
    append(log, (b"k", bytes(100)))
    end(log)
    assert len(log.segments) > 1
    assert aborted(log, first) == [(7, first)]


@pytest.mark.parametrize("torn", [0, 1])
def test_a_crash_loses_no_listed_transaction(open_log, open_storage, config, torn):
    """The index is made anew from the batches; one whose marker is torn off is open again."""
    log = open_log(internal_segment_bytes="1000", index_interval_bytes="100")
    firsts = []
    for n in range(12):
        firsts.append(send(log, size=150, sequence=n))
        end(log)
    assert len(log.segments) > 2
    active = log.segments[-1]
    active.file.truncate(active.size - torn)
    log.let_go()
    log._keeper.release()
    again = open_storage().open_log("orders", 0, log.topic_id, config())
    listed = [entry.first_offset for segment in again.segments for entry in segment.transaction_index]
    assert listed == firsts[: len(firsts) - torn]
    assert again.last_stable_offset == (firsts[-1] if torn else 24)


def test_a_recovery_from_the_middle_of_a_segment(open_log, open_storage, config):
    """What was safe is kept as it is listed, the rest is listed anew."""
    log = open_log(index_interval_bytes="100")
    for n in range(5):
        send(log, size=150, sequence=n)
        end(log)
    flush = log.begin_flush(log.log_end_offset, aids=True)
    flush.carry_out()
    log.end_flush(flush)
    send(log, 8, size=150)
    send(log, size=150, sequence=5)
    end(log)
    end(log, producer_id=8)
    log._keeper.begin_checkpoint().carry_out()
    expected = list(log.segments[0].transaction_index)
    log.let_go()
    log._keeper.release()
    again = open_storage().open_log("orders", 0, log.topic_id, config())
    assert again.recovery_point == 10
    assert list(again.segments[0].transaction_index) == expected
    assert len(expected) == 7


def test_a_lost_index_beside_a_clean_stop(open_log, open_storage, config, files):
    log = open_log()
    send(log)
    end(log)
    log.storage.close()
    broken = files.open(FILE)
    broken.write(b"\0", 34)
    broken.close()
    again = open_storage().open_log("orders", 0, log.topic_id, config())
    assert aborted(again, 0) == [(7, 0)]
