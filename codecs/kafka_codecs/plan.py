"""A declared class, read: which fields there are, of what type, and where each stands in a given version.

Annotations are resolved here, when a codec is first wanted, and not before.
"""

import struct
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from kafka_codecs.schema import IGNORABLE, Nullable, Primitive, Struct, Tag, VersionRange

__all__ = ["FIXED", "Field", "Layout", "fields_of", "has_records", "is_flexible", "layout", "smallest_size"]

FIXED: dict[Primitive, str] = {
    Primitive.BOOL: "?",
    Primitive.INT8: "b",
    Primitive.INT16: "h",
    Primitive.UINT16: "H",
    Primitive.INT32: "i",
    Primitive.UINT32: "I",
    Primitive.INT64: "q",
    Primitive.FLOAT64: "d",
    Primitive.UUID: "16s",
}
"""The types of a fixed size, as ``struct`` writes them."""

_NOWHERE = VersionRange(0, -1)
_EVERYWHERE = VersionRange(0, 0x7FFF)


class Field(msgspec.Struct, frozen=True):
    """One declared field. In ``nullable`` versions null is legal, in ``tagged`` ones the field is a tagged one."""

    name: str
    type: Primitive | type[Struct]
    is_array: bool
    versions: VersionRange
    nullable: VersionRange
    tag: int | None
    tagged: VersionRange
    is_ignorable: bool
    default: Any


class Layout(msgspec.Struct, frozen=True):
    """A class in one version: fields in wire order, tagged fields in the order of their tags, and those not there."""

    plain: tuple[Field, ...]
    tagged: tuple[Field, ...]
    absent: tuple[Field, ...]


@cache
def fields_of(cls: type[Struct]) -> tuple[Field, ...]:
    """Read the declaration. Raises TypeError when a field is not one of the protocol's types."""
    hints = get_type_hints(cls, include_extras=True)
    defaults = cls()
    return tuple(
        _read(f"{cls.__name__}.{name}", hints[name], getattr(defaults, name)) for name in cls.__struct_fields__
    )


def _read(where: str, hint: Any, default: Any) -> Field:
    """Peel ``Annotated``, ``| None`` and ``list`` off, down to a primitive or a struct."""
    kind: Primitive | type[Struct] | None = None
    versions, tag, ignorable, can_be_null, is_array = _EVERYWHERE, None, False, False, False
    nullable = _EVERYWHERE
    while kind is None:
        origin = get_origin(hint)
        if origin is Annotated:
            hint, *notes = get_args(hint)
            for note in notes:
                match note:
                    case Primitive():
                        kind = note
                    case str():
                        versions = VersionRange.parse(note)
                    case Tag():
                        tag = note
                    case Nullable():
                        nullable = VersionRange.parse(note.versions)
                    case _:
                        ignorable = ignorable or note is IGNORABLE
        elif origin in (Union, UnionType):
            (hint,) = (each for each in get_args(hint) if each is not NoneType)
            can_be_null = True
        elif origin is list:
            (hint,) = get_args(hint)
            is_array = True
        elif isinstance(hint, type) and issubclass(hint, Struct):
            kind = hint
        else:
            raise TypeError(f"{where}: {hint!r} is not a type of the protocol")
    tagged = _NOWHERE if tag is None else versions if tag.versions is None else VersionRange.parse(tag.versions)
    return Field(
        name=where.rpartition(".")[2],
        type=kind,
        is_array=is_array,
        versions=versions,
        nullable=nullable if can_be_null else _NOWHERE,
        tag=None if tag is None else tag.number,
        tagged=tagged,
        is_ignorable=ignorable,
        default=default,
    )


def layout(cls: type[Struct], version: int) -> Layout:
    """Sort the fields by where they stand in ``version``."""
    fields = fields_of(cls)
    present = [each for each in fields if version in each.versions]
    tagged = [each for each in present if version in each.tagged]
    return Layout(
        plain=tuple(each for each in present if version not in each.tagged),
        tagged=tuple(sorted(tagged, key=lambda each: each.tag or 0)),
        absent=tuple(each for each in fields if version not in each.versions),
    )


def is_flexible(cls: type[Struct], version: int) -> bool:
    """Say whether a message has tagged fields and compact lengths. Raises ValueError if it has no such version."""
    if version not in VersionRange.parse(cls.SPEC.versions):
        raise ValueError(f"{cls.__name__} has no version {version}, only {cls.SPEC.versions}")
    return version in VersionRange.parse(cls.SPEC.flexible)


def smallest_size(field_type: Primitive | type[Struct], version: int, *, flexible: bool) -> int:
    """Return the bytes of an array element's smallest encoding; at least 1: Kafka wants a byte for each, too."""
    return max(1, _smallest(field_type, version, flexible))


def _smallest(kind: Primitive | type[Struct], version: int, flexible: bool) -> int:
    if isinstance(kind, Primitive):
        if kind in FIXED:
            return struct.calcsize(">" + FIXED[kind])
        return 1 if flexible else 2 if kind is Primitive.STRING else 4
    size = 1 if flexible else 0
    for field in layout(kind, version).plain:
        if field.is_array:
            size += 1 if flexible else 4
        elif not isinstance(field.type, Primitive) and version in field.nullable:
            size += 1
        else:
            size += _smallest(field.type, version, flexible)
    return size


def has_records(cls: type[Struct], version: int) -> bool:
    """Say whether record batches stand anywhere in this version."""
    return any(
        field.type is Primitive.RECORDS or (isinstance(field.type, type) and has_records(field.type, version))
        for field in fields_of(cls)
        if version in field.versions
    )
