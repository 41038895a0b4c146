"""Why a message could not be encoded: looked for only after it could not."""

import reprlib
import struct
from typing import Any

from kafka_codecs.plan import FIXED, Field, fields_of
from kafka_codecs.schema import Primitive, Struct
from kafka_codecs.wire import MAX_STRING_BYTES, EncodeError

__all__ = ["refusal"]


def refusal(cls: type[Struct], version: int, message: Any) -> EncodeError:
    """Return the error that names the first field which cannot be written, and says why."""
    reason = _in_struct(cls, version, message, cls.__name__)
    return EncodeError(f"{reason or f'{cls.__name__} cannot be written'} (version {version})")


def _in_struct(cls: type[Struct], version: int, value: Any, path: str) -> str | None:
    if not isinstance(value, cls):
        return f"{path} is {reprlib.repr(value)}, not a {cls.__name__}"
    reasons = (
        _in_field(field, version, getattr(value, field.name), f"{path}.{field.name}") for field in fields_of(cls)
    )
    return next(filter(None, reasons), None)


def _in_field(field: Field, version: int, value: Any, path: str) -> str | None:
    if version not in field.versions:
        if field.is_ignorable or value == field.default:
            return None
        return f"{path} is {reprlib.repr(value)}, but this version does not have it"
    if value is None and version in field.nullable:
        return None
    if not field.is_array:
        return _in_value(field, version, value, path)
    if not isinstance(value, list | tuple):
        return f"{path} is {reprlib.repr(value)}, not a list"
    return next(filter(None, (_in_value(field, version, item, path) for item in value)), None)


def _in_value(field: Field, version: int, value: Any, path: str) -> str | None:
    if not isinstance(field.type, Primitive):
        return _in_struct(field.type, version, value, path)
    if value is None:
        return f"{path} is null"
    try:
        if field.type is Primitive.STRING:
            if len(value.encode()) > MAX_STRING_BYTES:
                return f"{path} is longer than {MAX_STRING_BYTES} bytes"
        elif field.type in FIXED:
            if field.type is Primitive.UUID and len(value) != 16:
                return f"{path} has {len(value)} bytes, not 16"
            struct.pack(">" + FIXED[field.type], value)
        else:
            len(value)
    except (struct.error, TypeError, AttributeError, UnicodeEncodeError):
        return f"{path} is {reprlib.repr(value)}, not a {field.type.name.lower()}"
    return None
