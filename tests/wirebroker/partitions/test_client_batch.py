"""What a Produce may carry for one partition."""

import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, build_batch
from kafka_codecs.records.compression import Compression
from wirebroker.errors import KafkaError
from wirebroker.partitions.client_batch import first_batch


def batch(**options):
    return build_batch([Record(value=b"v")], **options)


def only(records, version=9):
    found = first_batch(memoryview(records))
    return found and found.only(version)


def refused(records, version=9):
    with pytest.raises(KafkaError) as refusal:
        only(records, version)
    return refusal.value.code


def test_one_batch_is_taken_as_it_is():
    records = memoryview(batch())
    assert first_batch(records).only(9) is records


@pytest.mark.parametrize("extra", [b"\0", b"\0" * 11, bytes(8) + b"\0\0\0\x32" + bytes(4), bytes(batch()[:-1])])
def test_a_rest_that_is_no_batch_is_dropped(extra):
    """S27a"""
    records = batch()
    assert only(records + extra) == records


def test_a_second_batch_is_refused():
    """S27"""
    assert refused(batch() * 2) == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize(("at", "value"), [(8, b"\0\0\0\x0d"), (8, b"\xff\xff\xff\xff"), (16, b"\x03"), (16, b"\xff")])
def test_a_second_batch_with_a_broken_header(at, value):
    """S27"""
    second = batch()
    second[at : at + len(value)] = value
    assert refused(batch() + second) == ErrorCode.CORRUPT_MESSAGE


@pytest.mark.parametrize("records", [None, b"", b"\0" * 11, bytes(batch()[:-1]), bytes(batch()[:17])])
def test_no_complete_batch_is_no_batch(records):
    """S27a, S28, S28b"""
    assert first_batch(None if records is None else memoryview(records)) is None


@pytest.mark.parametrize(
    ("at", "value", "text"),
    [
        (8, b"\0\0\0\x0d", "Record size 13 is less than the minimum record overhead (14)"),
        (16, b"\x03", "Invalid magic found in record: 3"),
        (16, b"\xfe", "Invalid magic found in record: -2"),
    ],
)
def test_a_first_batch_with_a_broken_header(at, value, text):
    """S28a"""
    records = batch()
    records[at : at + len(value)] = value
    with pytest.raises(KafkaError) as refusal:
        first_batch(memoryview(records))
    assert (refusal.value.code, refusal.value.message) == (ErrorCode.CORRUPT_MESSAGE, text)


@pytest.mark.parametrize("magic", [0, 1])
def test_old_formats_are_refused(magic):
    """S28"""
    records = batch()
    records[16] = magic
    assert refused(records) == ErrorCode.INVALID_RECORD


@pytest.mark.parametrize(("version", "code"), [(6, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE), (7, None)])
def test_zstd_needs_version_7(version, code):
    """S35"""
    records = batch(compression=Compression.ZSTD)
    if code is None:
        assert only(records, version) == records
    else:
        assert refused(records, version) == code


def test_zstd_is_checked_before_the_second_batch():
    """S35"""
    assert refused(batch(compression=Compression.ZSTD) * 2, 6) == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE


def test_a_batch_too_short_for_a_producer_id():
    """S26"""
    assert refused(bytes(8) + b"\0\0\0\x14" + bytes(4) + b"\2" + bytes(15)) == ErrorCode.UNKNOWN_SERVER_ERROR


def test_transactional_producer():
    plain = first_batch(memoryview(batch(producer_id=7, producer_epoch=1, base_sequence=0)))
    assert not plain.is_transactional
    assert plain.transactional_producer is None
    transactional = first_batch(memoryview(batch(producer_id=7, producer_epoch=1, base_sequence=0, transactional=True)))
    assert transactional.is_transactional
    assert transactional.transactional_producer == (7, 1)
    assert first_batch(memoryview(batch(transactional=True))).transactional_producer is None
