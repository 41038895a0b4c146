"""The log of one partition: append, read, look up, roll."""

import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Compression, Record, build_batch, crc_is_valid, iter_batches, read_records
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.errors import KafkaError
from wirebroker.log.files import DiskFile, FileRange
from wirebroker.log.memory_files import MemoryFile
from wirebroker.log.partition_log import Appended, InvalidRecords, Origin, TimestampOffset
from wirebroker.log.segment import Segment

NOW = 1_700_000_000_000


def a_batch(count=3, *, size=10, timestamp=NOW, deltas=None, **options):
    deltas = range(count) if deltas is None else deltas
    records = [
        Record(offset_delta=n, timestamp_delta=delta, key=b"k", value=bytes(size))
        for n, delta in zip(range(count), deltas, strict=True)
    ]
    return memoryview(build_batch(records, base_timestamp=timestamp, **options))


def append(log, batch=None, **options):
    return log.append(a_batch() if batch is None else batch, **({"leader_epoch": 0, "timestamp_ms": NOW} | options))


def content(found) -> bytes:
    data = b"".join(chunk.tobytes() for chunk in found.chunks)
    assert len(data) == found.size == sum(len(chunk) for chunk in found.chunks)
    return data


def read(log, offset, max_bytes=1 << 20, upper=None, *, at_least_one=True):
    upper = log.log_end_offset if upper is None else upper
    return content(log.read(offset, max_bytes=max_bytes, upper_offset=upper, at_least_one=at_least_one))


def bases(data: bytes) -> list[int]:
    headers = [(at, header) for at, header in iter_batches(data)]
    assert sum(header.size for _, header in headers) == len(data), "whole batches only"
    assert all(crc_is_valid(data, at, header.size) for at, header in headers)
    return [header.base_offset for _, header in headers]


def code_of(call, *arguments, **options):
    with pytest.raises(KafkaError) as refused:
        call(*arguments, **options)
    return refused.value.code


# ---- append


def test_an_empty_log(open_log):
    log = open_log()
    assert (log.log_start_offset, log.log_end_offset, log.last_stable_offset, log.size) == (0, 0, 0, 0)
    assert read(log, 0) == b""
    assert list(log.batches(0)) == []
    assert log.offset_for_timestamp(0) is None
    assert log.offset_of_max_timestamp() is None


def test_offsets_go_on_from_batch_to_batch(open_log):
    log = open_log()
    assert append(log) == Appended(0, 2, -1, 0)
    assert append(log, a_batch(2)) == Appended(3, 4, -1, 0)
    assert (log.log_end_offset, log.last_stable_offset) == (5, 5)
    assert log.size == len(a_batch()) + len(a_batch(2))


def test_base_offset_and_leader_epoch_are_stamped_into_the_bytes_that_came(open_log):
    """S25."""
    log = open_log()
    append(log, leader_epoch=3)
    batch = a_batch(partition_leader_epoch=99)
    sent = bytes(batch)
    append(log, batch, leader_epoch=4)
    stored = read(log, 3)
    assert stored == (3).to_bytes(8) + sent[8:12] + (4).to_bytes(4) + sent[16:]
    assert stored == bytes(batch)
    assert log.leader_epochs.entries == [(3, 0), (4, 3)]


def test_what_follows_the_first_batch_is_dropped(open_log):
    """S27a."""
    log = open_log()
    append(log, memoryview(bytearray(a_batch()) + b"trailing"))
    assert log.size == len(a_batch())


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        (b"", ErrorCode.INVALID_RECORD),
        (bytes(a_batch())[:-1], ErrorCode.INVALID_RECORD),
        (bytes(a_batch())[:30], ErrorCode.INVALID_RECORD),
        (bytes(8) + (40).to_bytes(4) + bytes(4) + b"\x02" + bytes(35), ErrorCode.CORRUPT_MESSAGE),
        (bytes(8) + (40).to_bytes(4) + bytes(4) + b"\x02" + bytes(60), ErrorCode.CORRUPT_MESSAGE),
        (bytes(a_batch())[:16] + b"\x01" + bytes(a_batch())[17:], ErrorCode.INVALID_RECORD),
        (bytes(8) + b"\xff\xff\xff\xff" + bytes(a_batch())[12:], ErrorCode.CORRUPT_MESSAGE),
    ],
)
def test_what_is_no_batch(open_log, batch, code):
    """S26, S27a, S28."""
    assert code_of(append, open_log(), memoryview(bytearray(batch))) == code


def test_a_refused_batch_leaves_no_trace(open_log):
    log = open_log()
    append(log)
    bad = a_batch()
    bad[-1] ^= 1
    assert code_of(append, log, bad, leader_epoch=7) == ErrorCode.CORRUPT_MESSAGE
    with pytest.raises(InvalidRecords):
        append(log, a_batch(timestamp=NOW * 2))
    assert (log.log_end_offset, log.leader_epochs.entries) == (3, [(0, 0)])


def test_a_batch_larger_than_a_segment(open_log):
    """S36."""
    log = open_log(segment_bytes="1048576", max_message_bytes="2000000")
    assert code_of(append, log, a_batch(2, size=600_000)) == ErrorCode.RECORD_LIST_TOO_LARGE
    append(log, a_batch(1, size=1_048_576 - 61 - 14))
    assert log.size <= 1_048_576


def test_the_configuration_may_change(open_log, config):
    log = open_log()
    append(log)
    log.config = config(max_message_bytes="50")
    assert code_of(append, log) == ErrorCode.MESSAGE_TOO_LARGE
    log.config = config(message_timestamp_type="LogAppendTime")
    assert append(log).log_append_time_ms == NOW


def test_log_append_time_is_returned(open_log):
    """S33."""
    log = open_log(message_timestamp_type="LogAppendTime")
    assert append(log, timestamp_ms=NOW + 7) == Appended(0, 2, NOW + 7, 0)
    assert log.offset_for_timestamp(NOW + 7) == TimestampOffset(NOW + 7, 0, 0)


def test_a_recompressed_batch_is_what_is_stored(open_log):
    """S34."""
    log = open_log(compression_type="lz4")
    append(log)
    append(log, a_batch(2, compression=Compression.ZSTD))
    stored = read(log, 0)
    assert bases(stored) == [0, 3]
    assert [header.compression for _, header in iter_batches(stored)] == [Compression.LZ4] * 2


def test_a_repeated_batch_is_not_appended(open_log):
    """S39, S39a: the first offsets, and its largest timestamp."""
    log = open_log()
    producer = {"producer_id": 5, "producer_epoch": 0}
    append(log)
    first = append(log, a_batch(base_sequence=0, **producer))
    append(log, a_batch(base_sequence=3, **producer))
    again = append(log, a_batch(base_sequence=0, **producer), leader_epoch=0)
    assert first == Appended(3, 5, -1, 0)
    assert again == Appended(3, 5, NOW + 2, 0, duplicate=True)
    assert log.log_end_offset == 9
    assert code_of(append, log, a_batch(base_sequence=9, **producer)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert code_of(append, log, a_batch(timestamp=NOW * 2, base_sequence=0, **producer)) == ErrorCode.INVALID_TIMESTAMP


def test_an_open_transaction_holds_the_last_stable_offset(open_log):
    log = open_log()
    producer = {"producer_id": 5, "producer_epoch": 0}
    append(log)
    append(log, a_batch(base_sequence=0, transactional=True, **producer))
    append(log)
    assert (log.last_stable_offset, log.log_end_offset) == (3, 9)
    assert bases(read(log, 0, upper=log.last_stable_offset)) == [0]
    assert read(log, 5, upper=log.last_stable_offset) == b""
    marker = build_transaction_marker(ControlType.COMMIT, coordinator_epoch=0, timestamp_ms=NOW, **producer)
    assert append(log, memoryview(marker), origin=Origin.COORDINATOR).base_offset == 9
    assert log.last_stable_offset == 10


def test_records_of_this_broker(open_log):
    log = open_log()
    append(log)
    appended = log.append_records(
        [Record(key=b"a", value=b"1"), Record(key=b"b")], leader_epoch=2, timestamp_ms=NOW + 9
    )
    assert appended == Appended(3, 4, -1, 0)
    ((header, batch),) = log.batches(3)
    assert (header.base_offset, header.partition_leader_epoch, header.max_timestamp) == (3, 2, NOW + 9)
    assert [(r.offset_delta, r.key, r.value) for r in read_records(batch)] == [(0, b"a", b"1"), (1, b"b", None)]


# ---- read


@pytest.fixture
def ten(open_log):
    """Ten batches of three records, at 0, 3, ... 27, of one size."""
    log = open_log(index_interval_bytes="200")
    for n in range(10):
        append(log, a_batch(timestamp=NOW + 10 * n))
    return log


SIZE = len(a_batch())


def test_a_read_begins_with_the_batch_that_holds_the_offset(ten):
    """S50."""
    for offset in range(30):
        assert bases(read(ten, offset, SIZE)) == [offset - offset % 3]


def test_a_read_takes_as_many_whole_batches_as_fit(ten):
    for count in range(1, 11):
        for extra in (0, 1, SIZE - 1):
            assert bases(read(ten, 0, count * SIZE + extra)) == [3 * n for n in range(min(10, count))]
    assert len(bases(read(ten, 13, 3 * SIZE))) == 3


def test_the_first_batch_comes_even_if_it_is_too_large(ten):
    """S51."""
    for max_bytes in (0, 1, SIZE - 1):
        assert bases(read(ten, 4, max_bytes)) == [3]
        assert read(ten, 4, max_bytes, at_least_one=False) == b""


def test_reads_end_before_the_upper_offset(ten):
    """S52."""
    assert bases(read(ten, 0, upper=6)) == [0, 3]
    assert read(ten, 6, upper=6) == b""
    assert bases(read(ten, 4, 0, upper=6)) == [3]
    assert bases(read(ten, 0, 2 * SIZE, upper=27)) == [0, 3]


def test_offsets_outside_the_log(ten):
    """S52: the log end itself is empty, not an error."""
    assert read(ten, 30) == b""
    for offset in (-1, 31, 1 << 40):
        assert code_of(read, ten, offset) == ErrorCode.OFFSET_OUT_OF_RANGE


def test_reading_on_where_the_last_read_ended(ten):
    offset, seen = 0, []
    while offset < 30:
        found = bases(read(ten, offset, 2 * SIZE + 5))
        seen += found
        offset = found[-1] + 3
    assert seen == [3 * n for n in range(10)]


def test_a_consumer_at_the_end_sees_what_is_appended(ten):
    assert bases(read(ten, 27)) == [27]
    for n in range(3):
        append(ten)
        assert bases(read(ten, 30 + 3 * n)) == [30 + 3 * n]


def test_a_read_is_a_piece_of_the_file(ten):
    found = ten.read(3, max_bytes=2 * SIZE, upper_offset=30, at_least_one=True)
    (chunk,) = found.chunks
    if isinstance(chunk, FileRange):
        assert (chunk.position, len(chunk)) == (SIZE, 2 * SIZE)
    else:
        assert isinstance(chunk, memoryview)


def test_a_replay_begins_with_the_batch_that_holds_the_offset(ten):
    assert [header.base_offset for header, _ in ten.batches(0)] == [3 * n for n in range(10)]
    assert [header.base_offset for header, _ in ten.batches(14)] == [12, 15, 18, 21, 24, 27]
    assert [header.base_offset for header, _ in ten.batches(30)] == []
    for header, batch in ten.batches(0):
        assert bases(bytes(batch)) == [header.base_offset]


def test_batches_of_all_sizes_are_replayed(open_log):
    log = open_log(max_message_bytes="5000000")
    sizes = [10, 3_000_000, 10, 9000, 1 << 20, (1 << 20) - 100, 5]
    for size in sizes:
        append(log, a_batch(1, size=size))
    assert [len(read_records(batch)[0].value) for _, batch in log.batches(0)] == sizes
    assert [bases(read(log, offset, 1000)) for offset in range(7)] == [[n] for n in range(7)]


# ---- segments


@pytest.fixture
def rolled(open_log):
    """Segments of four batches and less: twenty batches of three records."""
    log = open_log(internal_segment_bytes=str(4 * SIZE + 10), index_interval_bytes="100")
    for n in range(20):
        append(log, a_batch(timestamp=NOW + 10 * n))
    return log


def test_a_full_segment_is_followed_by_a_new_one(rolled):
    """S138c."""
    assert [segment.base_offset for segment in rolled._segments] == [0, 12, 24, 36, 48]
    assert rolled.size == 20 * SIZE
    assert [segment.sealed for segment in rolled._segments] == [True] * 4 + [False]


def test_every_offset_is_found_in_its_segment(rolled):
    for offset in range(60):
        assert bases(read(rolled, offset, SIZE)) == [offset - offset % 3]


def test_one_read_stays_within_one_segment(rolled):
    """S137d."""
    assert bases(read(rolled, 0)) == [0, 3, 6, 9]
    assert bases(read(rolled, 12)) == [12, 15, 18, 21]
    assert bases(read(rolled, 9)) == [9]
    assert [header.base_offset for header, _ in rolled.batches(10)][:3] == [9, 12, 15]


def test_files_of_a_rolled_log(rolled):
    names = rolled._files.names("orders-0")
    assert [name for name in names if name.endswith(".log")] == [f"{base:020d}.log" for base in (0, 12, 24, 36, 48)]
    assert [name for name in names if name.endswith(".snapshot")] == [
        f"{base:020d}.snapshot" for base in (12, 24, 36, 48)
    ]
    assert "leader-epoch-checkpoint" in names
    assert "partition.metadata" in names


def test_a_segment_rolls_by_the_distance_of_timestamps(open_log):
    """S138c."""
    log = open_log(segment_ms="1000", message_timestamp_after_max_ms="10000000")
    append(log, a_batch(1, timestamp=NOW))
    append(log, a_batch(1, timestamp=NOW + 1000), timestamp_ms=NOW + 5000)
    append(log, a_batch(1, timestamp=NOW + 900))
    assert len(log._segments) == 1
    append(log, a_batch(1, timestamp=NOW + 1001))
    assert [segment.base_offset for segment in log._segments] == [0, 3]


def test_a_segment_without_timestamps_rolls_by_the_clock(open_log):
    """S138c: from when the segment is first used, as from its creation in Kafka (``LogSegment.timeWaitedForRoll``)."""
    log = open_log(segment_ms="1000")
    append(log, a_batch(1, timestamp=-1))
    append(log, a_batch(1, timestamp=-1), timestamp_ms=NOW + 100)
    append(log, a_batch(1, timestamp=-1), timestamp_ms=NOW + 1000)
    assert len(log._segments) == 1
    append(log, a_batch(1, timestamp=-1), timestamp_ms=NOW + 1001)
    assert len(log._segments) == 2


@pytest.mark.parametrize(
    ("overrides", "limit", "first", "second"),
    [
        ({"segment_ms": "1000", "segment_jitter_ms": "400"}, 400, 700, 900),
        ({"segment_ms": "1000", "segment_jitter_ms": "99999"}, 1000, 700, 900),
        ({"segment_ms": "1000", "segment_jitter_ms": "0"}, None, 1000, 1000),
    ],
)
def test_each_segment_rolls_some_time_earlier(open_storage, config, overrides, limit, first, second):
    """S138c: by what is drawn for it below ``segment.jitter.ms``, which is no more than ``segment.ms``."""
    storage = open_storage()
    drawn, limits = iter((300, 100, 0)), []
    storage.directories[0].random_below = lambda given: (limits.append(given), next(drawn))[1]
    log = storage.open_log("orders", 0, bytes(range(16)), config(**overrides))
    begins, segments = NOW, 1
    append(log, a_batch(1, timestamp=begins))
    for age in (first, second):
        append(log, a_batch(1, timestamp=begins + age))
        assert len(log._segments) == segments
        begins, segments = begins + age + 1, segments + 1
        append(log, a_batch(1, timestamp=begins))
        assert len(log._segments) == segments
    assert limits == ([] if limit is None else [limit] * 3)


def test_a_segment_rolls_when_an_index_is_full(open_log):
    """S138c: one of the three entries of the time index is kept for its end."""
    log = open_log(segment_index_bytes="36", index_interval_bytes="0")
    for n in range(12):
        append(log, a_batch(1, timestamp=NOW + n))
    assert [segment.base_offset for segment in log._segments] == [0, 3, 6, 9]
    assert [segment.time_index.count for segment in log._segments[:-1]] == [2, 2, 2]


def test_a_segment_rolls_before_a_relative_offset_overflows(files):
    """S138c."""
    segment = Segment(files, "orders-0", 100)
    segment.start()
    from wirebroker.config.broker import BrokerConfig
    from wirebroker.config.topic import TopicConfig
    from wirebroker.log.rules import AppendRules

    rules = AppendRules.of(TopicConfig.of({}, BrokerConfig.of({})), "orders-0")
    segment.note(0, 70, 100, NOW, 4096)
    assert not segment.is_full(70, 100 + 2**31 - 1, NOW, NOW, rules)
    assert segment.is_full(70, 100 + 2**31, NOW, NOW, rules)


# ---- by timestamp


def test_the_first_record_of_a_time_or_later(rolled):
    """S70."""
    for n in range(20):
        assert rolled.offset_for_timestamp(NOW + 10 * n) == TimestampOffset(NOW + 10 * n, 3 * n, 0)
        assert rolled.offset_for_timestamp(NOW + 10 * n + 2) == TimestampOffset(NOW + 10 * n + 2, 3 * n + 2, 0)
    assert rolled.offset_for_timestamp(NOW + 13) == TimestampOffset(NOW + 20, 6, 0)
    assert rolled.offset_for_timestamp(0) == TimestampOffset(NOW, 0, 0)
    assert rolled.offset_for_timestamp(NOW + 193) is None


@pytest.mark.parametrize("codec", list(Compression))
def test_records_inside_a_batch_need_not_be_ordered_by_time(open_log, codec):
    """S70, S71: the first in offset order, and its own timestamp; ties go to the lowest offset."""
    log = open_log()
    append(log, a_batch(5, deltas=[5, 0, 9, 9, 1], compression=codec), leader_epoch=4)
    append(log, a_batch(2, deltas=[9, 2], compression=codec), leader_epoch=6)
    assert log.offset_for_timestamp(NOW + 6) == TimestampOffset(NOW + 9, 2, 4)
    assert log.offset_of_max_timestamp() == TimestampOffset(NOW + 9, 2, 4)
    log.delete_records(4)
    assert log.offset_for_timestamp(NOW) == TimestampOffset(NOW + 1, 4, 4)
    assert log.offset_for_timestamp(NOW + 2) == TimestampOffset(NOW + 9, 5, 6)


def test_the_largest_timestamp_anywhere(rolled):
    """S71, S71a: the log start does not count."""
    append(rolled, a_batch(1, timestamp=NOW))
    assert rolled.offset_of_max_timestamp() == TimestampOffset(NOW + 192, 59, 0)
    rolled.delete_records(-1)
    assert rolled.offset_of_max_timestamp() == TimestampOffset(NOW + 192, 59, 0)


# ---- the log start


def test_deleted_records(ten):
    """S67a, S76: the batch that holds the log start is read from its beginning; offsets below are out of range."""
    assert ten.delete_records(13) == 13
    assert ten.delete_records(5) == 13
    assert bases(read(ten, 13, SIZE)) == [12]
    assert code_of(read, ten, 12) == ErrorCode.OFFSET_OUT_OF_RANGE
    assert ten.offset_for_timestamp(0) == TimestampOffset(NOW + 41, 13, 0)
    assert ten.leader_epochs.earliest == (0, 13)
    assert append(ten).log_start_offset == 13
    assert ten.delete_records(-1) == 33
    assert code_of(ten.delete_records, 34) == ErrorCode.OFFSET_OUT_OF_RANGE
    assert code_of(ten.delete_records, -2) == ErrorCode.OFFSET_OUT_OF_RANGE


# ---- a disk that fails


@pytest.mark.parametrize("kind", [DiskFile, MemoryFile])
def test_a_write_that_fails_takes_the_log_offline(open_log, monkeypatch, kind):
    log = open_log()
    append(log)

    def fail(*_):
        raise OSError(28, "No space left on device")

    if not isinstance(log._active.file, kind):
        return
    monkeypatch.setattr(kind, "write", fail)
    assert code_of(append, log) == ErrorCode.KAFKA_STORAGE_ERROR
    monkeypatch.undo()
    assert log.is_offline
    assert log.log_end_offset == 3
    assert code_of(append, log) == ErrorCode.KAFKA_STORAGE_ERROR
    assert code_of(read, log, 0) == ErrorCode.KAFKA_STORAGE_ERROR


def test_a_failed_sync_is_not_repeated(open_log, monkeypatch):
    log = open_log()
    append(log)

    def fail() -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(type(log._active.file), "syncing", lambda _: fail)
    assert code_of(log.flush) == ErrorCode.KAFKA_STORAGE_ERROR
    monkeypatch.undo()
    assert log.recovery_point == 0
    assert code_of(log.flush) == ErrorCode.KAFKA_STORAGE_ERROR


def test_flush_moves_the_recovery_point(rolled):
    assert rolled.recovery_point == rolled.active_base_offset, "a segment is flushed when the next begins"
    rolled.flush()
    assert rolled.recovery_point == 60
    rolled.flush()
    append(rolled)
    assert rolled.recovery_point == 60


def test_damaged_bytes_are_a_storage_error_and_not_an_answer(ten):
    ten._active.file.write(b"\0" * 20, 5 * SIZE)
    if ten._active.file.size() < 10 * SIZE:  # memory cuts at a write inside the file
        return
    assert code_of(read, ten, 16, SIZE) == ErrorCode.KAFKA_STORAGE_ERROR
    assert bases(read(ten, 0, SIZE)) == [0]


def test_idle_producers_are_forgotten(open_log):
    """S49."""
    log = open_log()
    append(log, a_batch(base_sequence=5, producer_id=5, producer_epoch=0))
    log.expire_producers(NOW + 1000, 1001)
    assert append(log, a_batch(base_sequence=5, producer_id=5, producer_epoch=0)).duplicate
    log.expire_producers(NOW + 2000, 1001)
    assert append(log, a_batch(base_sequence=77, producer_id=5, producer_epoch=0)).base_offset == 3
