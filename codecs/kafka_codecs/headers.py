"""Request and response headers, read and written by hand since every request passes here.

A request header is v1 (API key, version, correlation id, client id) or v2 (the same and tagged fields); the request's
version decides (Kafka's ApiMessageType.requestHeaderVersion), so the first four bytes are read before the rest can be
understood. The client id keeps its two-byte length in v2. A response header is v0 (correlation id) or v1 (the same and
tagged fields), but always v0 for ApiVersions, since its reader may not know our versions yet (KIP-511).
"""

import struct
from collections.abc import Iterable

import msgspec

from kafka_codecs.api_keys import FIRST_FLEXIBLE, ApiKey
from kafka_codecs.wire import Buffer, DecodeError, read_unsigned_varint, replacing_text

__all__ = ["RequestHeader", "is_flexible", "read_request_header", "request_frame", "response_header"]

_FIRST_FLEXIBLE = {int(key): version for key, version in FIRST_FLEXIBLE.items()}
"""With plain ints as keys: a lookup finds them by identity, not by comparing with an enumeration's member."""
_API_VERSIONS = int(ApiKey.API_VERSIONS)
_HEAD = struct.Struct(">hhih")
_CORRELATION_ID = struct.Struct(">i")
_CORRELATION_ID_AND_NO_TAGS = struct.Struct(">ix")


class RequestHeader(msgspec.Struct, frozen=True, gc=False):
    """What every request says of itself. A null client id reads as ""."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str = ""


def is_flexible(api_key: int, version: int) -> bool:
    """Say whether messages of this API and version have tagged fields. Raises KeyError when there is no such API."""
    return version >= _FIRST_FLEXIBLE[api_key]


def read_request_header(frame: Buffer) -> tuple[RequestHeader, int]:
    """Read the header at the start of a frame (its four-byte length taken off): (header, where the body begins).

    Versions that nobody serves are read by the same rule, so that the caller can answer or close as it sees fit.
    Raises DecodeError for an API key that does not exist (its header's form is unknown) and for a header cut short.
    """
    try:
        api_key, version, correlation_id, length = _HEAD.unpack_from(frame)
        at = 10
        client_id = ""
        if length > 0:
            at += length
            name = frame[10:at]
            try:
                client_id = str(name, "utf-8")
            except UnicodeDecodeError:
                client_id = replacing_text(name)
        if version >= _FIRST_FLEXIBLE[api_key]:
            tags = frame[at]
            at += 1
            if tags:
                at = _skip_tags(frame, at - 1)
    except (struct.error, IndexError):
        raise DecodeError("the frame ends inside the request header") from None
    except KeyError:
        raise DecodeError(f"there is no API with key {api_key}") from None
    if at > len(frame):
        raise DecodeError("the frame ends inside the request header")
    return RequestHeader(api_key, version, correlation_id, client_id), at


def _skip_tags(frame: Buffer, at: int) -> int:
    """Pass over a section of tagged fields: no header has a tag that we know."""
    tags, at = read_unsigned_varint(frame, at)
    for _ in range(tags):
        _, at = read_unsigned_varint(frame, at)
        size, at = read_unsigned_varint(frame, at)
        at += size
    return at


def response_header(api_key: int, version: int, correlation_id: int) -> bytes:
    """Return the header that goes before a response's body. Raises KeyError when there is no such API."""
    if version >= _FIRST_FLEXIBLE[api_key] and api_key != _API_VERSIONS:
        return _CORRELATION_ID_AND_NO_TAGS.pack(correlation_id)
    return _CORRELATION_ID.pack(correlation_id)


def request_frame(
    api_key: int,
    version: int,
    correlation_id: int,
    client_id: str | None,
    body: Iterable[bytes | bytearray | memoryview],
) -> bytes:
    """Return a whole request as a client sends it: four bytes of length, header, body."""
    name = b"" if client_id is None else client_id.encode()
    length = -1 if client_id is None else len(name)
    header = _HEAD.pack(api_key, version, correlation_id, length) + name
    tags = b"\0" if is_flexible(api_key, version) else b""
    frame = b"".join((header, tags, *body))
    return _CORRELATION_ID.pack(len(frame)) + frame
