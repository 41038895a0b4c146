"""What written decoders call: the rare steps and the errors, kept out of the straight line."""

import struct
from functools import cache

from kafka_codecs.wire import MAX_STRING_BYTES, DecodeError, read_unsigned_varint, replacing_text

__all__ = ["NAMES", "SMALL_ARRAY", "small_arrays"]

SMALL_ARRAY = 16
"""Arrays of fewer numbers than this have their ``struct`` prepared."""


def cut_short() -> DecodeError:
    return DecodeError("the message is cut short")


def illegal_null(field: str) -> DecodeError:
    return DecodeError(f"{field} is null")


def bad_count(field: str, count: int) -> DecodeError:
    return DecodeError(f"{field} claims {count} elements, more than there are bytes for or than are allowed")


def other_version(field: str, version: int) -> DecodeError:
    return DecodeError(f"{field} is not a tagged field of version {version}")


def long_number(buffer: memoryview | bytes, at: int, first: int) -> tuple[int, int]:
    """Read on an unsigned varint whose first byte, just before ``at``, says that there are more."""
    second = buffer[at]
    if second < 0x80:
        return (second << 7) + first - 0x80, at + 1
    return read_unsigned_varint(buffer, at - 1)


def long_size(buffer: memoryview | bytes, at: int, first: int) -> tuple[int, int]:
    """Read on a length or count plus one, with Kafka's int32: from 2**31 on it is negative, which means null."""
    second = buffer[at]
    if second < 0x80:
        return (second << 7) + first - 0x80, at + 1
    size, at = read_unsigned_varint(buffer, at - 1)
    size &= 0xFFFF_FFFF
    return (size if size < 0x8000_0000 else size - 0x1_0000_0000), at


def long_string_size(buffer: memoryview | bytes, at: int, first: int) -> tuple[int, int]:
    """Read on the length plus one of a string. Raises DecodeError when that is longer than strings may be."""
    size, at = long_size(buffer, at, first)
    if size > MAX_STRING_BYTES + 1:
        raise DecodeError(f"a string of {size - 1} bytes")
    return size, at


def skip_tags(buffer: memoryview | bytes, at: int, tags: int) -> int:
    """Pass over the tagged fields of a struct that knows none; ``tags`` is the count's first byte."""
    if tags > 0x7F:
        tags, at = long_number(buffer, at, tags)
    for _ in range(tags):
        _, at = read_unsigned_varint(buffer, at)
        size, at = read_unsigned_varint(buffer, at)
        at += size
    return at


@cache
def small_arrays(code: str) -> tuple[object, ...]:
    """Return ``unpack_from`` of short arrays by their length."""
    return tuple(struct.Struct(f">{count}{code}").unpack_from for count in range(SMALL_ARRAY))


NAMES: dict[str, object] = {
    "IndexError": IndexError,
    "StructError": struct.error,
    "unpack_from": struct.unpack_from,
    **{
        each.__name__: each
        for each in (
            cut_short,
            illegal_null,
            bad_count,
            other_version,
            long_number,
            long_size,
            long_string_size,
            replacing_text,
            skip_tags,
        )
    },
}
"""The globals of every written decoder."""
