"""Messages of magic 0 and 1, as logs of before Kafka 0.11 hold them: to be read, never to be written.

    0 offset i64 | 8 size i32 (of what follows) | 12 crc u32 | 16 magic i8 | 17 attributes i8
    | magic 1: 18 timestamp i64 | key size i32, key | value size i32, value              (size -1: null)

The checksum is CRC-32 over all from the magic on. A compressed message is a wrapper: its value is a stream of messages,
its offset that of the last of them. Inside, magic 0 counts offsets as the log does, magic 1 from 0 on (KIP-31, KIP-32).

A header is given as if it were a batch's that holds only its last offset: that is all that a search needs, and the
first offset of a wrapper stands nowhere. So the deltas of a wrapper's records are zero or negative. (``LegacyRecord``,
``AbstractLegacyRecordBatch``)
"""

import zlib
from collections.abc import Iterator
from struct import Struct, error

from kafka_codecs.records.batch import (
    HEADER_SIZE,
    MAX_DECOMPRESSED,
    NO_TIMESTAMP,
    BatchHeader,
    crc_is_valid,
    read_header,
    read_magic,
    read_records,
)
from kafka_codecs.records.compression import Buffer, Compression, decompress
from kafka_codecs.records.corrupt import CorruptBatch
from kafka_codecs.records.record import Record

__all__ = ["any_crc_is_valid", "read_any_header", "read_any_records"]

_MESSAGE = Struct(">qiIbb")
_TIMESTAMP = Struct(">q")
_SIZE = Struct(">i")
_MAGIC_AT, _TIMESTAMP_AT = 16, 18
_SMALLEST = {0: 26, 1: 34, 2: HEADER_SIZE}
_CODEC, _LOG_APPEND_TIME = 0x07, 0x08


def read_any_header(buffer: Buffer, at: int = 0) -> BatchHeader:
    """View the header of the batch or message at ``at``, of magic 0, 1 or 2.

    Raises CorruptBatch for another magic, a size that is too small for it, or too few bytes to tell.
    """
    magic = read_magic(buffer, at)
    if magic == 2:
        header = read_header(buffer, at)
    elif magic in (0, 1):
        header = _read_message_header(buffer, at)
    else:
        raise CorruptBatch(f"magic {magic}")
    if header.size < _SMALLEST[magic]:
        raise CorruptBatch(f"{header.size} bytes, where magic {magic} takes {_SMALLEST[magic]} or more")
    return header


def _read_message_header(buffer: Buffer, at: int) -> BatchHeader:
    try:
        offset, size, crc, magic, attributes = _MESSAGE.unpack_from(buffer, at)
        timestamp = _TIMESTAMP.unpack_from(buffer, at + _TIMESTAMP_AT)[0] if magic else NO_TIMESTAMP
    except error:
        raise CorruptBatch(f"{len(buffer) - at} bytes are too few for a message") from None
    attributes &= _CODEC | _LOG_APPEND_TIME if magic else _CODEC
    return BatchHeader(offset, size, -1, magic, crc, attributes, 0, timestamp, timestamp, -1, -1, -1, 1)


def any_crc_is_valid(buffer: Buffer, at: int, size: int) -> bool:
    """Whether the ``size`` bytes at ``at`` are a batch or message whose checksum is right."""
    if size <= _MAGIC_AT or buffer[at + _MAGIC_AT] == 2:
        return crc_is_valid(buffer, at, size)
    (_, _, crc, _, _) = _MESSAGE.unpack_from(buffer, at)
    return zlib.crc32(memoryview(buffer)[at + _MAGIC_AT : at + size]) == int(crc)


def read_any_records(buffer: Buffer, at: int = 0, *, max_decompressed: int = MAX_DECOMPRESSED) -> list[Record]:
    """Read all records of the batch or message at ``at``, of which the whole must be there. Raises CorruptBatch."""
    header = read_any_header(buffer, at)
    if header.magic == 2:
        return read_records(buffer, at, max_decompressed=max_decompressed)
    if header.size > len(buffer) - at:
        raise CorruptBatch(f"a message of {header.size} bytes, where {len(buffer) - at} are")
    message = memoryview(buffer)[at : at + header.size]
    key, value = _read_key_and_value(message, header.magic)
    if header.compression is Compression.NONE:
        return [Record(key=key, value=value)]
    if value is None:
        raise CorruptBatch("a compressed message without a value")
    inner = list(_read_inner(decompress(header.compression, value, limit=max_decompressed)))
    if not inner:
        raise CorruptBatch("a compressed message that holds none")
    last = inner[-1][0].base_offset
    for own, record in inner:
        record.offset_delta = own.base_offset - (last if header.magic else header.base_offset)
        record.timestamp_delta = own.base_timestamp - header.base_timestamp
    return [record for _, record in inner]


def _read_inner(data: bytes) -> Iterator[tuple[BatchHeader, Record]]:
    """Read the messages of a wrapper, none of which may be one itself."""
    at = 0
    while at < len(data):
        header = read_any_header(data, at)
        if header.magic == 2 or header.compression is not Compression.NONE or header.size > len(data) - at:
            raise CorruptBatch(f"a message inside another of magic {header.magic} and {header.size} bytes")
        key, value = _read_key_and_value(memoryview(data)[at : at + header.size], header.magic)
        yield header, Record(key=key, value=value)
        at += header.size


def _read_key_and_value(message: memoryview, magic: int) -> tuple[bytes | None, bytes | None]:
    at = _TIMESTAMP_AT + (_TIMESTAMP.size if magic else 0)
    key, at = _read_bytes(message, at)
    value, at = _read_bytes(message, at)
    if at != len(message):
        raise CorruptBatch(f"{len(message) - at} bytes after a message's value")
    return key, value


def _read_bytes(message: memoryview, at: int) -> tuple[bytes | None, int]:
    try:
        (size,) = _SIZE.unpack_from(message, at)
    except error:
        raise CorruptBatch("a message that ends too early") from None
    at += _SIZE.size
    if size < 0:
        return None, at
    if at + size > len(message):
        raise CorruptBatch(f"a field of {size} bytes where the message has {len(message) - at} left")
    return bytes(message[at : at + size]), at + size
