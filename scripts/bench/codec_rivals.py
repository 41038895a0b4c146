"""The other codecs in Python: kio, which decodes in native code, and kafka-python, where they have the message."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pkgutil import walk_packages
from typing import Any, NamedTuple

import kafka.protocol
from kio.serial import entity_reader, entity_writer

Call = Callable[[], object]


class Timed(NamedTuple):
    """One system's calls for one message."""

    decode: Call
    encode: Call


def kio_calls(name: str, version: int, raw: bytes) -> Timed | None:
    """Return None where kio has no such message or version. It must write the same bytes as we do."""
    entity = _kio_entity(name, version)
    if entity is None:
        return None
    read, write = entity_reader(entity), entity_writer(entity)
    value = read(raw, 0)[0]

    def encode() -> BytesIO:
        buffer = BytesIO()
        write(buffer, value)
        return buffer

    assert encode().getvalue() == raw, name
    return Timed(lambda: read(raw, 0), encode)


def _kio_entity(name: str, version: int) -> Any:
    kind = next((each for each in ("Request", "Response") if name.endswith(each)), "")
    stem = name.removesuffix(kind).replace("KRaft", "Kraft")
    snake = "".join(f"_{each.lower()}" if each.isupper() else each for each in stem).lstrip("_")
    path = f"kio.schema.{snake}.v{version}.{kind.lower() or 'data'}"
    try:
        return getattr(import_module(path), name) if find_spec(path) else None
    except ModuleNotFoundError:
        return None


def kafka_python_calls(name: str, version: int, raw: bytes) -> Timed | None:
    """Return None where kafka-python has no such message or version, or what it has does not give the same bytes."""
    cls = _kafka_python_classes().get(name)
    if cls is None:
        return None
    try:
        value = cls.decode(raw, version=version)
        value._header = None  # noqa: SLF001 - what it decoded lacks this, and cannot be encoded without
        if bytes(value.encode(version=version)) != raw:
            return None
    except Exception:  # noqa: BLE001 - whatever its codec says of a version that it lacks
        return None
    return Timed(lambda: cls.decode(raw, version=version), lambda: value.encode(version=version))


@cache
def _kafka_python_classes() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in walk_packages(kafka.protocol.__path__, "kafka.protocol."):
        if ".old" not in module.name and not module.name.endswith("generate_stubs"):
            members = vars(import_module(module.name))
            found |= {name: each for name, each in members.items() if name.endswith(("Request", "Response"))}
    return found
