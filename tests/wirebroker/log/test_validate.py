"""What a batch must be before a log takes it: Kafka's LogValidator and the checks around it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import (
    Compression,
    DecompressedTooLarge,
    Record,
    TimestampType,
    build_batch,
    crc_is_valid,
    read_header,
    read_records,
    seal,
)
from kafka_codecs.records.compression import decompress
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.rules import AppendRules
from wirebroker.log.validate import ALWAYS_WALKED, OPENED_DECOMPRESSED, InvalidRecords, Origin, check_envelope, validate

NOW = 1_700_000_000_000
HOUR = 3_600_000
CODECS = [codec for codec in Compression if codec is not Compression.NONE]
COUNT_AT, LAST_DELTA_AT, MAX_TIMESTAMP_AT, ATTRIBUTES_AT, BASE_SEQUENCE_AT = 57, 23, 35, 21, 53


def rules(**overrides) -> AppendRules:
    named = {name.replace("_", "."): value for name, value in overrides.items()}
    return AppendRules.of(TopicConfig.of(named, BrokerConfig.of({})), "orders-0")


def some_records(count=3, *, size=10, key=b"k"):
    return [Record(offset_delta=n, timestamp_delta=n, key=key, value=bytes(size)) for n in range(count)]


def a_batch(records=None, **options) -> bytearray:
    return build_batch(some_records() if records is None else records, **({"base_timestamp": NOW} | options))


def patched(batch: bytearray, at: int, value: int, size: int) -> bytearray:
    batch[at : at + size] = value.to_bytes(size, signed=True)
    seal(batch)
    return batch


def judged(batch, rules=rules(), origin=Origin.CLIENT):  # noqa: B008 - immutable
    view = memoryview(batch)
    header = read_header(view)
    check_envelope(view, header, rules, origin)
    stored, header = validate(view, header, rules, NOW)
    assert crc_is_valid(stored, 0, len(stored))
    assert read_header(stored) == header
    return stored, header


def code_of(batch, rules=rules(), origin=Origin.CLIENT):  # noqa: B008 - immutable
    with pytest.raises(KafkaError) as refused:
        judged(batch, rules, origin)
    assert refused.value.message is None, "S24c: only record errors have a text"
    return refused.value.code


def test_a_good_batch_is_stored_as_sent():
    batch = a_batch()
    stored, header = judged(batch)
    assert stored.obj is batch
    assert bytes(stored) == bytes(a_batch())
    assert header.max_timestamp == NOW + 2


# ---- the envelope


def test_base_offset_comes_before_size_before_checksum():
    """S24, S36, S26."""
    small = rules(max_message_bytes="80")
    batch = a_batch(base_offset=1)
    batch[-1] ^= 1
    assert code_of(batch, small) == ErrorCode.INVALID_RECORD
    batch[:8] = bytes(8)
    assert code_of(batch, small) == ErrorCode.MESSAGE_TOO_LARGE
    assert code_of(batch) == ErrorCode.CORRUPT_MESSAGE


def test_the_size_counts_the_whole_batch_and_equal_is_allowed():
    """S36."""
    batch = a_batch()
    judged(batch, rules(max_message_bytes=str(len(batch))))
    assert code_of(batch, rules(max_message_bytes=str(len(batch) - 1))) == ErrorCode.MESSAGE_TOO_LARGE


def test_every_byte_from_the_attributes_on_is_covered_by_the_checksum():
    """S26."""
    good = a_batch()
    for at in range(17, len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x10
        assert code_of(bad) == ErrorCode.CORRUPT_MESSAGE, at


def test_the_leader_epoch_of_a_client_is_not_looked_at():
    """S25."""
    judged(a_batch(partition_leader_epoch=77))


# ---- counts and flags


@pytest.mark.parametrize(("last_delta", "count"), [(2, 2), (2, 4), (1, 3), (-1, 0), (2, 0), (2, -1), (-1, 3)])
def test_counts_that_do_not_agree(last_delta, count):
    """S30."""
    batch = patched(patched(a_batch(), LAST_DELTA_AT, last_delta, 4), COUNT_AT, count, 4)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("count", [1, 2, 4, 5])
def test_a_count_that_lies_about_the_payload(count):
    """S30."""
    batch = patched(patched(a_batch(), LAST_DELTA_AT, count - 1, 4), COUNT_AT, count, 4)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


def test_a_count_that_does_not_fit_into_the_payload_of_a_large_batch():
    """S30: seven bytes are the smallest record."""
    batch = a_batch(some_records(100))
    count = (len(batch) - 61) // 7 + 1
    patched(patched(batch, LAST_DELTA_AT, count - 1, 4), COUNT_AT, count, 4)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("at", range(61, 75))
def test_lengths_inside_a_record(at):
    """S30: every byte of the first record's framing but its attributes, timestamp and offset."""
    batch = a_batch(some_records(1, size=3))
    if at not in (62, 63, 64, 66, 68, 69, 70) and at < len(batch):
        batch[at] += 2
        seal(batch)
        assert code_of(batch) == ErrorCode.INVALID_RECORD


def test_bytes_after_the_last_record():
    """S30."""
    batch = a_batch()
    batch += b"\0"
    batch[8:12] = (len(batch) - 12).to_bytes(4)
    seal(batch)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


def test_control_batches_of_clients():
    """S29: after the count checks."""
    assert code_of(a_batch(control=True)) == ErrorCode.INVALID_RECORD


def test_a_producer_without_a_sequence():
    """S30a."""
    assert code_of(a_batch(producer_id=5, producer_epoch=0, base_sequence=-1)) == ErrorCode.INVALID_RECORD
    judged(a_batch(producer_id=5, producer_epoch=0, base_sequence=0))
    judged(a_batch(producer_id=-1, base_sequence=-1))


def test_offset_deltas_of_a_plain_batch_are_not_checked():
    """S30a."""
    records = some_records()
    for record, delta in zip(records, (7, 7, 2), strict=True):
        record.offset_delta = delta
    stored, _ = judged(a_batch(records))
    assert [record.offset_delta for record in read_records(stored)] == [7, 7, 2]


@pytest.mark.parametrize("codec", CODECS)
def test_offset_deltas_of_a_compressed_batch(codec):
    """S30a: -1."""
    records = some_records()
    records[1].offset_delta = 5
    assert code_of(a_batch(records, compression=codec)) == ErrorCode.UNKNOWN_SERVER_ERROR


@pytest.mark.parametrize("bits", [0x40, 0x80, 0x4000])
def test_unknown_attribute_bits(bits):
    """S30c."""
    judged(patched(a_batch(), ATTRIBUTES_AT, bits, 2))


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_codecs_that_do_not_exist(codec):
    """S30b."""
    assert code_of(patched(a_batch(), ATTRIBUTES_AT, codec, 2)) == ErrorCode.UNKNOWN_SERVER_ERROR


@pytest.mark.parametrize("codec", CODECS)
def test_compressed_data_that_cannot_be_read(codec):
    """S30b."""
    batch = a_batch(some_records(size=100), compression=codec)
    del batch[-4:]
    batch[8:12] = (len(batch) - 12).to_bytes(4)
    seal(batch)
    assert code_of(batch) == ErrorCode.UNKNOWN_SERVER_ERROR
    assert code_of(patched(a_batch(), ATTRIBUTES_AT, codec, 2)) == ErrorCode.UNKNOWN_SERVER_ERROR


@pytest.mark.parametrize("codec", CODECS)
def test_a_compressed_batch_whose_count_lies(codec):
    """S30."""
    batch = a_batch(compression=codec)
    assert code_of(patched(patched(batch, LAST_DELTA_AT, 3, 4), COUNT_AT, 4, 4)) == ErrorCode.INVALID_RECORD
    assert code_of(patched(patched(batch, LAST_DELTA_AT, 1, 4), COUNT_AT, 2, 4)) == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("codec", CODECS)
def test_a_compressed_batch_is_stored_as_sent(codec):
    batch = a_batch(compression=codec)
    stored, _ = judged(batch)
    assert stored.obj is batch


def test_a_large_compressed_batch_is_not_opened():
    """The hot path: a broken stream inside is believed. Its readers find out."""
    batch = a_batch(some_records(ALWAYS_WALKED + 1), compression=Compression.LZ4)
    batch[-3] ^= 0xFF
    seal(batch)
    judged(batch)


# ---- keys


def test_records_without_a_key_in_a_compacted_topic():
    """S31."""
    records = some_records(5)
    for n in (1, 2, 3, 4):
        records[n].key = None
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(records), rules(cleanup_policy="compact,delete"))
    text = "Compacted topic cannot accept message without key in topic partition orders-0"
    assert refused.value.code == ErrorCode.INVALID_RECORD
    assert refused.value.record_errors == [(n, text) for n in (1, 2, 3, 4)]
    assert refused.value.message == (
        "One or more records have been rejected due to 4 record errors in total, and only showing the first three "
        f"errors at most: [RecordError(batchIndex=1, message='{text}'), RecordError(batchIndex=2, message='{text}'), "
        f"RecordError(batchIndex=3, message='{text}')]"
    )
    judged(a_batch(records))


@pytest.mark.parametrize("codec", list(Compression))
def test_a_compacted_topic_looks_at_every_record(codec):
    """S31: however large the batch."""
    records = some_records(500)
    compacted = rules(cleanup_policy="compact")
    judged(a_batch(records, compression=codec), compacted)
    records[499].key = None
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(records, compression=codec), compacted)
    assert [index for index, _ in refused.value.record_errors] == [499]


# ---- timestamps


@pytest.mark.parametrize("codec", list(Compression))
@pytest.mark.parametrize("count", [2, 500])
def test_timestamps_too_far_ahead(codec, count):
    """S32: one hour by default; small batches and large ones."""
    records = some_records(count)
    judged(a_batch(records, base_timestamp=NOW + HOUR - count + 1, compression=codec))
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(records, base_timestamp=NOW + HOUR - count + 2, compression=codec))
    assert refused.value.code == ErrorCode.INVALID_TIMESTAMP
    assert refused.value.message == "One or more records have been rejected due to invalid timestamp"
    assert refused.value.record_errors == [
        (
            count - 1,
            (
                f"Timestamp {NOW + HOUR + 1} of message with offset {count - 1} is out of range. The timestamp should "
                f"be within [{NOW - 2**63 + 1}, {NOW + HOUR}]"
            ),
        )
    ]


@pytest.mark.parametrize("count", [2, 500])
def test_timestamps_too_far_behind(count):
    """S32: the smallest timestamp stands in no header, so all records are looked at."""
    records = some_records(count)
    records[-1].timestamp_delta = -1001
    judged(a_batch(records))
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(records), rules(message_timestamp_before_max_ms="1000"))
    assert [index for index, _ in refused.value.record_errors] == [count - 1]
    assert f"[{NOW - 1000}, {NOW + HOUR}]" in refused.value.record_errors[0][1]


def test_a_timestamp_of_minus_one_is_exempt():
    """S32."""
    records = [Record(offset_delta=n) for n in range(2)]
    stored, header = judged(a_batch(records, base_timestamp=-1), rules(message_timestamp_before_max_ms="1000"))
    assert header.max_timestamp == -1
    assert bytes(stored) == bytes(a_batch(records, base_timestamp=-1))


def test_faults_of_keys_and_timestamps_together():
    """S32: all are listed, and the code is 32."""
    records = some_records(3)
    records[0].key = None
    records[2].timestamp_delta = 2 * HOUR
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(records), rules(cleanup_policy="compact"))
    assert refused.value.code == ErrorCode.INVALID_TIMESTAMP
    assert [index for index, _ in refused.value.record_errors] == [0, 2]


@pytest.mark.parametrize("codec", list(Compression))
def test_log_append_time(codec):
    """S33: the largest timestamp and bit 3 change, base and deltas stay; nothing is out of range."""
    batch = a_batch(base_timestamp=NOW + 5 * HOUR, compression=codec)
    stored, header = judged(batch, rules(message_timestamp_type="LogAppendTime"))
    assert stored.obj is batch
    assert header.is_log_append_time
    assert header.max_timestamp == NOW
    assert header.base_timestamp == NOW + 5 * HOUR
    assert [record.timestamp_delta for record in read_records(stored)] == [0, 1, 2]


def test_a_client_that_claims_log_append_time_on_such_a_topic():
    """S33."""
    with pytest.raises(InvalidRecords) as refused:
        judged(a_batch(timestamp_type=TimestampType.LOG_APPEND_TIME), rules(message_timestamp_type="LogAppendTime"))
    assert refused.value.code == ErrorCode.INVALID_TIMESTAMP
    assert refused.value.record_errors[1] == (
        1,
        (
            f"Invalid timestamp type in message DefaultRecord(offset=1, timestamp={NOW + 2}, key=1 bytes, value=10 "
            "bytes). Producer should not set timestamp type to LogAppendTime."
        ),
    )


def test_a_client_that_claims_log_append_time_on_another_topic():
    """S33a: the bit is cleared, and the largest timestamp counts for each record."""
    _stored, header = judged(a_batch(timestamp_type=TimestampType.LOG_APPEND_TIME, max_timestamp=NOW + 50))
    assert not header.is_log_append_time
    assert header.max_timestamp == NOW + 50
    for largest in (-1, NOW + 2 * HOUR):
        with pytest.raises(InvalidRecords) as refused:
            judged(a_batch(timestamp_type=TimestampType.LOG_APPEND_TIME, max_timestamp=largest))
        assert refused.value.code == ErrorCode.INVALID_TIMESTAMP
        assert len(refused.value.record_errors) == 3


@pytest.mark.parametrize("codec", list(Compression))
@pytest.mark.parametrize("claimed", [-1, 0, NOW + 1, NOW + 3, NOW + 2 * HOUR])
def test_a_wrong_largest_timestamp_is_corrected(codec, claimed):
    """S33a."""
    _, header = judged(a_batch(max_timestamp=claimed, compression=codec))
    assert header.max_timestamp == NOW + 2


def test_a_suspicious_largest_timestamp_of_a_large_batch_is_corrected():
    """S33a: beyond the bounds all records are looked at; a plausible lie of a large batch is believed."""
    _, header = judged(a_batch(some_records(500), max_timestamp=NOW + 2 * HOUR))
    assert header.max_timestamp == NOW + 499
    _, header = judged(a_batch(some_records(500), max_timestamp=NOW + HOUR))
    assert header.max_timestamp == NOW + HOUR


def test_broken_records_at_the_beginning_of_a_large_batch():
    batch = a_batch(some_records(500))
    batch[61] ^= 0x10
    seal(batch)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


def test_a_batch_of_few_large_records_is_walked_in_full():
    batch = a_batch(some_records(40, size=10_000))
    judged(batch)
    batch[-1] = 2  # the last record's count of headers
    seal(batch)
    assert code_of(batch) == ErrorCode.INVALID_RECORD


# ---- recompression


@pytest.mark.parametrize("wanted", ["uncompressed", "gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("codec", list(Compression))
def test_recompression(codec, wanted):
    """S34: offsets are renumbered, timestamps stay; a batch in the right codec is stored as sent."""
    target = Compression.NONE if wanted == "uncompressed" else Compression[wanted.upper()]
    records = some_records(50, size=30)
    records[1].headers = [("name", b"value"), ("null", None)]
    records[3].key = records[3].value = None
    if codec is not target:
        records[0].offset_delta = 9
        records[0].timestamp_delta = -5
    batch = a_batch(records, compression=codec, producer_id=7, producer_epoch=1, base_sequence=3, transactional=True)
    stored, header = judged(batch, rules(compression_type=wanted))
    assert (stored.obj is batch) == (codec is target)
    assert header.compression is target
    assert (header.producer_id, header.producer_epoch, header.base_sequence, header.is_transactional) == (7, 1, 3, True)
    assert (header.records_count, header.last_offset_delta, header.max_timestamp) == (50, 49, NOW + 49)
    again = read_records(stored)
    assert [record.offset_delta for record in again] == list(range(50))
    assert [header.timestamp_of(record) - NOW for record in again] == [record.timestamp_delta for record in records]
    assert [(r.key, r.value, r.headers) for r in again] == [(r.key, r.value, r.headers) for r in records]


def test_recompression_checks_records_and_size():
    """S34, S36: the new batch must fit as well."""
    batch = a_batch(some_records(10, size=1000), compression=Compression.ZSTD)
    assert len(batch) < 500
    assert (
        code_of(batch, rules(compression_type="uncompressed", max_message_bytes="5000")) == ErrorCode.MESSAGE_TOO_LARGE
    )
    with pytest.raises(InvalidRecords):
        judged(a_batch(base_timestamp=NOW + 2 * HOUR), rules(compression_type="gzip"))
    assert code_of(
        patched(patched(a_batch(), COUNT_AT, 2, 4), LAST_DELTA_AT, 1, 4), rules(compression_type="gzip")
    ) == (ErrorCode.INVALID_RECORD)


def test_recompression_is_bounded():
    """A bomb is refused: 64 times max.message.bytes."""
    batch = a_batch([Record(value=bytes(1_000_000))], compression=Compression.ZSTD)
    assert code_of(batch, rules(compression_type="lz4", max_message_bytes="1000")) == ErrorCode.INVALID_RECORD


def test_recompression_with_log_append_time():
    """S33 and S34 together."""
    stored, header = judged(a_batch(), rules(compression_type="lz4", message_timestamp_type="LogAppendTime"))
    assert (header.is_log_append_time, header.max_timestamp, header.base_timestamp) == (True, NOW, NOW)
    assert [record.timestamp_delta for record in read_records(stored)] == [0, 1, 2]


def test_records_larger_than_max_decompressed_message_bytes():
    """S141a."""
    batch = a_batch([Record(value=bytes(200))], compression=Compression.GZIP)
    judged(batch)
    assert code_of(batch, rules(max_decompressed_message_bytes="100")) == ErrorCode.INVALID_RECORD


# ---- any bytes


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_nothing_but_refusals_comes_of_any_bytes(data):
    """A client's bytes never raise anything but KafkaError."""
    codec = data.draw(st.sampled_from(list(Compression)))
    batch = a_batch(compression=codec)
    for _ in range(data.draw(st.integers(1, 3))):
        batch[data.draw(st.integers(21, len(batch) - 1))] = data.draw(st.integers(0, 255))
    seal(batch)
    config = data.draw(
        st.sampled_from(
            [{}, {"compression_type": "zstd"}, {"cleanup_policy": "compact"}, {"compression_type": "uncompressed"}]
        )
    )
    try:
        stored, header = judged(batch, rules(**config))
    except KafkaError:
        return
    assert header.last_offset_delta + 1 == header.records_count
    try:
        decompress(header.compression, stored[61:], limit=OPENED_DECOMPRESSED)
    except DecompressedTooLarge:
        return  # so it claims, and was not opened
    assert len(read_records(stored)) == header.records_count


def test_the_metadata_log_may_write_batches_of_any_size():
    batch = memoryview(a_batch())
    check_envelope(batch, read_header(batch), msgspec.structs.replace(rules(), max_message_bytes=1), Origin.RAFT_LEADER)
    with pytest.raises(KafkaError):
        check_envelope(
            batch, read_header(batch), msgspec.structs.replace(rules(), max_message_bytes=1), Origin.COORDINATOR
        )
