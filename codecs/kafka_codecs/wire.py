"""The wire's small types: variable-length integers, uuids, and the errors of reading and writing.

Fixed-size numbers are big-endian and are read by ``struct`` where they stand. Unsigned varints (KIP-482) carry the
lengths and counts of flexible versions, seven bits a byte, low bits first; records use their zigzag form.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

__all__ = [
    "MAX_STRING_BYTES",
    "Buffer",
    "DecodeError",
    "EncodeError",
    "read_unsigned_varint",
    "read_varint",
    "replacing_text",
    "uuid_bytes",
    "uuid_text",
    "write_unsigned_varint",
    "write_varint",
]

Buffer = memoryview | bytes | bytearray
"""What is read from. A memoryview must be one of single bytes."""

MAX_STRING_BYTES = 0x7FFF
"""The longest string in UTF-8, in compact form too (Kafka's generated classes refuse longer ones)."""

_MAX_VARINT32_BYTES = 5
_MAX_VARINT64_BYTES = 10


_SURROGATE = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]?")


class DecodeError(ValueError):
    """The bytes are not what they should be: cut short, an impossible count, null where null is illegal."""


class EncodeError(ValueError):
    """This value cannot be written in this version; the text names the field."""


def write_unsigned_varint(value: int) -> bytes:
    """Encode ``value``, 0 to 2**32 - 1 (or to 2**64 - 1, as varlongs do), as an unsigned varint."""
    if value < 0x80:
        return bytes((value,))
    if value < 0x4000:
        return bytes((value & 0x7F | 0x80, value >> 7))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_unsigned_varint(buffer: Buffer, at: int, max_bytes: int = _MAX_VARINT32_BYTES) -> tuple[int, int]:
    """Read an unsigned varint at ``at``: (value, where it ends). Raises DecodeError if it is cut short or too long."""
    value = shift = 0
    try:
        for position in range(at, at + max_bytes):
            byte = buffer[position]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, position + 1
            shift += 7
    except IndexError:
        raise DecodeError("the bytes end inside a varint") from None
    raise DecodeError(f"a varint of more than {max_bytes} bytes")


def write_varint(value: int) -> bytes:
    """Encode a signed number (varint or varlong: they differ in their range only) in zigzag form."""
    return write_unsigned_varint(value << 1 if value >= 0 else (-value << 1) - 1)


def read_varint(buffer: Buffer, at: int, max_bytes: int = _MAX_VARINT64_BYTES) -> tuple[int, int]:
    """Read a zigzag varlong (with ``max_bytes=5`` a varint): (value, where it ends). Raises DecodeError."""
    value, at = read_unsigned_varint(buffer, at, max_bytes)
    return (value >> 1) ^ -(value & 1), at


def replacing_text(raw: Buffer) -> str:
    """Decode invalid UTF-8 as Java does: what is no character becomes U+FFFD, an encoded surrogate just one of them."""
    return _SURROGATE.sub(b"\xff", bytes(raw)).decode("utf-8", "replace")


def uuid_text(uuid: bytes) -> str:
    """Write 16 bytes as Kafka shows them: URL-safe base64 without padding, 22 characters (Uuid.toString)."""
    return urlsafe_b64encode(uuid)[:-2].decode("ascii")


def uuid_bytes(text: str) -> bytes:
    """Read what ``uuid_text`` writes. Raises ValueError when ``text`` is not 16 bytes of base64."""
    uuid = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(uuid) != 16:
        raise ValueError(f"{text!r} is not a uuid: it has {len(uuid)} bytes, not 16")
    return uuid
