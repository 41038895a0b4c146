"""Transactions in a log that is compacted more than once: which markers and empty batches stay how long. S137c."""

import pytest
from log_content import NOW, append, append_batch, batch_of, batches, compact

from kafka_codecs.records.batch import read_records
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.log.partition_log import Origin

DAY = 86_400_000
HORIZON = NOW + DAY
COMMIT, ABORT = ControlType.COMMIT, ControlType.ABORT


@pytest.fixture
def log(open_log):
    return open_log(cleanup_policy="compact", min_cleanable_dirty_ratio="0", internal_segment_bytes="10000")


class Producer:
    """One with a transactional id, whose sequence goes on."""

    def __init__(self, log, producer_id):
        self.log = log
        self.producer_id = producer_id
        self.sequence = 0

    def send(self, *keys):
        """Append a batch within a transaction; return its base offset."""
        options = {"producer_id": self.producer_id, "producer_epoch": 0, "transactional": True}
        pairs = [(key, b"v%d" % self.log.log_end_offset) for key in keys]
        base_offset = append(self.log, *pairs, base_sequence=self.sequence, **options).base_offset
        self.sequence += len(keys)
        return base_offset

    def end(self, kind):
        marker = build_transaction_marker(
            kind, producer_id=self.producer_id, producer_epoch=0, coordinator_epoch=1, timestamp_ms=NOW
        )
        return append_batch(self.log, memoryview(marker), origin=Origin.COORDINATOR).base_offset


def roll(log):
    """Close the segment, so that it can be compacted; a record of another key begins the next."""
    log._roll()
    append(log, (b"other", b"-"))


def again(log, *, now_ms=NOW):
    """Compact all of it once more, with nothing new."""
    log.cleaned_to = None
    compact(log, now_ms=now_ms)


def content(log):
    """Return (base offset, offsets of records) of all batches but those of the key ``other``."""
    found = [(header.base_offset, read_records(batch)) for header, batch in log.batches(0)]
    return [
        (base_offset, [base_offset + record.offset_delta for record in records])
        for base_offset, records in found
        if not any(record.key == b"other" for record in records)
    ]


@pytest.mark.parametrize("kind", [COMMIT, ABORT])
def test_a_marker_stays_as_long_as_an_empty_batch_of_its_transaction(log, kind):
    """testCommitMarkerRetentionWithEmptyBatch, testAbortMarkerRetentionWithEmptyBatch."""
    producer = Producer(log, 7)
    producer.send(b"a", b"b")
    producer.end(kind)
    append(log, (b"a", b"last"), (b"b", b"last"))
    roll(log)
    for _ in range(3):
        again(log, now_ms=HORIZON)
        assert content(log) == [(0, []), (2, [2]), (3, [3, 4])], "the batch has the producer's last sequence"
        assert [entry.last_offset for entry in log.segments[0].transaction_index] == ([2] if kind is ABORT else [])
    producer.send(b"c")
    producer.end(COMMIT)
    roll(log)
    again(log, now_ms=HORIZON)
    assert content(log)[:2] == [(2, [2]), (3, [3, 4])], "in this round the empty batch was still there"
    assert not batches(log)[0].has_delete_horizon
    again(log, now_ms=HORIZON)
    assert content(log)[:1] == [(2, [2])]
    assert batches(log)[0].base_timestamp == HORIZON + DAY
    assert list(log.segments[0].transaction_index) == []
    again(log, now_ms=HORIZON + DAY)
    assert content(log)[0] == (3, [3, 4])


def test_sequences_that_begin_anew_in_each_transaction(log):
    """As a group coordinator writes them: the last offset counts (testEmptyBatchRemovalWithSequenceReuse)."""
    options = {"producer_id": 7, "producer_epoch": 0, "base_sequence": 0, "transactional": True}
    producer = Producer(log, 7)
    for key in (b"a", b"b"):
        append_batch(log, batch_of((key, b"1"), **options), origin=Origin.COORDINATOR)
        producer.end(COMMIT)
    append(log, (b"a", b"2"))
    append(log, (b"b", b"2"))
    roll(log)
    again(log)
    assert content(log) == [(1, [1]), (2, []), (3, [3]), (4, [4]), (5, [5])]
    again(log)
    again(log, now_ms=HORIZON)
    assert content(log) == [(2, []), (3, [3]), (4, [4]), (5, [5])]


def test_the_last_sequence_stays_though_its_transaction_was_aborted(log):
    """testLogCleanerRetainsLastSequenceEvenIfTransactionAborted."""
    producer = Producer(log, 7)
    producer.send(b"a")
    producer.send(b"b", b"c")
    producer.end(ABORT)
    roll(log)
    again(log)
    assert content(log) == [(1, []), (3, [3])]
    assert (batches(log)[0].base_sequence, batches(log)[0].last_offset) == (1, 2)
    producer.send(b"a", b"d")
    producer.end(COMMIT)
    roll(log)
    again(log)
    assert content(log) == [(3, [3]), (5, [5, 6]), (7, [7])]


def test_a_key_that_looks_like_a_marker(log):
    """testCleaningWithKeysConflictingWithTxnMarkerKeys."""
    one, other = Producer(log, 7), Producer(log, 8)
    one.send(b"a")
    one.end(COMMIT)
    (marker,) = [record for header, batch in log.batches(0) if header.is_control for record in read_records(batch)]
    other.send(marker.key)
    other.end(COMMIT)
    roll(log)
    for _ in range(3):
        again(log, now_ms=HORIZON)
        assert content(log) == [(0, [0]), (1, [1]), (2, [2]), (3, [3])]


def test_aborted_transactions_in_a_log_that_takes_several_rounds(log):
    """What a round does not reach keeps what tells of it (testMultiPassSegmentCleaningWithAbortedTransactions)."""
    one, two = Producer(log, 1), Producer(log, 2)
    one.send(b"1", b"2")  # offsets 0 and 1
    two.send(b"2", b"3")
    one.send(b"3", b"4")  # 4 and 5
    one.end(COMMIT)
    two.end(COMMIT)
    one.send(b"2", b"3")  # 8 and 9
    one.end(ABORT)
    two.send(b"4", b"5")  # 11 and 12
    one.send(b"5", b"6")
    one.end(COMMIT)
    two.end(ABORT)
    two.send(b"6", b"7")  # 17 and 18
    two.end(COMMIT)
    roll(log)
    aborted = [(entry.first_offset, entry.last_offset) for entry in log.segments[0].transaction_index]
    assert aborted == [(8, 10), (11, 16)]
    seen = []
    for now_ms in (NOW, NOW, HORIZON):
        log.cleaned_to = None if now_ms == HORIZON else log.cleaned_to
        compact(log, keys=4, now_ms=now_ms)
        listed = [(entry.first_offset, entry.last_offset) for entry in log.segments[0].transaction_index]
        bases = [base_offset for base_offset, _ in content(log)]
        offsets = [offset for _, found in content(log) for offset in found]
        seen.append((log.cleaned_to, bases, offsets, listed))
    first, second, third = seen
    assert [cleaned_to for cleaned_to, *_ in seen] == [13, 20, 11]
    assert first[1] == second[1] == [0, 2, 4, 6, 7, 10, 13, 15, 16, 17, 19]
    assert third[1] == [0, 2, 4, 6, 7, 13, 15, 17, 19]
    assert first[2] == [0, 2, 4, 5, 6, 7, 10, 13, 14, 15, 16, 17, 18, 19]
    assert second[2] == [0, 2, 4, 5, 6, 7, 10, 13, 15, 16, 17, 18, 19]
    assert (first[3], second[3], third[3]) == (aborted, [], [])
