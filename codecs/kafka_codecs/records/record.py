"""One record inside a batch of magic 2: length, attributes, deltas, key, value and headers, all numbers zigzag varints.

    length varint | attributes i8 | timestamp delta varlong | offset delta varint
    | key length varint, key | value length varint, value           (length -1: null)
    | header count varint, (key length varint, key, value length varint, value)*

See Kafka's ``DefaultRecord``. A reader here believes no number that the bytes do not bear out.
"""

from collections.abc import Iterator

import msgspec

from kafka_codecs.records.corrupt import CorruptBatch

MIN_RECORD_SIZE = 7
"""Bytes of the smallest record: null key, null value, no headers, and each varint one byte long."""


class Record(msgspec.Struct, gc=False):
    """One record. Deltas count from the batch's base offset and base timestamp; ``attributes`` mean nothing yet."""

    offset_delta: int = 0
    timestamp_delta: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: list[tuple[str, bytes | None]] = []
    attributes: int = 0


def parse_records(body: bytes, count: int) -> list[Record]:
    """Read exactly ``count`` records that fill ``body``. Raises CorruptBatch."""
    return list(iter_records(body, count))


def iter_records(body: bytes, count: int) -> Iterator[Record]:
    """Read the same one by one. Raises CorruptBatch as soon as it shows."""
    if not 0 <= count <= len(body) // MIN_RECORD_SIZE:
        raise CorruptBatch(f"{count} records in {len(body)} bytes")
    at = 0
    try:
        for _ in range(count):
            record, at = _parse_record(body, at)
            yield record
    except IndexError:
        raise CorruptBatch("a record that ends too early") from None
    if at != len(body):
        raise CorruptBatch(f"{len(body) - at} bytes after the last of {count} records")


def _parse_record(body: bytes, at: int) -> tuple[Record, int]:
    size, at = read_varint(body, at)
    end = at + size
    if size < 0 or end > len(body):
        raise CorruptBatch(f"a record of {size} bytes where {len(body) - at} are left")
    attributes = body[at]
    timestamp_delta, at = read_varlong(body, at + 1)
    offset_delta, at = read_varint(body, at)
    key, at = _parse_bytes(body, at, end)
    value, at = _parse_bytes(body, at, end)
    header_count, at = read_varint(body, at)
    headers = []
    if header_count:
        if not 0 < header_count <= (end - at) // 2:
            raise CorruptBatch(f"{header_count} headers in {end - at} bytes")
        for _ in range(header_count):
            name, at = _parse_bytes(body, at, end)
            if name is None:
                raise CorruptBatch("a header without a key")
            header_value, at = _parse_bytes(body, at, end)
            headers.append((name.decode(errors="replace"), header_value))
    if at != end:
        raise CorruptBatch(f"a record that says it has {size} bytes and has {size - end + at}")
    return Record(offset_delta, timestamp_delta, key, value, headers, attributes), at


def _parse_bytes(body: bytes, at: int, end: int) -> tuple[bytes | None, int]:
    """Read a length and that many bytes; any negative length is null, as in Kafka."""
    size, at = read_varint(body, at)
    if size < 0:
        return None, at
    stop = at + size
    if stop > end:
        raise CorruptBatch(f"a field of {size} bytes where the record has {end - at} left")
    return body[at:stop], stop


def read_varint(body: bytes, at: int) -> tuple[int, int]:
    """Read a zigzag number of 32 bits, at most five bytes. Raises CorruptBatch; IndexError at the end of ``body``."""
    byte = body[at]
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), at + 1
    return _read_long_form(body, at, 32)


def read_varlong(body: bytes, at: int) -> tuple[int, int]:
    """Read a zigzag number of 64 bits: at most ten bytes. Raises as ``read_varint`` does."""
    byte = body[at]
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), at + 1
    return _read_long_form(body, at, 64)


def _read_long_form(body: bytes, at: int, bits: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            value &= (1 << bits) - 1
            return (value >> 1) ^ -(value & 1), at
        shift += 7
        if shift >= bits:
            raise CorruptBatch(f"a varint that does not fit {bits} bits")


def write_record(out: bytearray, record: Record) -> None:
    """Append the record to ``out``."""
    body = bytearray((record.attributes & 0xFF,))
    write_varint(body, record.timestamp_delta)
    write_varint(body, record.offset_delta)
    _write_bytes(body, record.key)
    _write_bytes(body, record.value)
    write_varint(body, len(record.headers))
    for name, value in record.headers:
        _write_bytes(body, name.encode())
        _write_bytes(body, value)
    write_varint(out, len(body))
    out += body


def _write_bytes(out: bytearray, value: bytes | None) -> None:
    if value is None:
        out.append(1)  # -1
    else:
        write_varint(out, len(value))
        out += value


def write_varint(out: bytearray, value: int) -> None:
    """Append a zigzag number of up to 64 bits."""
    value = value << 1 if value >= 0 else (-value << 1) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
