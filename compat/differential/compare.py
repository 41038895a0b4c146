"""Two answers to the same request, field by field: what is different, apart from what ``permitted`` lists."""

import re
import reprlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from compat.differential.batches import batch_differences
from compat.differential.permitted import (
    BROKER_CONFIGS,
    LOGGERS,
    OF_OTHERS,
    UNORDERED,
    May,
    rule_for,
)
from compat.differential.scene import Scene
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.schema import Primitive, Struct

_CHANGING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d+")
"""Ids, hashes and numbers."""
_TIME = re.compile(r"-?\b\d{13,19}\b")
_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 300
_REPR.maxlist = _REPR.maxdict = 20


class Difference(msgspec.Struct, frozen=True):
    """``path`` shows a reader where; ``place`` is the same without numbers of elements."""

    place: str
    path: str
    kafka: Any
    wirebroker: Any

    def signature(self) -> tuple[str, str, str]:
        """What makes two differences one and the same."""
        return self.place, _gist(self.kafka), _gist(self.wirebroker)

    def __str__(self) -> str:
        return f"{self.path}: Kafka {_REPR.repr(self.kafka)}, wirebroker {_REPR.repr(self.wirebroker)}"


def differences(kafka: Struct, wirebroker: Struct, version: int, scene: Scene) -> list[Difference]:
    """Compare two answers of one class in one version."""
    return list(_structs(kafka, wirebroker, version, (type(kafka).__name__,), (type(kafka).__name__,), scene))


def _structs(
    kafka: Struct, wirebroker: Struct, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    for field in fields_of(type(kafka)):
        if version not in field.versions or (field.name == "configs" and _is_of_loggers(kafka)):
            continue
        one, other = getattr(kafka, field.name), getattr(wirebroker, field.name)
        yield from _field(field, one, other, version, (*place, field.name), (*path, field.name), scene)


def _field(
    field: Field, kafka: Any, wirebroker: Any, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    if field.type is Primitive.RECORDS:
        for inside, one, other in batch_differences(kafka, wirebroker, scene):
            yield _difference((*place, inside.rpartition(".")[2]), (*path, inside), one, other)
    elif kafka is None or wirebroker is None:
        if kafka is not wirebroker:
            yield from _values(kafka, wirebroker, place, path, scene)
    elif field.is_array:
        yield from _arrays(field, kafka, wirebroker, version, place, path, scene)
    elif isinstance(field.type, Primitive):
        yield from _values(kafka, wirebroker, place, path, scene)
    else:
        yield from _structs(kafka, wirebroker, version, place, path, scene)


def _values(
    kafka: Any, wirebroker: Any, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    rule = rule_for(place)
    if rule is not None:
        if rule.may is May.BE_ANYTHING:
            return
        if rule.may is May.BE_ASSIGNED and scene.pairs.agree(rule.kind, kafka, wirebroker):
            return
        if rule.may is May.BE_NOW and scene.is_now(kafka) and scene.is_now(wirebroker):
            return
        if rule.may is May.TELL_TIMES and _without_times(kafka) == _without_times(wirebroker):
            return
        if rule.may is May.BE_OWN_WORDS and bool(kafka) == bool(wirebroker):
            return
    if kafka == wirebroker and type(kafka) is type(wirebroker):
        return
    if isinstance(kafka, str) and scene.pairs.translate(kafka) == wirebroker:
        return
    yield _difference(place, path, kafka, wirebroker)


def _without_times(text: Any) -> Any:
    return _TIME.sub("TIME", text) if isinstance(text, str) else text


# ---- arrays


def _arrays(
    field: Field, kafka: Any, wirebroker: Any, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    where = ".".join(place)
    if (name := OF_OTHERS.get(where)) is not None:
        kafka, wirebroker = _own(kafka, name, scene), _own(wirebroker, name, scene)
    if where == "ApiVersionsResponse.api_keys":
        served = {api.api_key for api in wirebroker}
        kafka = [api for api in kafka if api.api_key in served]  # others are not served yet
    if where in UNORDERED:
        for key, one, other in _matched(kafka, wirebroker, UNORDERED[where], scene):
            yield from _elements(field, one, other, version, place, (*path, str(key)), scene)
        return
    for at in range(max(len(kafka), len(wirebroker))):
        one = kafka[at] if at < len(kafka) else None
        other = wirebroker[at] if at < len(wirebroker) else None
        yield from _elements(field, one, other, version, place, (*path, str(at)), scene)


def _elements(
    field: Field, kafka: Any, wirebroker: Any, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    if kafka is None or wirebroker is None:
        yield _difference(place, path, kafka, wirebroker)
    elif isinstance(field.type, Primitive):
        yield from _values(kafka, wirebroker, place, path, scene)
    elif place[-1] == "configs" and _is_of_its_place(kafka):
        pass
    else:
        yield from _structs(kafka, wirebroker, version, place, path, scene)


def _is_of_loggers(result: Any) -> bool:
    return getattr(result, "resource_type", None) == LOGGERS


def _is_of_its_place(config: Any) -> bool:
    return getattr(config, "name", None) in BROKER_CONFIGS


def _own(elements: list[Any], name: str, scene: Scene) -> list[Any]:
    """Leave out what other scripts have made, and are making just now."""
    return [each for each in elements if _is_own(getattr(each, name), scene)]


def _is_own(name: str | None, scene: Scene) -> bool:
    return name is None or name == "__consumer_offsets" or name.startswith(scene.prefix)


def _matched(
    kafka: list[Any], wirebroker: list[Any], names: tuple[str, ...], scene: Scene
) -> Iterator[tuple[Any, Any, Any]]:
    """Pair elements that have the same key; those whose key is assigned and was never seen go by their order."""
    theirs: dict[Any, list[Any]] = defaultdict(list)
    for each in wirebroker:
        theirs[tuple(getattr(each, name) for name in names)].append(each)
    unmatched = []
    for each in kafka:
        key = tuple(scene.pairs.counterpart(name, getattr(each, name)) for name in names)
        if theirs.get(key):
            yield _shown(key), each, theirs[key].pop(0)
        else:
            unmatched.append((key, each))
    rest = [each for group in theirs.values() for each in group]
    for key, one in unmatched:
        at = min(range(len(rest)), key=lambda at: _unlikeness(one, rest[at], names), default=None)
        yield _shown(key), one, None if at is None else rest.pop(at)
    for number, other in enumerate(rest):
        yield _shown((number,)), None, other


def _unlikeness(one: Any, other: Any, names: tuple[str, ...]) -> tuple[int, int]:
    """How many keys look different, but for ids in them, and then how many other fields are."""
    fields = [name for name in one.__struct_fields__ if name not in names]
    return (
        sum(_gist(getattr(one, name)) != _gist(getattr(other, name)) for name in names),
        sum(getattr(one, name) != getattr(other, name) for name in fields),
    )


def _shown(key: tuple[Any, ...]) -> str:
    return "/".join(part.hex() if isinstance(part, bytes) else str(part) for part in key)


# ---- showing


def _difference(place: tuple[str, ...], path: tuple[str, ...], kafka: Any, wirebroker: Any) -> Difference:
    return Difference(".".join(place), ".".join(path), _plain(kafka), _plain(wirebroker))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return value


def _gist(value: Any) -> str:
    """A value without what changes from run to run."""
    if isinstance(value, str):
        return _CHANGING.sub("#", value)[:120]
    if isinstance(value, Struct | msgspec.Struct | list | dict):
        return type(value).__name__
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 200:
        return "number"
    return repr(value)
