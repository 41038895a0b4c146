"""Logs of before Kafka 0.11: read as they are, and compacted into batches of today."""

import zlib

import pytest

pytest.importorskip("kafka")

from kafka.record.legacy_records import LegacyRecordBatchBuilder
from log_content import NOW, append, compact, records

from kafka_codecs.records.legacy import read_any_header, read_any_records
from wirebroker.log.files import DiskFiles
from wirebroker.log.format import pack_partition_metadata
from wirebroker.log.storage import Storage

ID = bytes(range(16))
OLD = NOW - 86_400_000 * 365


def messages(magic, codec, first_offset, *pairs):
    """The bytes that an old broker wrote: one message each, or one wrapper with all."""
    builder = LegacyRecordBatchBuilder(magic, codec, 1 << 20)
    for n, (key, value) in enumerate(pairs):
        offset = n if magic and codec else first_offset + n
        builder.append(offset, timestamp=OLD + first_offset + n, key=key, value=value)
    data = bytearray(builder.build())
    if codec:
        last = first_offset + len(pairs) - 1
        data[:8] = last.to_bytes(8)
        if magic:
            data[18:26] = (OLD + last).to_bytes(8)
            data[12:16] = zlib.crc32(data[16:]).to_bytes(4)
    return bytes(data)


CASES = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (1, 3)]
IDS = ["v0", "v0 gzip", "v1", "v1 gzip", "v1 snappy", "v1 lz4"]
PAIRS = [(b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"c", None)]


@pytest.fixture(params=CASES, ids=IDS)
def old(request, tmp_path, config):
    """``old()``: a log of eight records in two segments, as a broker finds it that knows nothing about it."""
    magic, codec = request.param
    directory = tmp_path / "data" / "orders-0"
    directory.mkdir(parents=True)
    (directory / "partition.metadata").write_bytes(pack_partition_metadata(ID))
    for first in (0, 4):
        (directory / f"{first:020d}.log").write_bytes(messages(magic, codec, first, *PAIRS))

    def open_(**overrides):
        storage = Storage.open(DiskFiles(tmp_path / "data"), node_id=1, new_id=lambda: "x" * 22)
        log = storage.open_log("orders", 0, ID, config(**overrides))
        log.storage, log.magic = storage, magic
        return log

    return open_


def found(log):
    return [
        (header.base_offset + record.offset_delta, record.key, record.value)
        for header, batch in log.batches(0)
        for record in read_any_records(batch)
    ]


EXPECTED = [(first + n, key, value) for first in (0, 4) for n, (key, value) in enumerate(PAIRS)]


def test_all_records_are_there(old):
    log = old()
    assert (log.log_start_offset, log.log_end_offset, log.last_stable_offset) == (0, 8, 8)
    assert found(log) == EXPECTED
    assert log.leader_epochs.entries == []


def test_they_are_handed_out_as_they_are(old):
    log = old()
    for offset in range(8):
        slice_ = log.read(offset, max_bytes=1 << 20, upper_offset=8, at_least_one=True)
        data = b"".join(chunk.tobytes() for chunk in slice_.chunks)
        header = read_any_header(data)
        assert (header.magic, header.last_offset >= offset) == (log.magic, True)
        first = min(header.base_offset + record.offset_delta for record in read_any_records(data))
        assert first <= offset


def test_new_batches_follow(old):
    log = old()
    assert append(log, (b"a", b"3")).base_offset == 8
    log.storage.close()
    again = old()
    assert found(again) == [*EXPECTED, (8, b"a", b"3")]


def test_timestamps(old):
    log = old()
    at = log.offset_for_timestamp(OLD + 2)
    largest = log.offset_of_max_timestamp()
    if log.magic:
        assert (at.offset, at.timestamp, at.leader_epoch) == (2, OLD + 2, -1)
        assert (largest.offset, largest.timestamp) == (7, OLD + 7)
    else:
        assert at is None


def test_compaction_makes_batches_of_them(old):
    log = old(cleanup_policy="compact", min_cleanable_dirty_ratio="0", delete_retention_ms="1000")
    append(log, (b"d", b"1"))
    log._roll()
    append(log, (b"e", b"1"))
    assert compact(log)
    assert records(log) == [(5, b"b", b"1"), (6, b"a", b"2"), (7, b"c", None), (8, b"d", b"1"), (9, b"e", b"1")]
    headers = [header for header, _ in log.batches(0)]
    assert {header.magic for header in headers} == {2}
    assert [header.base_offset + header.last_offset_delta for header in headers][-3:] == [7, 8, 9]
    assert headers[-3].has_delete_horizon
    stamps = [
        header.timestamp_of(record)
        for header, batch in log.batches(0)
        for record in read_any_records(batch)
        if header.last_offset < 8
    ]
    assert stamps == ([OLD + 5, OLD + 6, OLD + 7] if log.magic else [-1, -1, -1])


def test_a_torn_message_is_cut_off(old, tmp_path):
    last = tmp_path / "data" / "orders-0" / f"{4:020d}.log"
    last.write_bytes(last.read_bytes()[:-1])
    log = old()
    assert found(log) == EXPECTED[: log.log_end_offset]
    assert 4 <= log.log_end_offset < 8
