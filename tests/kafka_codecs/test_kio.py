"""Byte for byte, both ways, against ``kio``, an implementation made independently of this one.

What kio's Python types cannot hold is not drawn: it reads error codes as an enumeration, times as datetimes and
durations as timedeltas. Messages and versions that it does not have are not tested here; ``test_oracle`` has them.
"""

from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import messages, messages_and_versions

from kafka_codecs.compile import decode, encode
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.schema import Primitive

kio_serial = pytest.importorskip("kio.serial")

SUFFIXES = {"Request": "request", "Response": "response", "": "data"}


def snake_case(name):
    name = name.replace("KRaft", "Kraft")
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")


def entity_of(cls, version):
    """Return kio's class, or None where it has none."""
    suffix = next(each for each in SUFFIXES if cls.__name__.endswith(each))
    name = snake_case(cls.__name__.removesuffix(suffix))
    path = f"kio.schema.{name}.v{version}.{SUFFIXES[suffix]}"
    try:
        if find_spec(path) is None:
            return None
    except ModuleNotFoundError:
        return None
    return getattr(import_module(path), cls.__name__)


ENTITIES = {(cls, version): entity_of(cls, version) for cls, version in messages_and_versions()}
KNOWN = [each for each, entity in ENTITIES.items() if entity is not None]


def numbers(field):
    """Values that kio's types hold."""
    if field.name.endswith("error_code"):
        return st.sampled_from([each.value for each in ErrorCode if each.value <= 110])
    if field.type is Primitive.INT64 and (field.name.endswith("_ms") or "timestamp" in field.name):
        return st.integers(0, 1 << 41)
    if field.type is Primitive.INT32 and field.name.endswith("_ms"):
        return st.integers(0, (1 << 31) - 1)
    return None


def test_kio_has_most_messages():
    assert len(KNOWN) > 500


@pytest.mark.parametrize(("cls", "version"), KNOWN, ids=lambda value: getattr(value, "__name__", value))
def test_same_bytes_both_ways(cls, version):
    entity = ENTITIES[cls, version]
    read, write = kio_serial.entity_reader(entity), kio_serial.entity_writer(entity)

    @settings(deadline=None, max_examples=5, database=None)
    @given(messages(cls, version, numbers))
    def same(message):
        raw = encode(cls, version, message)
        theirs, size = read(raw, 0)
        assert size == len(raw)
        written = BytesIO()
        write(written, theirs)
        assert written.getvalue() == raw
        assert decode(cls, version, written.getvalue()) == message

    same()
