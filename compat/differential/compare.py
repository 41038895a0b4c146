"""Two answers to the same request, field by field: what is different, apart from what ``permitted`` lists."""

import re
import reprlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from compat.differential.assigned import Pairs
from compat.differential.permitted import (
    BROKER_CONFIGS,
    OF_OTHERS,
    UNORDERED,
    May,
    rule_for,
)
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.records.batch import BatchHeader, CorruptBatch, iter_batches, read_header, read_records
from kafka_codecs.schema import Primitive, Struct

CLOCKS_MS = 60_000
"""How far a time that a broker sets may lie from the time of the script."""
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


class Scene(msgspec.Struct):
    """What comparing must know of the script: which names are its own, when it runs, what was assigned so far."""

    pairs: Pairs
    prefix: str
    now_ms: int
    all_names: frozenset[str] = frozenset()


def differences(kafka: Struct, wirebroker: Struct, version: int, scene: Scene) -> list[Difference]:
    """Compare two answers of one class in one version."""
    return list(_structs(kafka, wirebroker, version, (type(kafka).__name__,), (type(kafka).__name__,), scene))


def _structs(
    kafka: Struct, wirebroker: Struct, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    for field in fields_of(type(kafka)):
        if version not in field.versions:
            continue
        one, other = getattr(kafka, field.name), getattr(wirebroker, field.name)
        yield from _field(field, one, other, version, (*place, field.name), (*path, field.name), scene)


def _field(
    field: Field, kafka: Any, wirebroker: Any, version: int, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    if field.type is Primitive.RECORDS:
        yield from record_differences(kafka, wirebroker, place, path, scene)
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
        if rule.may is May.BE_NOW and is_now(kafka, scene) and is_now(wirebroker, scene):
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


def is_now(value: Any, scene: Scene) -> bool:
    return isinstance(value, int) and abs(value - scene.now_ms) < CLOCKS_MS


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


def _is_of_its_place(config: Any) -> bool:
    return getattr(config, "name", None) in BROKER_CONFIGS


def _own(elements: list[Any], name: str, scene: Scene) -> list[Any]:
    """Leave out what other scripts have made."""
    return [
        each
        for each in elements
        if getattr(each, name) is None
        or getattr(each, name).startswith(scene.prefix)
        or not getattr(each, name).startswith(scene.prefix[:2])
    ]


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
    for at in range(max(len(unmatched), len(rest))):
        key, one = unmatched[at] if at < len(unmatched) else (at, None)
        yield _shown(key), one, rest[at] if at < len(rest) else None


def _shown(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return "/".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)


# ---- record batches


def record_differences(
    kafka: Any, wirebroker: Any, place: tuple[str, ...], path: tuple[str, ...], scene: Scene
) -> Iterator[Difference]:
    """Compare whole batches: Kafka may send a part of a further one, this broker never does (S51a)."""
    if kafka is None or wirebroker is None:
        if kafka is not wirebroker:
            yield _difference(place, path, kafka, wirebroker)
        return
    one, other = bytes(kafka), bytes(wirebroker)
    if one == other:
        return
    try:
        batches = list(iter_batches(one)), list(iter_batches(other))
    except CorruptBatch as why:
        yield _difference(place, path, f"{one.hex()} ({why})", other.hex())
        return
    for at in range(max(map(len, batches))):
        here = (*path, str(at))
        if at >= len(batches[0]) or at >= len(batches[1]):
            shown = [batch[at][1] if at < len(batch) else None for batch in batches]
            yield _difference((*place, "batch"), here, *shown)
            return
        yield from _batches(one, *batches[0][at], other, *batches[1][at], place, here, scene)


def _batches(
    one: bytes,
    at: int,
    kafka: BatchHeader,
    other: bytes,
    other_at: int,
    wirebroker: BatchHeader,
    place: tuple[str, ...],
    path: tuple[str, ...],
    scene: Scene,
) -> Iterator[Difference]:
    packed_alike = _are_packed_alike(one, at, other, other_at)
    was_changed = packed_alike
    for name in BatchHeader.__struct_fields__:
        a, b = getattr(kafka, name), getattr(wirebroker, name)
        if a == b:
            continue
        if name == "producer_id" and scene.pairs.agree("producer_id", a, b):
            was_changed = True
        elif name == "max_timestamp" and kafka.is_log_append_time and is_now(a, scene) and is_now(b, scene):
            was_changed = True
        elif name == "crc" and was_changed:
            pass
        elif name == "crc" and _may_have_another_crc(kafka, wirebroker):
            was_changed = True
        elif name in ("crc", "batch_length") and packed_alike:
            pass
        else:
            yield _difference((*place, name), (*path, name), a, b)
    bodies = one[at + 61 : at + kafka.size], other[other_at + 61 : other_at + wirebroker.size]
    if bodies[0] != bodies[1] and not packed_alike:
        yield _difference((*place, "records"), (*path, "records"), *map(_readable, (one, other), (at, other_at)))


def _are_packed_alike(one: bytes, at: int, other: bytes, other_at: int) -> bool:
    """Whether both are compressed by the same codec and hold the same: two compressors may write different bytes."""
    kafka, wirebroker = read_header(one, at), read_header(other, other_at)
    if kafka.attributes & 7 == 0 or kafka.attributes != wirebroker.attributes:
        return False
    return bool(_readable(one, at) == _readable(other, other_at))


def _may_have_another_crc(kafka: BatchHeader, wirebroker: BatchHeader) -> bool:
    """Whether a field that the checksum covers is a number of the broker's own: it stands after the checksum."""
    return kafka.producer_id != wirebroker.producer_id or kafka.max_timestamp != wirebroker.max_timestamp


def _readable(data: bytes, at: int) -> Any:
    try:
        return read_records(data, at)
    except (CorruptBatch, ValueError):
        return data[at:].hex()


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
        return re.sub(r"[0-9a-f]{8,}|\d+", "#", value)[:120]
    if isinstance(value, Struct | msgspec.Struct | list | dict):
        return type(value).__name__
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 200:
        return "number"
    return repr(value)
