"""From a step to the bytes of its frame, for one broker; and from the bytes of an answer to a message."""

import struct
from collections.abc import Callable
from typing import Any

from compat.differential import records
from compat.differential.script import Edit, Step
from compat.differential.values import NAME_MARK, Batches
from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import is_flexible, response_header
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.schema import Primitive, Struct, VersionRange
from kafka_codecs.wire import DecodeError, write_unsigned_varint

Resolve = Callable[[Any, Any], Any]
"""(symbol or value, what to take where a symbol has no value) -> value."""


def frame_of(step: Step, correlation_id: int, resolve: Resolve) -> bytes:
    """Build a request frame. Raises EncodeError for what the version cannot carry."""
    body = _edited(_body(step, resolve), step.edits)
    name = None if step.client_id is None else step.client_id.encode()
    header = struct.pack(">hhih", step.api, step.version, correlation_id, -1 if name is None else len(name))
    header += name or b""
    if _has_flexible_header(step):
        header += b"\0"
    return struct.pack(">i", len(header) + len(body)) + header + body


def answer_of(step: Step, frame: bytes, correlation_id: int) -> Struct:
    """Read an answer. Raises DecodeError, also for another header or bytes left over."""
    header = response_header(step.api, step.version, correlation_id)
    if frame[: len(header)] != header:
        raise DecodeError(f"the answer begins with {frame[:8].hex()}, not {header.hex()}")
    _, response = messages_of(ApiKey(step.api))
    version = step.version
    if step.api == ApiKey.API_VERSIONS and version not in VersionRange.parse(response.SPEC.versions):
        version = 0
    message = decode(response, version, frame, len(header))
    if (size := len(encode(response, version, message))) != len(frame) - len(header):
        raise DecodeError(f"{len(frame) - len(header)} bytes, of which the message takes {size}")
    return message


def _has_flexible_header(step: Step) -> bool:
    try:
        return is_flexible(step.api, step.version)
    except KeyError:
        return False


def _body(step: Step, resolve: Resolve) -> bytes:
    if isinstance(step.body, bytes):
        return step.body
    request, _ = messages_of(ApiKey(step.api))
    versions = VersionRange.parse(request.SPEC.versions)
    version = min(max(step.version, versions.low), versions.high)
    return encode(request, version, build(request, version, step.body, resolve))


def _edited(body: bytes, edits: tuple[Edit, ...]) -> bytes:
    for edit in edits:
        data = bytes.fromhex(edit.data)
        match edit.kind:
            case "cut":
                body = body[: max(0, len(body) - edit.at)]
            case "append":
                body += data
            case "set":
                at = min(edit.at, max(0, len(body) - 1))
                body = body[:at] + data + body[at + len(data) :]
            case "tag" if body.endswith(b"\0"):
                tag = write_unsigned_varint(edit.at) + write_unsigned_varint(len(data)) + data
                body = body[:-1] + b"\1" + tag
            case _:
                pass
    return body


def build(cls: type[Struct], version: int, body: dict[str, Any], resolve: Resolve) -> Struct:
    """Build a message; fields that this version does not have are left out."""
    values = {}
    for field in fields_of(cls):
        if field.name in body and version in field.versions:
            values[field.name] = _value(field, version, body[field.name], resolve)
    return cls(**values)


def _value(field: Field, version: int, value: Any, resolve: Resolve) -> Any:
    if field.is_array:
        return None if value is None else [_element(field, version, each, resolve) for each in value]
    return _element(field, version, value, resolve)


def _element(field: Field, version: int, value: Any, resolve: Resolve) -> Any:
    if isinstance(value, Batches):
        return records.build(value.batches, resolve)
    if isinstance(value, dict) and not isinstance(field.type, Primitive):
        return build(field.type, version, value, resolve)
    return resolve(value, _DEFAULTS.get(field.type, 0) if isinstance(field.type, Primitive) else None)


_DEFAULTS: dict[Primitive, Any] = {
    Primitive.STRING: "",
    Primitive.BYTES: b"",
    Primitive.RECORDS: b"",
    Primitive.UUID: bytes(16),
    Primitive.BOOL: False,
}


def named(text: str, prefix: str) -> str:
    """Give a name of this run its prefix."""
    return prefix + text[1:] if text.startswith(NAME_MARK) else text
