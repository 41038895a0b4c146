"""Compaction of a log: what stays, how it stands there, and what a restart finds. Rules S137 to S137d."""

import itertools

import pytest
from log_content import (
    NOW,
    append,
    append_batch,
    base_offsets,
    batch_of,
    batches,
    carry_out,
    compact,
    read,
    records,
)

from kafka_codecs.records.batch import (
    Compression,
    Record,
    build_batch,
    crc_is_valid,
    read_header,
    read_records,
)
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.errors import KafkaError
from wirebroker.log.cleaner import Means, clean, dirtiness_of
from wirebroker.log.files import DiskFiles
from wirebroker.log.format import base_offset_of
from wirebroker.log.key_offsets import KeyOffsets
from wirebroker.log.partition_log import Origin
from wirebroker.log.storage import Storage

DAY = 86_400_000
HORIZON = NOW + DAY
"""When a tombstone may go that is first cleaned now."""


@pytest.fixture
def log(open_log):
    """Compacted whenever there is anything to do; ``roll`` closes a segment."""
    return open_log(cleanup_policy="compact", min_cleanable_dirty_ratio="0", internal_segment_bytes="10000")


def roll(log):
    """Close the segment, so that it can be compacted; a record of another key begins the next."""
    log._roll()
    append(log, (b"other", b"-"))


def pairs(log):
    return [(offset, key, value) for offset, key, value in records(log) if key != b"other"]


# ---- which records stay


def test_of_each_key_the_last_record_stays_at_its_offset(log):
    append(log, (b"a", b"1"), (b"b", b"1"))
    append(log, (b"a", b"2"))
    append(log, (b"c", b"1"), (b"a", b"3"))
    roll(log)
    assert compact(log)
    assert pairs(log) == [(1, b"b", b"1"), (3, b"c", b"1"), (4, b"a", b"3")]
    assert not compact(log)


def test_the_segment_that_is_written_to_stays_as_it_is(log):
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    assert not compact(log)
    roll(log)
    append(log, (b"a", b"3"))
    compact(log)
    assert pairs(log) == [(1, b"a", b"2"), (3, b"a", b"3")]


def test_a_second_round_compares_with_the_first(log):
    append(log, (b"a", b"1"), (b"b", b"1"))
    roll(log)
    compact(log)
    append(log, (b"a", b"2"))
    roll(log)
    assert compact(log)
    assert pairs(log) == [(1, b"b", b"1"), (3, b"a", b"2")]


def test_records_without_a_key_go(log, config):
    """They come from the time before the topic was compacted."""
    log.config = config(min_cleanable_dirty_ratio="0")
    append(log, (None, b"1"), (b"a", b"1"))
    log.config = config(cleanup_policy="compact", min_cleanable_dirty_ratio="0")
    roll(log)
    compact(log)
    assert pairs(log) == [(1, b"a", b"1")]


@pytest.mark.parametrize("size", [0, 31, 32, 33, 1000])
def test_keys_of_any_length(log, size):
    for value in (b"1", b"2"):
        append(log, (bytes(size), value), (bytes(size) + b"x", value))
    roll(log)
    compact(log)
    assert pairs(log) == [(2, bytes(size), b"2"), (3, bytes(size) + b"x", b"2")]


def test_a_round_may_end_within_a_segment(log):
    """With room for one key each goes one record further; what lies behind stays as it is (testPartialSegmentClean)."""
    for key in b"ababa":
        append(log, (bytes([key]), b"v"))
    roll(log)
    found = []
    for _ in range(5):
        compact(log, keys=1)
        found.append((log.cleaned_to, [offset for offset, _, _ in pairs(log)]))
    first = [(1, [0, 1, 2, 3, 4]), (2, [0, 1, 2, 3, 4])]
    assert found == [*first, (3, [1, 2, 3, 4]), (4, [2, 3, 4]), (5, [3, 4])]


@pytest.mark.parametrize("codec", list(Compression))
def test_batches_larger_than_what_is_accepted_now(log, config, codec):
    """``max.message.bytes`` was larger when they came (testMessageLargerThanMaxMessageSize)."""
    log.config = config(cleanup_policy="compact")
    append(log, (b"a", bytes(50_000)), (b"b", bytes(50_000)), compression=codec, timestamp=NOW - 2)
    append(log, (b"a", bytes(50_000)), compression=codec)
    log.config = config(cleanup_policy="compact", min_cleanable_dirty_ratio="0", max_message_bytes="100")
    log._roll()
    append(log, (b"other", b"-"))
    assert log.offset_for_timestamp(NOW - 1).offset == 2
    compact(log)
    assert pairs(log) == [(1, b"b", bytes(50_000)), (2, b"a", bytes(50_000))]


@pytest.mark.parametrize("keys", [1, 2, 3, 100])
def test_with_room_for_few_keys_it_takes_more_rounds(log, keys):
    for value in (b"1", b"2"):
        for key in b"abcde":
            append(log, (bytes([key]), value))
    roll(log)
    rounds = 0
    while compact(log, keys=keys):
        rounds += 1
    assert pairs(log) == [(5 + n, bytes([key]), b"2") for n, key in enumerate(b"abcde")]
    assert (rounds == 1) is (keys == 100)


# ---- the batches that stay


def test_a_batch_that_loses_records_keeps_its_offsets_and_all_else(log):
    batch = batch_of((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), producer_id=7, producer_epoch=2, base_sequence=5)
    append_batch(log, batch, leader_epoch=3)
    append(log, (b"a", b"3"))
    roll(log)
    before = batches(log)[0]
    compact(log)
    after = batches(log)[0]
    assert (after.base_offset, after.last_offset_delta, after.records_count) == (0, 2, 1)
    for name in ("partition_leader_epoch", "attributes", "producer_id", "producer_epoch", "base_sequence"):
        assert getattr(after, name) == getattr(before, name)
    assert crc_is_valid(read(log, 0), 0, after.size)


def test_a_batch_that_keeps_all_its_records_keeps_its_bytes(log):
    append(log, (b"a", b"1"), (b"b", b"1"))
    before = read(log)
    roll(log)
    compact(log)
    assert read(log) == before


def stamped(*timestamps, keys=(b"a", b"b", b"c"), **options):
    records = [
        Record(n, stamp - timestamps[0], key, b"v", headers=[("h", b"x"), ("n", None)])
        for n, (stamp, key) in enumerate(zip(timestamps, keys, strict=False))
    ]
    return memoryview(build_batch(records, base_timestamp=timestamps[0], **options))


def test_timestamps_and_headers_stay_those_of_the_records(log):
    append_batch(log, stamped(NOW + 5, NOW + 9, NOW + 7))
    append(log, (b"a", b"v"), (b"b", b"v"))
    roll(log)
    compact(log)
    (_, batch) = next(log.batches(0))
    header = read_header(batch)
    (record,) = read_records(batch)
    assert (header.base_timestamp, header.max_timestamp, header.timestamp_of(record)) == (NOW + 7, NOW + 7, NOW + 7)
    assert record.headers == [("h", b"x"), ("n", None)]


def test_the_brokers_timestamps_stay(log, config):
    log.config = config(cleanup_policy="compact", min_cleanable_dirty_ratio="0", message_timestamp_type="LogAppendTime")
    append_batch(log, stamped(NOW - 5, NOW - 9, NOW - 7), timestamp_ms=NOW + 3)
    append(log, (b"a", b"v"), (b"b", b"v"))
    roll(log)
    compact(log)
    header = batches(log)[0]
    assert header.is_log_append_time
    assert (header.max_timestamp, header.records_count) == (NOW + 3, 1)


@pytest.mark.parametrize("codec", list(Compression))
def test_a_batch_stays_in_its_codec(log, codec):
    append(log, *[(b"%d" % n, bytes(200)) for n in range(20)], compression=codec)
    append(log, *[(b"%d" % n, b"2") for n in range(15)])
    roll(log)
    before = log.size
    compact(log)
    header, batch = next(log.batches(0))
    assert header.compression is codec
    assert [record.key for record in read_records(batch)] == [b"%d" % n for n in range(15, 20)]
    assert log.size < before


def test_a_large_batch_is_worked_on_in_steps(open_log):
    """No request waits for more than a few hundred records."""
    log = open_log(cleanup_policy="compact", min_cleanable_dirty_ratio="0", max_message_bytes="10000000")
    for codec in (Compression.NONE, Compression.LZ4):
        append(log, *[(b"%d" % (n % 5000), bytes(20)) for n in range(10_000)], compression=codec)
    roll(log)
    steps = carry_out(clean(log, dirtiness_of(log, NOW), Means(KeyOffsets(1 << 20)), NOW))
    assert steps > 4 * 10_000 / 256
    assert len(pairs(log)) == 5000


# ---- empty batches


def test_the_last_batch_of_a_producer_stays_without_records(log):
    """S137c: it tells the producer's last sequence."""
    for sequence in (0, 1):
        append(log, (b"a", b"%d" % sequence), producer_id=7, producer_epoch=0, base_sequence=sequence)
    append(log, (b"a", b"2"))
    roll(log)
    compact(log)
    first, second, *_ = batches(log)
    assert (first.base_offset, first.records_count, first.size, first.base_timestamp) == (1, 0, 61, -1)
    assert (first.producer_id, first.producer_epoch, first.base_sequence, first.last_offset_delta) == (7, 0, 1, 0)
    assert first.max_timestamp == NOW
    assert (second.base_offset, second.records_count) == (2, 1)
    assert base_offsets(read(log)) == [1, 2]
    append(log, (b"b", b"1"), producer_id=7, producer_epoch=0, base_sequence=2)
    roll(log)
    compact(log)
    assert batches(log)[0].base_offset == 2, "it goes when the producer has a later one"


def test_the_last_batch_below_the_high_watermark_stays_without_records(log):
    """S137c: it tells where the log ends."""
    append(log, (b"b", b"1"))
    append(log, (b"a", None))
    log._roll()
    compact(log)
    assert [header.records_count for header in batches(log)] == [1, 1]
    log.cleaned_to = None
    compact(log, now_ms=HORIZON)
    assert [(header.base_offset, header.records_count) for header in batches(log)] == [(0, 1), (1, 0)]
    append(log, (b"c", b"1"))
    log._roll()
    compact(log, now_ms=HORIZON)
    assert [(header.base_offset, header.records_count) for header in batches(log)] == [(0, 1), (2, 1)]


# ---- tombstones


def test_a_tombstone_stays_for_a_while_and_its_batch_says_how_long(log):
    """S137, S137b."""
    append(log, (b"a", b"1"), (b"b", b"1"))
    append_batch(log, stamped(NOW + 5, NOW + 9, keys=(b"x", b"y")))
    append(log, (b"a", None), timestamp=NOW + 7)
    roll(log)
    compact(log)
    header, batch = next(pair for pair in log.batches(0) if pair[0].base_offset == 4)
    (tombstone,) = read_records(batch)
    assert header.has_delete_horizon
    assert (header.base_timestamp, header.max_timestamp) == (HORIZON, NOW + 7)
    assert header.timestamp_of(tombstone) == NOW + 7
    assert not batches(log)[0].has_delete_horizon, "only batches with tombstones say so"


@pytest.mark.parametrize(("later", "stays"), [(-1, True), (0, False)])
def test_a_tombstone_goes_when_its_time_is_over(log, later, stays):
    append(log, (b"a", None), (b"b", b"1"))
    roll(log)
    compact(log)
    roll(log)
    compact(log, now_ms=HORIZON + later)
    assert ((0, b"a", None) in pairs(log)) is stays
    assert batches(log)[0].base_timestamp == HORIZON, "the horizon is set once"


def test_a_tombstone_of_an_overwritten_key_goes_at_once(log):
    append(log, (b"a", None))
    append(log, (b"a", b"1"))
    roll(log)
    compact(log)
    assert pairs(log) == [(1, b"a", b"1")]


# ---- transactions


def transactional(log, *pairs, producer_id=7, sequence=0):
    return append(
        log, *pairs, producer_id=producer_id, producer_epoch=0, base_sequence=sequence, transactional=True
    ).base_offset


def end(log, kind, producer_id=7):
    marker = build_transaction_marker(
        kind, producer_id=producer_id, producer_epoch=0, coordinator_epoch=1, timestamp_ms=NOW
    )
    return append_batch(log, memoryview(marker), origin=Origin.COORDINATOR).base_offset


def control_offsets(log):
    return [header.base_offset for header in batches(log) if header.is_control]


def test_records_of_an_aborted_transaction_go_and_are_nobodys_latest(log):
    append(log, (b"a", b"1"))
    transactional(log, (b"a", b"aborted"))
    end(log, ControlType.ABORT)
    roll(log)
    compact(log)
    assert pairs(log)[0] == (0, b"a", b"1")
    assert all(value != b"aborted" for _, _, value in pairs(log))


def test_an_aborted_transactions_marker_is_listed_until_it_goes(log):
    """S137c: the marker stays until its records are gone, and delete.retention.ms longer."""
    transactional(log, (b"a", b"aborted"))
    transactional(log, (b"a", b"too"), sequence=1)
    marker = end(log, ControlType.ABORT)
    append(log, (b"z", b"1"), producer_id=7, producer_epoch=0, base_sequence=2)
    roll(log)
    compact(log)
    assert control_offsets(log) == [marker]
    assert [entry.last_offset for entry in log.segments[0].transaction_index] == [marker]
    roll(log)
    compact(log)
    assert control_offsets(log) == [marker]
    assert list(log.segments[0].transaction_index) == []
    roll(log)
    compact(log, now_ms=HORIZON)
    assert control_offsets(log) == []


def test_a_committed_transactions_marker_goes_after_its_records(log):
    transactional(log, (b"a", b"1"))
    marker = end(log, ControlType.COMMIT)
    append(log, (b"z", b"1"), producer_id=7, producer_epoch=0, base_sequence=1)
    roll(log)
    compact(log)
    assert control_offsets(log) == [marker]
    assert not batches(log)[1].has_delete_horizon
    append(log, (b"a", b"2"))
    roll(log)
    compact(log)
    assert control_offsets(log) == [marker]
    roll(log)
    compact(log)
    assert [header.base_timestamp for header in batches(log) if header.is_control] == [HORIZON]
    roll(log)
    compact(log, now_ms=HORIZON)
    assert control_offsets(log) == []


def test_open_transactions_are_not_compacted(log):
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    roll(log)
    transactional(log, (b"a", b"open"))
    append(log, (b"a", b"4"))
    roll(log)
    compact(log)
    assert pairs(log) == [(1, b"a", b"2"), (3, b"a", b"open"), (4, b"a", b"4")]


def test_a_transaction_may_span_segments(log):
    transactional(log, (b"a", b"aborted"))
    roll(log)
    transactional(log, (b"b", b"aborted"), sequence=1)
    marker = end(log, ControlType.ABORT)
    roll(log)
    compact(log)
    assert pairs(log) == []
    assert control_offsets(log) == [marker]


def test_a_producer_known_by_its_marker_alone_keeps_it(log):
    """S137c: its epoch fences."""
    marker = end(log, ControlType.ABORT)
    for now in (NOW, HORIZON, HORIZON + DAY):
        roll(log)
        compact(log, now_ms=now)
    assert control_offsets(log) == [marker]
    assert batches(log)[0].records_count == 0


# ---- segments


def segment_bases(files, suffix="log"):
    return [base for name in files.names("orders-0") if (base := base_offset_of(name, suffix)) is not None]


def test_small_segments_become_one(log, files):
    for n in range(5):
        append(log, (b"k%d" % n, bytes(1000)))
        roll(log)
    compact(log)
    assert [segment.base_offset for segment in log.segments] == [0, 9]
    assert segment_bases(files) == [0, 9]
    assert [key for _, key, _ in pairs(log)] == [b"k%d" % n for n in range(5)]


def test_segments_that_do_not_fit_together_stay_apart(log):
    for n in range(4):
        append(log, (b"k%d" % n, bytes(6000)))
        roll(log)
    compact(log)
    assert len(log.segments) == 5


def test_a_segment_may_be_left_empty(log):
    """S137d."""
    append(log, (b"a", bytes(9000)))
    log._roll()
    append(log, (b"a", bytes(9000)))
    roll(log)
    compact(log)
    assert [segment.size > 0 for segment in log.segments] == [False, True, True]
    assert base_offsets(read(log, 0)) == [1]
    assert not compact(log)


def test_a_read_in_a_hole_returns_what_follows(log):
    """S66."""
    for n in range(5):
        append(log, (b"a", b"%d" % n))
    roll(log)
    compact(log)
    assert [base_offsets(read(log, offset)) for offset in range(6)] == [[4]] * 5 + [[5]]


def test_a_read_under_way_goes_on(log):
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    roll(log)
    expected = read(log)
    found = log.read(0, max_bytes=1 << 20, upper_offset=log.log_end_offset, at_least_one=True)
    compact(log)
    assert b"".join(chunk.tobytes() for chunk in found.chunks) == expected


def test_retention_waits_for_a_compaction(log, config):
    append(log, (b"a", b"1"))
    roll(log)
    work = clean(log, dirtiness_of(log, NOW), Means(KeyOffsets(1000)), NOW)
    log.delete_records(2)
    work.send(None)
    assert log.delete_old_segments(NOW) == 0
    work.close()
    assert log.delete_old_segments(NOW) == 1


@pytest.mark.parametrize("clean_stop", [True, False])
def test_a_restart_finds_the_compacted_log(log, open_storage, config, files, clean_stop):
    for n in range(3):
        append(log, (b"a", b"%d" % n), producer_id=7, producer_epoch=0, base_sequence=n)
        transactional(log, (b"b", b"%d" % n), producer_id=8, sequence=n)
        end(log, ControlType.ABORT, producer_id=8)
    roll(log)
    compact(log)
    expected, cleaned_to = [bytes(batch) for _, batch in log.batches(0)], log.cleaned_to
    assert cleaned_to == 9
    aborted = list(log.segments[0].transaction_index)
    log._keeper.begin_cleaner_checkpoint().carry_out()
    if clean_stop:
        log.storage.close()
    else:
        log.let_go()
        log._keeper.release()
    again = open_storage().open_log("orders", 0, log.topic_id, config(cleanup_policy="compact"))
    assert [bytes(batch) for _, batch in again.batches(0)] == expected
    assert again.cleaned_to == cleaned_to
    listed = aborted if clean_stop else aborted[-1:]  # of the others no batch is left that could tell
    assert list(again.segments[0].transaction_index) == listed
    again_sent = append(again, (b"a", b"2"), producer_id=7, producer_epoch=0, base_sequence=2)
    assert again_sent.duplicate


def test_files_that_a_stopped_compaction_left_are_written_anew(log, files):
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    roll(log)
    left = files.open("orders-0/00000000000000000000.log.cleaned")
    left.write(bytes(5000), 0)
    left.close()
    compact(log)
    assert pairs(log) == [(1, b"a", b"2")]


def test_the_old_files_wait_for_their_time(log, files):
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    roll(log)
    compact(log)
    deleted = [name for name in files.names("orders-0") if name.endswith(".deleted")]
    assert ("00000000000000000000.log.deleted" in deleted) is isinstance(files, DiskFiles)
    assert not any(name.endswith((".cleaned", ".swap")) for name in files.names("orders-0"))


def test_a_disk_that_fails_at_the_exchange_takes_the_log_offline(log, monkeypatch):
    append(log, (b"a", b"1"))
    roll(log)

    def fail(*_):
        raise OSError("no more")

    monkeypatch.setattr(log._files, "rename", fail)
    with pytest.raises(KafkaError):
        compact(log)
    assert log.is_offline


def test_an_empty_batch_with_the_largest_timestamp_hides_the_others(log):
    """Asked for the largest timestamp Kafka finds this batch, and no record in it."""
    append(log, (b"a", b"1"), timestamp=NOW + 5, producer_id=7, producer_epoch=0, base_sequence=0)
    append(log, (b"a", b"2"))
    append(log, (b"b", b"1"))
    assert log.offset_of_max_timestamp().offset == 0
    roll(log)
    compact(log)
    assert log.offset_of_max_timestamp() is None
    assert log.offset_for_timestamp(NOW).offset == 1
    assert log.offset_for_timestamp(NOW + 1) is None


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("files", ["disk"], indirect=True)
def test_a_kill_at_any_step_of_the_exchange(tmp_path, open_storage, config):
    """Each rename may be the last: the next start finds all that was there before the compaction, or after it."""
    settings = config(
        cleanup_policy="compact",
        min_cleanable_dirty_ratio="0",
        internal_segment_bytes="400",
        index_interval_bytes="100",
    )

    def fill(log):
        for n in range(12):
            append(log, (b"%d" % (n % 3), bytes(60)), producer_id=7, producer_epoch=0, base_sequence=n)
        transactional(log, (b"0", b"aborted"), producer_id=8)
        end(log, ControlType.ABORT, producer_id=8)
        roll(log)
        return records(log)

    outcomes = set()
    for kill_at in itertools.count():
        files = DiskFiles(tmp_path / str(kill_at))
        storage = Storage.open(files, node_id=1, new_id=lambda: "x" * 22)
        log = storage.open_log("orders", 0, bytes(16), settings)
        before = fill(log)
        left = itertools.count(kill_at, -1)
        rename = files.rename

        def rename_or_die(old, new, left=left, rename=rename):
            if next(left) == 0:
                raise Killed
            rename(old, new)

        files.rename = rename_or_die
        try:
            compact(log)
        except Killed:
            pass
        else:
            break
        log.let_go()
        log._keeper.release()
        again = Storage.open(DiskFiles(tmp_path / str(kill_at)), node_id=1, new_id=lambda: "x" * 22)
        found = again.open_log("orders", 0, bytes(16), settings)
        content = records(found)
        last = {key: (offset, value) for offset, key, value in before if value != b"aborted"}
        assert {key: (offset, value) for offset, key, value in content if value != b"aborted"} == last
        assert found.log_end_offset == log.log_end_offset
        assert not any(name.endswith((".cleaned", ".swap", ".deleted")) for name in files.names("orders-0"))
        assert [o for o, _, value in content if value == b"aborted"] in ([], [12])
        outcomes.add(len(content) == len(before))
        compact(found)
        assert {key: (offset, value) for offset, key, value in records(found)} == last
        again.close()
    assert outcomes == {True, False}
    assert kill_at > 20


@pytest.mark.parametrize("files", ["disk"], indirect=True)
def test_a_segment_whose_index_is_not_written_yet_is_left_alone(log):
    """A flush under way would write the old index under the new segment's name."""
    append(log, (b"a", b"1"))
    append(log, (b"a", b"2"))
    log._keeper.flush_due = lambda _: None
    roll(log)
    assert not log.segments[0].is_settled
    assert not compact(log)
    log.flush()
    assert compact(log)
    assert pairs(log) == [(1, b"a", b"2")]
