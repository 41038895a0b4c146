"""Messages of magic 0 and 1, as kafka-python writes them."""

import pytest

pytest.importorskip("kafka")

from kafka.record.legacy_records import LegacyRecordBatchBuilder

from kafka_codecs.records.batch import Record, build_batch
from kafka_codecs.records.corrupt import CorruptBatch
from kafka_codecs.records.legacy import any_crc_is_valid, read_any_header, read_any_records

NOW = 1_500_000_000_000
PAIRS = [(b"a", b"1"), (None, b"2"), (b"c", None)]
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3}


def messages(magic, codec=0, first_offset=10):
    """The three pairs, a second apart, from this offset on."""
    builder = LegacyRecordBatchBuilder(magic, codec, 1 << 20)
    for n, (key, value) in enumerate(PAIRS):
        offset = n if magic and codec else first_offset + n
        builder.append(offset, timestamp=NOW + 1000 * n, key=key, value=value)
    data = bytearray(builder.build())
    if codec:  # a broker gives the wrapper the last offset
        data[:8] = (first_offset + 2).to_bytes(8)
    return data


@pytest.mark.parametrize("magic", [0, 1])
def test_messages_one_by_one(magic):
    data, at = messages(magic), 0
    for n, pair in enumerate(PAIRS):
        header = read_any_header(data, at)
        assert (header.magic, header.base_offset, header.last_offset) == (magic, 10 + n, 10 + n)
        assert header.max_timestamp == (NOW + 1000 * n if magic else -1)
        assert (header.partition_leader_epoch, header.has_producer_id, header.is_control) == (-1, False, False)
        assert any_crc_is_valid(data, at, header.size)
        (record,) = read_any_records(data, at)
        assert (record.key, record.value, header.timestamp_of(record)) == (*pair, header.max_timestamp)
        at += header.size
    assert at == len(data)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4"])
@pytest.mark.parametrize("magic", [0, 1])
def test_messages_in_a_wrapper(magic, codec):
    if (magic, codec) == (0, "lz4"):
        pytest.skip("kafka-python writes no such checksums")
    data = messages(magic, CODECS[codec])
    header = read_any_header(data)
    assert (header.last_offset, header.size, header.compression) == (12, len(data), CODECS[codec])
    assert any_crc_is_valid(data, 0, len(data))
    found = [(header.base_offset + record.offset_delta, record.key, record.value) for record in read_any_records(data)]
    assert found == [(10 + n, *pair) for n, pair in enumerate(PAIRS)]
    if magic:
        stamps = [header.timestamp_of(record) for record in read_any_records(data)]
        assert stamps == [NOW, NOW + 1000, NOW + 2000]


def test_batches_of_today_are_read_too():
    data = build_batch([Record(key=b"a", value=b"1")], base_offset=3, base_timestamp=NOW)
    assert read_any_header(data).base_offset == 3
    assert any_crc_is_valid(data, 0, len(data))
    assert read_any_records(data)[0].value == b"1"


@pytest.mark.parametrize("magic", [0, 1])
def test_a_changed_byte_is_noticed(magic):
    data = messages(magic)
    size = read_any_header(data).size
    for at in range(16, size):
        changed = bytearray(data)
        changed[at] ^= 1
        if changed[16] != 2:
            assert not any_crc_is_valid(changed, 0, size)


@pytest.mark.parametrize("magic", [0, 1])
def test_what_is_cut_short(magic):
    data = messages(magic)[: read_any_header(messages(magic)).size]
    for size in range(len(data)):
        with pytest.raises(CorruptBatch):
            read_any_records(data[:size])


@pytest.mark.parametrize("change", [(16, 3), (16, 0xFF), (11, 5)], ids=["magic 3", "magic -1", "size"])
def test_what_is_no_message(change):
    data = messages(1)
    data[change[0]] = change[1]
    with pytest.raises(CorruptBatch):
        read_any_header(data)


def test_fields_that_reach_beyond_the_message():
    data = messages(0)
    data[18:22] = (1 << 20).to_bytes(4)
    with pytest.raises(CorruptBatch):
        read_any_records(data)
