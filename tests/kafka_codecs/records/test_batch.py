"""Batches: round trips, byte for byte against two other clients' code, and every way of being wrong."""

import contextlib
import struct
from datetime import UTC, datetime

import kio.records.readers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from kafka_codecs.records.batch import (
    HEADER_SIZE,
    BatchHeader,
    Compression,
    CorruptBatch,
    DecompressedTooLarge,
    Record,
    TimestampType,
    build_batch,
    crc_is_valid,
    iter_batches,
    read_header,
    read_magic,
    read_records,
    seal,
    set_max_timestamp,
    stamp,
)
from kafka_codecs.records.record import read_varint, read_varlong, write_varint

NOW = 1_700_000_000_000
SOME = [
    Record(0, 0, b"key", b"value", [("h", b"1"), ("h", None), ("é", b"")]),
    Record(1, 5, None, None),
    Record(2, -5, b"", b""),
]

int8 = st.integers(0, 255)
int32 = st.integers(-(2**31), 2**31 - 1)
int64 = st.integers(-(2**63), 2**63 - 1)
maybe_bytes = st.none() | st.binary(max_size=200)
headers = st.lists(st.tuples(st.text(max_size=10), maybe_bytes), max_size=3)
records = st.builds(Record, int32, int64, maybe_bytes, maybe_bytes, headers, int8)


@given(
    batch=st.lists(records, min_size=1, max_size=20),
    compression=st.sampled_from(Compression),
    fields=st.fixed_dictionaries(
        {
            "base_offset": int64,
            "partition_leader_epoch": int32,
            "base_timestamp": int64,
            "max_timestamp": int64,
            "producer_id": int64,
            "producer_epoch": st.integers(-(2**15), 2**15 - 1),
            "base_sequence": int32,
            "last_offset_delta": int32,
        }
    ),
    transactional=st.booleans(),
    control=st.booleans(),
    delete_horizon=st.booleans(),
    timestamp_type=st.sampled_from(TimestampType),
)
@settings(deadline=None)
def test_what_is_built_is_read(batch, compression, fields, transactional, control, delete_horizon, timestamp_type):
    built = build_batch(
        batch,
        compression=compression,
        transactional=transactional,
        control=control,
        delete_horizon=delete_horizon,
        timestamp_type=timestamp_type,
        **fields,
    )
    header = read_header(memoryview(built))
    assert {name: getattr(header, name) for name in fields} == fields
    assert (header.magic, header.records_count, header.size) == (2, len(batch), len(built))
    assert (header.compression, header.is_transactional, header.is_control) == (compression, transactional, control)
    assert (header.has_delete_horizon, header.is_log_append_time) == (delete_horizon, timestamp_type == 1)
    assert crc_is_valid(built, 0, len(built))
    assert read_records(built) == batch


@given(
    batch=st.lists(st.builds(Record, st.just(0), st.integers(0, 10**6), maybe_bytes, maybe_bytes, headers), min_size=1),
    transactional=st.booleans(),
)
@settings(deadline=None)
def test_batches_are_those_of_kafka_python_byte_for_byte(batch, transactional):
    batch = [
        Record(at, record.timestamp_delta if at else 0, record.key, record.value, record.headers)
        for at, record in enumerate(batch)
    ]
    theirs = DefaultRecordBatchBuilder(2, 0, transactional, 7, 3, 11, 10**9)
    for record in batch:
        theirs.append(record.offset_delta, NOW + record.timestamp_delta, record.key, record.value, record.headers)
    ours = build_batch(
        batch,
        base_timestamp=NOW,
        partition_leader_epoch=0,
        producer_id=7,
        producer_epoch=3,
        base_sequence=11,
        transactional=transactional,
    )
    assert ours == theirs.build()
    assert read_records(theirs.build()) == batch


@pytest.mark.parametrize("compression", Compression)
def test_kafka_python_reads_what_is_built_and_the_other_way_round(compression):
    batch = [Record(at, at, b"k%d" % at, b"value " * 100, [("h", b"x")]) for at in range(50)]
    theirs = DefaultRecordBatch(bytes(build_batch(batch, base_offset=100, base_timestamp=NOW, compression=compression)))
    assert theirs.validate_crc()
    assert [(r.offset, r.timestamp, r.key, r.value, list(r.headers)) for r in theirs] == [
        (100 + r.offset_delta, NOW + r.timestamp_delta, r.key, r.value, r.headers) for r in batch
    ]
    builder = DefaultRecordBatchBuilder(2, compression, False, -1, -1, -1, 10**9)
    for r in batch:
        builder.append(r.offset_delta, NOW + r.timestamp_delta, r.key, r.value, r.headers)
    built = builder.build()
    assert read_header(built).compression is compression
    assert read_records(built) == batch


def test_kio_reads_what_is_built():
    built = build_batch(SOME, base_offset=40, base_timestamp=NOW, producer_id=9, producer_epoch=1, base_sequence=5)
    theirs, size = kio.records.readers.read_batch(bytes(built), 0)
    assert size == len(built)
    assert (theirs.base_offset, theirs.producer_id, theirs.last_offset_delta) == (40, 9, 2)
    assert (theirs.base_timestamp, theirs.max_timestamp) == (NOW, NOW + 5)
    assert [(r.offset, r.key, r.value) for r in theirs.records] == [
        (40, b"key", b"value"),
        (41, None, None),
        (42, b"", b""),
    ]
    assert theirs.records[0].timestamp == datetime.fromtimestamp(NOW // 1000, UTC)
    assert [(h.key, h.value) for h in theirs.records[0].headers] == [(b"h", b"1"), (b"h", None), ("é".encode(), b"")]


# ---- the header


def header_with(**fields):
    values = dict.fromkeys(BatchHeader.__struct_fields__, 0) | {"magic": 2, "producer_id": -1} | fields
    return BatchHeader(**values)


def test_offsets_and_size():
    header = header_with(base_offset=10, last_offset_delta=4, batch_length=100)
    assert (header.last_offset, header.next_offset, header.size) == (14, 15, 112)


@pytest.mark.parametrize(
    ("first", "delta", "last"), [(-1, 3, -1), (0, 0, 0), (5, 3, 8), (2**31 - 1, 0, 2**31 - 1), (2**31 - 2, 4, 2)]
)
def test_the_sequence_after_the_largest_is_0(first, delta, last):
    assert header_with(base_sequence=first, last_offset_delta=delta).last_sequence == last


def test_flags_and_unknown_bits():
    assert header_with(attributes=-1 << 3 | 4).compression is Compression.ZSTD
    assert not any(
        getattr(header_with(attributes=~bit), name)
        for name, bit in [
            ("is_log_append_time", 8),
            ("is_transactional", 16),
            ("is_control", 32),
            ("has_delete_horizon", 64),
        ]
    )
    assert header_with(producer_id=0).has_producer_id
    assert not header_with().has_producer_id


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_codecs_that_do_not_exist_are_corrupt_when_asked_for(codec):
    header = header_with(attributes=codec)
    with pytest.raises(CorruptBatch):
        _ = header.compression


def test_timestamps_are_the_records_or_the_brokers():
    record = Record(timestamp_delta=5)
    assert header_with(base_timestamp=100, max_timestamp=900).timestamp_of(record) == 105
    assert header_with(base_timestamp=100, max_timestamp=900, attributes=8).timestamp_of(record) == 900


def test_a_header_cut_short_is_corrupt():
    built = build_batch(SOME)
    for size in range(HEADER_SIZE):
        with pytest.raises(CorruptBatch):
            read_header(memoryview(built)[:size])
        with pytest.raises(CorruptBatch):
            read_header(built, len(built) - size)


@pytest.mark.parametrize("magic", [0, 1, 2, 3, 127, -1, -128])
def test_the_magic_is_read_from_17_bytes(magic):
    buffer = bytes(16) + struct.pack("b", magic)
    assert read_magic(b"x" + buffer, 1) == magic
    with pytest.raises(CorruptBatch):
        read_magic(buffer[:16])


# ---- checksum and stamping


def test_stamping_leaves_the_checksum_right():
    buffer = bytearray(3) + build_batch(SOME)
    stamp(memoryview(buffer), 3, 2**40, 17)
    header = read_header(buffer, 3)
    assert (header.base_offset, header.partition_leader_epoch) == (2**40, 17)
    assert crc_is_valid(buffer, 3, header.size)
    assert read_records(buffer, 3) == SOME


def test_each_flipped_bit_under_the_checksum_is_seen():
    built = build_batch(SOME)
    for at in range(17, len(built)):
        for bit in range(8):
            built[at] ^= 1 << bit
            assert not crc_is_valid(built, 0, len(built))
            built[at] ^= 1 << bit


@pytest.mark.parametrize("size", [-1, 0, 12, 60, 10_000])
def test_a_size_that_cannot_be_has_no_valid_checksum(size):
    assert not crc_is_valid(build_batch(SOME), 0, size)


@pytest.mark.parametrize("before", TimestampType)
@pytest.mark.parametrize("after", TimestampType)
def test_setting_the_timestamps_seals_anew(before, after):
    built = bytearray(5) + build_batch(SOME, timestamp_type=before, base_timestamp=NOW, transactional=True)
    set_max_timestamp(built, 5, after, NOW + 99)
    header = read_header(built, 5)
    assert (header.max_timestamp, header.base_timestamp) == (NOW + 99, NOW)
    assert (header.is_log_append_time, header.is_transactional) == (after == 1, True)
    assert crc_is_valid(built, 5, header.size)


# ---- several batches


def test_batches_one_after_another_and_a_last_one_cut_short():
    two = build_batch(SOME) + build_batch(SOME, base_offset=3, compression=Compression.GZIP)
    whole = two + build_batch(SOME)[:-1]
    assert [(at, header.base_offset) for at, header in iter_batches(whole)] == [(0, 0), (len(build_batch(SOME)), 3)]
    assert list(iter_batches(b"")) == []


@pytest.mark.parametrize(("at", "layout", "value"), [(16, "b", 1), (8, ">i", 48), (8, ">i", -13), (8, ">i", -(2**31))])
def test_a_batch_of_another_format_or_impossible_size_ends_the_iteration(at, layout, value):
    built = build_batch(SOME)
    struct.pack_into(layout, built, at, value)
    with pytest.raises(CorruptBatch):
        list(iter_batches(built))
    with pytest.raises(CorruptBatch):
        read_records(built)


# ---- records that are not what they say


def raw_batch(body, count, compression=0):
    built = build_batch([Record()])
    del built[HEADER_SIZE:]
    built += body
    struct.pack_into(">i", built, 8, len(built) - 12)
    struct.pack_into(">h", built, 21, compression)
    struct.pack_into(">i", built, 57, count)
    seal(built)
    return built


def numbers(*values):
    out = bytearray()
    for value in values:
        write_varint(out, value)
    return bytes(out)


def record_bytes(*parts):
    body = b"".join(part if isinstance(part, bytes) else numbers(part) for part in parts)
    return numbers(len(body)) + body


GOOD = record_bytes(b"\0", 0, 0, -1, -1, 0)


def test_the_smallest_record_is_read():
    assert read_records(raw_batch(GOOD, 1)) == [Record()]


def test_any_negative_length_is_null():
    assert read_records(raw_batch(record_bytes(b"\0", 0, 0, -2, -9, 1, 1, b"h", -7), 1)) == [
        Record(headers=[("h", None)])
    ]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (GOOD, 0),
        (GOOD, 2),
        (GOOD, -1),
        (GOOD, 2**31 - 1),
        (GOOD * 2, 1),
        (GOOD + b"\0", 1),
        (b"", 1),
        (numbers(-1) + GOOD, 1),
        (numbers(100) + GOOD[1:], 1),
        (numbers(5) + GOOD[1:], 1),
        (numbers(7) + GOOD[1:] + b"\0", 1),
        (record_bytes(b"\0", 0, 0, 50, b"key", -1, 0), 1),
        (record_bytes(b"\0", 0, 0, -1, 2**31 - 1, 0), 1),
        (record_bytes(b"\0", 0, 0, -1, 6, 0) + GOOD, 2),
        (record_bytes(b"\0", 0, 0, -1, -1, -1), 1),
        (record_bytes(b"\0", 0, 0, -1, -1, 2**31 - 1), 1),
        (record_bytes(b"\0", 0, 0, -1, -1, 1, -1, -1), 1),
        (record_bytes(b"\0", 0, 0, -1, -1, 1, 1, b"h"), 1),
        (record_bytes(b"\0", 0, 0, -1, -1, 1, 99, b"h", -1), 1),
        (record_bytes(b"\0", 0, b"\xff\xff\xff\xff\xff\x01", -1, -1, 0), 1),
        (record_bytes(b"\0", b"\xff" * 10 + b"\x01", 0, -1, -1, 0), 1),
        (b"\xff" * 20, 1),
    ],
)
def test_counts_and_lengths_that_do_not_fit_are_corrupt(body, count):
    with pytest.raises(CorruptBatch):
        read_records(raw_batch(body, count))


@pytest.mark.parametrize("compression", Compression)
def test_records_cut_short_at_each_byte_are_corrupt(compression):
    body = build_batch(SOME, compression=compression)[HEADER_SIZE:]
    for size in range(len(body)):
        with pytest.raises(CorruptBatch):
            read_records(raw_batch(body[:size], 3, compression))


@given(body=st.binary(max_size=100), count=st.integers(-1, 20), codec=st.integers(0, 7))
@settings(deadline=None, max_examples=500)
def test_noise_is_read_or_corrupt_and_nothing_else(body, count, codec):
    with contextlib.suppress(CorruptBatch):
        read_records(raw_batch(body, count, codec), max_decompressed=10_000)


def test_what_decompresses_to_more_than_allowed_is_refused():
    built = build_batch([Record(value=bytes(100_000))], compression=Compression.ZSTD)
    assert len(read_records(built, max_decompressed=101_000)) == 1
    with pytest.raises(DecompressedTooLarge):
        read_records(built, max_decompressed=100_000)


@pytest.mark.parametrize("compression", Compression)
def test_a_batch_without_records_as_compaction_leaves_it(compression):
    built = build_batch([], max_timestamp=NOW, last_offset_delta=9, compression=compression)
    assert len(built) == HEADER_SIZE
    assert read_records(built) == []
    assert read_header(built).next_offset == 10


def test_header_keys_that_are_not_utf_8_are_replaced():
    (record,) = read_records(raw_batch(record_bytes(b"\0", 0, 0, -1, -1, 1, 1, b"\xff", -1), 1))
    assert record.headers == [("\ufffd", None)]


# ---- varints


@given(value=int64)
def test_varints_of_64_bits(value):
    out = numbers(value)
    assert len(out) <= 10
    assert read_varlong(out, 0) == (value, len(out))


@given(value=int32)
def test_varints_of_32_bits(value):
    out = numbers(value)
    assert len(out) <= 5
    assert read_varint(out, 0) == (value, len(out))


def test_bits_beyond_the_number_are_dropped_as_kafka_drops_them():
    assert read_varint(b"\xfe\xff\xff\xff\x7f", 0) == (2**31 - 1, 5)
    assert read_varlong(b"\xfe" + b"\xff" * 8 + b"\x7f", 0) == (2**63 - 1, 10)
