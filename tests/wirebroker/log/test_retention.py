"""Old segments: which of them go, and what is left of the log. Rules S138, S138a, S138b."""

from typing import NamedTuple

import pytest
from log_content import NOW, append, append_batch, base_offsets, batch_of, read

from kafka_codecs.error_codes import ErrorCode
from wirebroker.errors import KafkaError
from wirebroker.log.files import DiskFiles
from wirebroker.log.format import base_offset_of
from wirebroker.log.retention import RetentionRules, segments_to_delete

HOUR = 3_600_000
FOREVER = RetentionRules(deletes=True, max_bytes=-1, max_age_ms=-1)


class Part(NamedTuple):
    """A segment as the decision sees it."""

    base_offset: int
    size: int = 100
    newest_ms: int | None = NOW


def decide(*segments, end_offset=100, high_watermark=None, log_start_offset=0, rules=FOREVER, now_ms=NOW):
    return segments_to_delete(
        segments,
        end_offset=end_offset,
        high_watermark=end_offset if high_watermark is None else high_watermark,
        log_start_offset=log_start_offset,
        rules=rules,
        now_ms=now_ms,
    )


def at_most(size):
    return RetentionRules(deletes=True, max_bytes=size, max_age_ms=-1)


def not_older_than(age_ms):
    return RetentionRules(deletes=True, max_bytes=-1, max_age_ms=age_ms)


# ---- the decision


@pytest.mark.parametrize(("age", "count"), [(99, 1), (100, 0)])
def test_a_segment_older_than_the_limit_goes(age, count):
    """S138: now - maximum timestamp > retention.ms."""
    assert decide(Part(0, newest_ms=NOW - 100), Part(50), rules=not_older_than(age)) == count


def test_the_oldest_segments_go_up_to_the_first_that_is_young():
    old = NOW - HOUR
    segments = [Part(0, newest_ms=old), Part(20, newest_ms=old), Part(40), Part(60, newest_ms=old), Part(80)]
    assert decide(*segments, rules=not_older_than(1000)) == 2


def test_a_record_dated_in_the_future_keeps_its_segment_and_all_later_ones():
    """S138a."""
    segments = [Part(0, newest_ms=NOW + HOUR), Part(50, newest_ms=NOW - HOUR), Part(80)]
    assert decide(*segments, rules=not_older_than(1000)) == 0


def test_the_segment_that_is_written_to_goes_too_but_not_an_empty_one():
    old = NOW - HOUR
    assert decide(Part(0, newest_ms=old), Part(50, newest_ms=old), rules=not_older_than(1000)) == 2
    assert decide(Part(0, newest_ms=old), Part(100, size=0, newest_ms=old), rules=not_older_than(1000)) == 1


def test_a_segment_of_unknown_age_stays():
    assert decide(Part(0, newest_ms=None), Part(50), rules=not_older_than(0), now_ms=NOW + HOUR) == 0


@pytest.mark.parametrize(("limit", "count"), [(301, 0), (300, 0), (200, 1), (199, 1), (100, 2), (0, 3)])
def test_segments_go_while_what_remains_is_at_least_the_limit(limit, count):
    """S138: a segment stays if the log without it would be smaller than retention.bytes."""
    assert decide(Part(0), Part(40), Part(80), rules=at_most(limit)) == count


def test_nothing_at_or_above_the_high_watermark_goes():
    """S138."""
    segments = [Part(0), Part(40), Part(80)]
    assert decide(*segments, high_watermark=80, rules=at_most(0)) == 2
    assert decide(*segments, high_watermark=79, rules=at_most(0)) == 1


@pytest.mark.parametrize(("start", "count"), [(0, 0), (39, 0), (40, 1), (80, 2), (100, 2)])
@pytest.mark.parametrize("deletes", [True, False])
def test_segments_below_the_log_start_go_whatever_the_policy_but_never_the_last(start, count, deletes):
    """S138a: compact alone, and the empty policy, delete only what DeleteRecords left behind."""
    rules = RetentionRules(deletes=deletes, max_bytes=-1, max_age_ms=-1)
    assert decide(Part(0), Part(40), Part(80), log_start_offset=start, rules=rules) == count


def test_without_the_policy_delete_neither_age_nor_size_count():
    rules = RetentionRules(deletes=False, max_bytes=0, max_age_ms=0)
    assert decide(Part(0), Part(40), rules=rules, now_ms=NOW + HOUR) == 0


def test_the_reasons_add_up():
    """The first segment lies below the log start, the second is too much, the third too old."""
    segments = [Part(0), Part(20), Part(40, newest_ms=NOW - HOUR), Part(60)]
    rules = RetentionRules(deletes=True, max_bytes=200, max_age_ms=1000)
    assert decide(*segments, log_start_offset=20, rules=rules) == 3


# ---- the log


def segment_bases(files, suffix="log"):
    return [base for name in files.names("orders-0") if (base := base_offset_of(name, suffix)) is not None]


def a_log_of_three_segments(open_log, **overrides):
    """Offsets 0, 1 and 2, each in its own segment; the batches are 71 bytes large."""
    log = open_log(**({"internal_segment_bytes": "100"} | overrides))
    for hours in (3, 2, 1):
        append(log, timestamp=NOW - hours * HOUR)
    return log


def test_old_segments_are_deleted(open_log, files):
    log = a_log_of_three_segments(open_log, retention_ms=str(2 * HOUR))
    assert log.delete_old_segments(NOW) == 1
    assert (log.log_start_offset, log.log_end_offset) == (1, 3)
    assert segment_bases(files) == [1, 2]
    assert base_offsets(read(log, 1)) == [1]
    with pytest.raises(KafkaError) as refused:
        read(log, 0)
    assert refused.value.code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert log.delete_old_segments(NOW) == 0


def test_a_log_that_expires_as_a_whole_goes_on_where_it_was(open_log, files):
    """S138: an empty segment at the log end takes the place of the last, and remembers it over a restart."""
    log = a_log_of_three_segments(open_log, retention_ms="1000")
    assert log.delete_old_segments(NOW) == 3
    assert (log.log_start_offset, log.log_end_offset, log.size) == (3, 3, 0)
    assert segment_bases(files) == [3]
    assert log.delete_old_segments(NOW + HOUR) == 0
    assert append(log).base_offset == 3


@pytest.mark.parametrize("clean", [True, False])
def test_an_expired_log_keeps_its_offsets_over_a_restart(open_log, open_storage, config, clean):
    log = a_log_of_three_segments(open_log, retention_ms="1000")
    log.delete_old_segments(NOW)
    if clean:
        log.storage.close()
    else:
        log.let_go()
        log.storage._release()
    again = open_storage().open_log("orders", 0, log.topic_id, config())
    assert (again.log_start_offset, again.log_end_offset) == (3, 3)
    assert append(again).base_offset == 3


def test_a_log_without_records_has_nothing_to_delete(open_log, files):
    assert open_log(retention_ms="0").delete_old_segments(NOW) == 0
    assert files.names("orders-0") == []


def test_a_producer_is_known_after_its_segments_are_gone(open_log):
    log = open_log(internal_segment_bytes="100", retention_ms="1000")
    append(log, producer_id=7, producer_epoch=0, base_sequence=0)
    log.delete_old_segments(NOW + HOUR)
    again = append(log, producer_id=7, producer_epoch=0, base_sequence=0)
    assert (again.duplicate, again.base_offset) == (True, 0)


def test_segments_without_timestamps_count_from_when_they_were_written(open_log):
    """S138a."""
    log = open_log(internal_segment_bytes="100", retention_ms="1000")
    append(log, timestamp=-1)
    append(log, timestamp=-1)
    assert log.delete_old_segments(NOW + 1000) == 0
    assert log.delete_old_segments(NOW + 1001) == 2


def test_leader_epochs_begin_with_the_log(open_log):
    log = open_log(internal_segment_bytes="100", retention_ms=str(HOUR))
    for epoch, hours in enumerate((3, 2, 1)):
        append_batch(log, batch_of((b"k", b"v"), timestamp=NOW - hours * HOUR), leader_epoch=epoch)
    log.delete_old_segments(NOW)
    assert log.leader_epochs.entries == [(2, 2)]


def test_a_read_under_way_goes_on(open_log):
    log = a_log_of_three_segments(open_log, retention_ms="1000")
    expected = read(log, 0)
    found = log.read(0, max_bytes=1000, upper_offset=3, at_least_one=True)
    log.delete_old_segments(NOW)
    log.storage.directories[0].doomed.remove(log.storage.directories[0].doomed.take_due(1e9))
    log.storage.directories[0].doomed.remove(log.storage.directories[0].doomed.take_due(2e9))
    assert b"".join(chunk.tobytes() for chunk in found.chunks) == expected


def test_deleted_files_wait_for_their_time(open_log, files):
    """S138b; in memory they go at once."""
    log = a_log_of_three_segments(open_log, retention_ms="1000", file_delete_delay_ms="60000")
    log.delete_old_segments(NOW)
    doomed = log.storage.directories[0].doomed
    kept = [name for name in files.names("orders-0") if name.endswith(".deleted")]
    assert bool(kept) is isinstance(files, DiskFiles)
    assert doomed.take_due(10.0) == []
    assert doomed.take_due(69.9) == []
    doomed.remove(doomed.take_due(70.0))
    assert not any(name.endswith(".deleted") for name in files.names("orders-0"))
    assert len(doomed) == 0


def test_deleted_files_that_a_stop_left_are_removed_by_the_next_start(open_log, open_storage, config, files):
    log = a_log_of_three_segments(open_log, retention_ms="1000")
    log.delete_old_segments(NOW)
    log.storage.close()
    open_storage().open_log("orders", 0, log.topic_id, config())
    assert not any(name.endswith(".deleted") for name in files.names("orders-0"))


def test_a_disk_that_fails_takes_the_log_offline(open_log, monkeypatch):
    log = a_log_of_three_segments(open_log, retention_ms="1000")

    def fail(*_):
        raise OSError("no more")

    monkeypatch.setattr(log._files, "rename", fail)
    with pytest.raises(KafkaError) as refused:
        log.delete_old_segments(NOW)
    assert refused.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert log.is_offline


def test_the_segments_of_a_compacted_topic_close_in_time_for_its_compaction(open_log, files):
    """S137a: the smaller of segment.ms and max.compaction.lag.ms."""
    log = open_log(cleanup_policy="compact", segment_ms=str(HOUR), max_compaction_lag_ms="1000")
    append(log)
    append(log, timestamp=NOW + 1000)
    append(log, timestamp=NOW + 1001)
    assert segment_bases(files) == [0, 2]


@pytest.mark.parametrize("saved", [True, False])
def test_a_log_start_is_remembered_from_the_checkpoint_on(open_log, open_storage, config, saved):
    """S139a: a crash may lose the last move of DeleteRecords; the records are there again then."""
    log = open_log()
    append(log, (b"a", b"1"), (b"b", b"1"))
    append(log)
    log.delete_records(1)
    log.storage.checkpoint()
    log.delete_records(2)
    if saved:
        log.storage.checkpoint()
    log.let_go()
    log._keeper.release()
    again = open_storage().open_log("orders", 0, log.topic_id, config())
    assert again.log_start_offset == (2 if saved else 1)
    assert again.log_end_offset == 3
