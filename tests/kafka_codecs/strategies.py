"""Every declared message, and hypothesis strategies for its values in a version, drawn from the declaration alone."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from hypothesis import strategies as st

import kafka_codecs.internal
import kafka_codecs.messages
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.schema import Primitive, Struct, VersionRange

Numbers = Callable[[Field], st.SearchStrategy[object] | None]
"""Chooses the values of a field where the whole range of its type will not do; None: the whole range."""


@cache
def message_classes() -> tuple[type[Struct], ...]:
    """Everything with a ``SPEC`` under ``messages`` and ``internal``."""
    found: dict[type[Struct], None] = {}
    for package in (kafka_codecs.messages, kafka_codecs.internal):
        for module_info in iter_modules(package.__path__, package.__name__ + "."):
            module = import_module(module_info.name)
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Struct) and "SPEC" in vars(value):
                    found[value] = None
    return tuple(sorted(found, key=lambda cls: cls.__name__))


def versions_of(cls: type[Struct]) -> range:
    versions = VersionRange.parse(cls.SPEC.versions)
    return range(versions.low, versions.high + 1)


def messages_and_versions() -> Iterator[tuple[type[Struct], int]]:
    for cls in message_classes():
        for version in versions_of(cls):
            yield cls, version


def structs_of(cls: type[Struct]) -> Iterator[type[Struct]]:
    """``cls`` and every struct inside it."""
    yield cls
    for field in fields_of(cls):
        if not isinstance(field.type, Primitive):
            yield from structs_of(field.type)


def _signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)


PRIMITIVES: dict[Primitive, st.SearchStrategy[object]] = {
    Primitive.BOOL: st.booleans(),
    Primitive.INT8: _signed(8),
    Primitive.INT16: _signed(16),
    Primitive.UINT16: st.integers(0, 0xFFFF),
    Primitive.INT32: _signed(32),
    Primitive.UINT32: st.integers(0, 0xFFFF_FFFF),
    Primitive.INT64: _signed(64),
    Primitive.FLOAT64: st.floats(allow_nan=False, allow_infinity=False),
    Primitive.UUID: st.binary(min_size=16, max_size=16),
    # Long ones reach the second byte of a compact length.
    Primitive.STRING: st.text(max_size=12) | st.integers(126, 300).map("x".__mul__),
    Primitive.BYTES: st.binary(max_size=20) | st.integers(126, 300).map(b"x".__mul__),
    Primitive.RECORDS: st.binary(max_size=80) | st.integers(126, 300).map(b"r".__mul__),
}


@cache
def messages(cls: type[Struct], version: int, numbers: Numbers | None = None) -> st.SearchStrategy[Struct]:
    """Messages as ``version`` carries them: fields that it does not have are left at their defaults."""
    return st.builds(
        cls,
        **{field.name: _values(field, version, numbers) for field in fields_of(cls) if version in field.versions},
    )


def _values(field: Field, version: int, numbers: Numbers | None) -> st.SearchStrategy[object]:
    if not isinstance(field.type, Primitive):
        values = messages(field.type, version, numbers)
    else:
        chosen = None if numbers is None else numbers(field)
        values = PRIMITIVES[field.type] if chosen is None else chosen
    if field.is_array:
        values = st.lists(values, max_size=3)
    if version in field.nullable:
        values = st.none() | values
    if version in field.tagged:
        values = st.just(field.default) | values
    return values
