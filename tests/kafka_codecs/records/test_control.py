"""Control records, against kafka-python's reader."""

import pytest
from kafka.record.default_records import DefaultRecordBatch

from kafka_codecs.records.batch import CorruptBatch, crc_is_valid, read_header, read_records
from kafka_codecs.records.control import (
    ControlType,
    build_transaction_marker,
    control_key,
    read_control_key,
    read_coordinator_epoch,
)


@pytest.mark.parametrize("kind", [ControlType.ABORT, ControlType.COMMIT])
def test_a_transaction_marker(kind):
    built = build_transaction_marker(kind, producer_id=5, producer_epoch=2, coordinator_epoch=7, timestamp_ms=99)
    header = read_header(built)
    assert (header.is_control, header.is_transactional) == (True, True)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (5, 2, -1)
    assert header.max_timestamp == 99
    assert crc_is_valid(built, 0, len(built))
    (record,) = read_records(built)
    assert read_control_key(record.key) is kind
    assert read_coordinator_epoch(record.value) == 7
    (theirs,) = DefaultRecordBatch(bytes(built))
    assert (theirs.abort, theirs.commit) == (kind is ControlType.ABORT, kind is ControlType.COMMIT)


@pytest.mark.parametrize("kind", ControlType)
def test_keys(kind):
    assert read_control_key(control_key(kind)) is kind


def test_newer_keys_and_values_are_read_as_far_as_they_are_known():
    assert read_control_key(b"\0\x09\0\x01more") is ControlType.COMMIT
    assert read_control_key(b"\0\0\0\x63") is None
    assert read_coordinator_epoch(b"\0\x09\0\0\0\x01more") == 1


@pytest.mark.parametrize("key", [None, b"", b"\0\0\0", b"\xff\xff\0\0"])
def test_keys_that_are_none(key):
    with pytest.raises(CorruptBatch):
        read_control_key(key)


@pytest.mark.parametrize("value", [None, b"", b"\0\0\0\0\0", b"\xff\xff\0\0\0\0"])
def test_values_that_are_none(value):
    with pytest.raises(CorruptBatch):
        read_coordinator_epoch(value)
