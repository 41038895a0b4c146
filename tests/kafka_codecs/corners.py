"""Messages made without chance: every field at a limit of its type, or one field alone at a chosen value."""

import math
from typing import NamedTuple

from kafka_codecs.plan import FIXED, Field, fields_of
from kafka_codecs.schema import Primitive, Struct
from kafka_codecs.wire import MAX_STRING_BYTES

INTEGERS = {
    Primitive.INT8: (-(1 << 7), (1 << 7) - 1),
    Primitive.INT16: (-(1 << 15), (1 << 15) - 1),
    Primitive.UINT16: (0, (1 << 16) - 1),
    Primitive.INT32: (-(1 << 31), (1 << 31) - 1),
    Primitive.UINT32: (0, (1 << 32) - 1),
    Primitive.INT64: (-(1 << 63), (1 << 63) - 1),
}
THREE_BYTE_LENGTH = 1 << 14
"""From this length on a compact one takes three bytes; from 127 on two."""

_LOWEST = {
    **{kind: low for kind, (low, _) in INTEGERS.items()},
    Primitive.BOOL: False,
    Primitive.FLOAT64: -math.inf,
    Primitive.UUID: bytes(16),
    Primitive.STRING: "",
    Primitive.BYTES: b"",
    Primitive.RECORDS: b"",
}
_HIGHEST = {
    **{kind: high for kind, (_, high) in INTEGERS.items()},
    Primitive.BOOL: True,
    Primitive.FLOAT64: math.inf,
    Primitive.UUID: b"\xff" * 16,
    Primitive.STRING: "\u00e9" * (MAX_STRING_BYTES // 2) + "x",
    Primitive.BYTES: b"\xff" * THREE_BYTE_LENGTH,
    Primitive.RECORDS: b"\xff" * THREE_BYTE_LENGTH,
}
_PLAIN = {
    **dict.fromkeys(INTEGERS, 1),
    Primitive.BOOL: True,
    Primitive.FLOAT64: -0.0,
    Primitive.UUID: bytes(range(16)),
    Primitive.STRING: "\U0001f511 x",
    Primitive.BYTES: b"\0",
    Primitive.RECORDS: b"batch",
}

Path = tuple[str, ...]
"""The names of fields from a message down to one field; arrays on the way have one element."""


class Place(NamedTuple):
    """A field in a message: the structs that it lies in, outermost first, and the field itself."""

    around: tuple[Field, ...]
    field: Field

    @property
    def path(self) -> Path:
        return (*(each.name for each in self.around), self.field.name)

    def is_in(self, version: int) -> bool:
        return all(version in each.versions for each in (*self.around, self.field))

    def is_reached_in(self, version: int) -> bool:
        """The struct that it lies in is there, whether the field is or not."""
        return all(version in each.versions for each in self.around)


def places(cls: type[Struct], around: tuple[Field, ...] = ()) -> list[Place]:
    """Every field of a message and of the structs inside it."""
    found = []
    for field in fields_of(cls):
        found.append(Place(around, field))
        if not isinstance(field.type, Primitive):
            found += places(field.type, (*around, field))
    return found


def corner_messages(cls: type[Struct], version: int) -> list[Struct]:
    """The message at its defaults, empty, null wherever it may be, filled, and at the limits of all of its types."""
    return [
        cls(),
        _filled(cls, version, _LOWEST, elements=0),
        _filled(cls, version, _LOWEST, elements=1, is_null=True),
        filled(cls, version),
        _filled(cls, version, _LOWEST, elements=1),
        _filled(cls, version, _HIGHEST, elements=130, structs=1),
    ]


def filled(cls: type[Struct], version: int) -> Struct:
    """Every field set to something ordinary, every array with two elements."""
    return _filled(cls, version, _PLAIN, elements=2)


def _filled(cls, version, values, *, elements, structs=2, is_null=False):
    """``elements`` is the length of arrays; those of structs or strings, which grow with each level, have less."""

    def value_of(field):
        if is_null and version in field.nullable:
            return None
        if isinstance(field.type, Primitive):
            value = values[field.type]
            count = elements if field.type in FIXED else min(elements, structs)
        else:
            value = _filled(field.type, version, values, elements=elements, structs=structs, is_null=is_null)
            count = min(elements, structs)
        return [value] * count if field.is_array else value

    return cls(**{field.name: value_of(field) for field in fields_of(cls) if version in field.versions})


def with_value(cls: type[Struct], path: Path, value: object) -> Struct:
    """A message at its defaults, but with one field set, and one element in the arrays on the way to it."""
    name, *rest = path
    if rest:
        (field,) = (each for each in fields_of(cls) if each.name == name)
        value = with_value(field.type, rest, value)
        value = [value] if field.is_array else value
    return cls(**{name: value})


def other_than_default(field: Field) -> object:
    """A value that no version which lacks the field can pass over."""
    if isinstance(field.type, Primitive):
        value = _PLAIN[field.type]
        if value == field.default:
            value = not value if field.type is Primitive.BOOL else 2
    else:
        value = field.type()
        if not field.is_array and value == field.default:
            inner = fields_of(field.type)[0]
            value = field.type(**{inner.name: other_than_default(inner)})
    return [value] if field.is_array else value
