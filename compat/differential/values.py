"""What may stand in a script's request in the place of a value: symbols for what a broker assigns, and record batches.

A body is a tree of dicts (fields by name; those absent have their defaults), lists, numbers, strings, bytes and these
symbols. Strings that begin with "~" are names of this run: "~t1" becomes its prefix and "t1", the same on both sides.

In JSON a symbol is an object of one key that no field is named as: ``{"$answer": ["s3", "member_id"]}``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

NAME_MARK = "~"


class TopicId(msgspec.Struct, frozen=True):
    """The id that a topic of this name has, or had last; a made-up one where there never was such a topic."""

    name: str


class Answer(msgspec.Struct, frozen=True):
    """A value from this broker's answer to an earlier step, as "members.0.member_id"; the field's default if none."""

    label: str
    path: str


class Now(msgspec.Struct, frozen=True):
    """Milliseconds since the epoch when the script began, and so many more."""

    plus_ms: int = 0


class Batches(msgspec.Struct, frozen=True):
    """Record batches one after the other, each a dict that ``records.build`` understands."""

    batches: list[dict[str, Any]]


class AnswerPlus(msgspec.Struct, frozen=True):
    """A number from an earlier answer, and so much more: the generation before, the session's epoch after."""

    label: str
    path: str
    plus: int


Symbol = TopicId | Answer | AnswerPlus | Now | Batches

_MARKS: tuple[tuple[str, type[Any], Callable[[Any], Any]], ...] = (
    ("$topic_id", TopicId, lambda symbol: symbol.name),
    ("$answer", Answer, lambda symbol: [symbol.label, symbol.path]),
    ("$answer_plus", AnswerPlus, lambda symbol: [symbol.label, symbol.path, symbol.plus]),
    ("$now", Now, lambda symbol: symbol.plus_ms),
    ("$batches", Batches, lambda symbol: to_json(symbol.batches)),
)


def to_json(value: Any) -> Any:
    """Write a body as what JSON has."""
    if isinstance(value, dict):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": bytes(value).hex()}
    for mark, kind, content in _MARKS:
        if isinstance(value, kind):
            return {mark: content(value)}
    return value


def from_json(value: Any) -> Any:
    """Read what ``to_json`` writes."""
    if isinstance(value, list):
        return [from_json(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((mark, content),) = value.items()
        if mark == "$bytes":
            return bytes.fromhex(content)
        if mark == "$batches":
            return Batches([from_json(batch) for batch in content])
        for known, kind, _ in _MARKS:
            if mark == known:
                return kind(*content) if isinstance(content, list) else kind(content)
    return {name: from_json(inner) for name, inner in value.items()}


def walk(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every place in a body and what stands there, the outer ones first; into batches as well."""
    yield at, value
    if isinstance(value, Batches):
        value = value.batches
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*at, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*at, index))


def replaced(value: Any, at: tuple[str | int, ...], new: Any) -> Any:
    """Return a body in which ``new`` stands at that place."""
    if not at:
        return new
    first, *rest = at
    if isinstance(value, Batches):
        return Batches(replaced(value.batches, at, new))
    changed = value.copy()
    changed[first] = replaced(value[first], tuple(rest), new)
    return changed


def without(value: Any, at: tuple[str | int, ...]) -> Any:
    """Return a body from which that field or element is taken out."""
    first, *rest = at
    if isinstance(value, Batches):
        return Batches(without(value.batches, at))
    changed = value.copy()
    if rest:
        changed[first] = without(value[first], tuple(rest))
    else:
        del changed[first]
    return changed
