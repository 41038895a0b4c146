import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_codecs.wire import (
    DecodeError,
    EncodeError,
    read_unsigned_varint,
    read_varint,
    uuid_bytes,
    uuid_text,
    write_unsigned_varint,
    write_varint,
)


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (0, b"\0"),
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (300, b"\xac\x02"),
        (0x7FFF_FFFF, b"\xff\xff\xff\xff\x07"),
        (0xFFFF_FFFF, b"\xff\xff\xff\xff\x0f"),
    ],
)
def test_unsigned_varints(value, raw):
    assert write_unsigned_varint(value) == raw
    assert read_unsigned_varint(b"x" + raw + b"x", 1) == (value, 1 + len(raw))


@pytest.mark.parametrize(
    ("value", "raw"),
    [(0, b"\0"), (-1, b"\1"), (1, b"\2"), (-64, b"\x7f"), (64, b"\x80\1"), (-(1 << 63), b"\xff" * 9 + b"\1")],
)
def test_zigzag(value, raw):
    assert write_varint(value) == raw
    assert read_varint(raw, 0) == (value, len(raw))


@given(st.integers(0, (1 << 32) - 1))
def test_unsigned_varints_round_trip(value):
    raw = write_unsigned_varint(value)
    assert read_unsigned_varint(memoryview(raw), 0) == (value, len(raw))


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_varlongs_round_trip(value):
    assert read_varint(write_varint(value), 0) == (value, len(write_varint(value)))


@pytest.mark.parametrize("raw", [b"", b"\x80", b"\xff\xff\xff\xff"])
def test_a_varint_cut_short(raw):
    with pytest.raises(DecodeError, match="end inside a varint"):
        read_unsigned_varint(raw, 0)


def test_a_varint_too_long():
    with pytest.raises(DecodeError, match="more than 5 bytes"):
        read_unsigned_varint(b"\x80" * 5 + b"\0", 0)
    with pytest.raises(DecodeError, match="more than 10 bytes"):
        read_varint(b"\x80" * 10 + b"\0", 0)


def test_uuids_are_written_as_kafka_writes_them():
    """Uuid.toString; the first is Uuid.ONE_UUID, the id of the metadata topic."""
    assert uuid_text(bytes(15) + b"\1") == "AAAAAAAAAAAAAAAAAAAAAQ"
    assert uuid_text(b"\xff" * 16) == "_____________________w"
    assert uuid_bytes("AAAAAAAAAAAAAAAAAAAAAQ") == bytes(15) + b"\1"


@given(st.binary(min_size=16, max_size=16))
def test_uuids_round_trip(uuid):
    assert uuid_bytes(uuid_text(uuid)) == uuid
    assert len(uuid_text(uuid)) == 22


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 30, "!"])
def test_texts_that_are_no_uuid(text):
    with pytest.raises(ValueError, match=r"uuid|base64|padded|padding"):
        uuid_bytes(text)


def test_errors_are_value_errors():
    assert issubclass(DecodeError, ValueError)
    assert issubclass(EncodeError, ValueError)
