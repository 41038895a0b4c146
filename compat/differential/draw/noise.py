"""What goes wrong in one field, in the frame's bytes, or everywhere at once; drawn from the messages' definitions."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from compat.differential.draw.hand import Hand
from compat.differential.script import Edit, Step
from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.headers import is_flexible
from kafka_codecs.plan import Field, fields_of
from kafka_codecs.schema import Primitive, Struct
from wirebroker.apis.registry import SERVED

UNTOUCHED = frozenset(
    {
        "max_wait_ms",  # would wait
        "session_timeout_ms",
        "rebalance_timeout_ms",
        "num_partitions",  # thousands would be made
        "count",  # the same
        "transactional_id",  # not served yet
        "acks",  # decides whether an answer is due
        "records",  # has its own faults
        "key_type",  # 1 is transactions
        "replica_id",  # another broker's replica; the areas draw what means something
        "replica_state",
    }
)
"""Fields that only their own area draws."""


@cache
def limits(kind: Primitive) -> st.SearchStrategy[Any]:
    """Values at the edges of a type, and some between."""
    match kind:
        case Primitive.BOOL:
            return st.booleans()
        case Primitive.STRING:
            return st.one_of(st.sampled_from(("", "~", "~t0", "~g0", "x" * 300, "x" * 32767)), st.text(max_size=12))
        case Primitive.BYTES:
            return st.binary(max_size=20)
        case Primitive.UUID:
            return st.one_of(
                st.sampled_from((bytes(15) + b"\1", bytes(15) + b"\2")), st.binary(min_size=16, max_size=16)
            )
        case _:
            bits = {Primitive.INT8: 8, Primitive.INT16: 16, Primitive.UINT16: 16, Primitive.INT32: 32}.get(kind, 64)
            low, high = (0, (1 << bits) - 1) if kind is Primitive.UINT16 else (-(1 << bits - 1), (1 << bits - 1) - 1)
            return st.one_of(
                st.sampled_from((low, low + 1, max(low, -2), max(low, -1), 0, 1, 2, high - 1, high)),
                st.integers(low, high),
            )


def spoil_field(hand: Hand, step: Step) -> Any:
    """Return the step's body with one field drawn anew."""
    request, _ = messages_of(ApiKey(step.api))
    places = list(_places(request, step.version, step.body, ()))
    if not places:
        return step.body
    field, at = hand.any_of(places)
    value = _drawn(hand, field, step.version)
    return _with(step.body, at, value)


def _places(cls: type[Struct], version: int, body: Any, at: tuple[Any, ...]) -> Any:
    """Yield each field that this version has, and where it stands in the body."""
    for field in fields_of(cls):
        if version not in field.versions or field.name in UNTOUCHED:
            continue
        yield field, (*at, field.name)
        inner = body.get(field.name) if isinstance(body, dict) else None
        if inner and not isinstance(field.type, Primitive):
            if field.is_array:
                for number, each in enumerate(inner):
                    yield from _places(field.type, version, each, (*at, field.name, number))
            elif isinstance(inner, dict):
                yield from _places(field.type, version, inner, (*at, field.name))


def _drawn(hand: Hand, field: Field, version: int) -> Any:
    if version in field.nullable and hand.chance(25):
        return None
    if field.is_array:
        if hand.chance(40):
            return []
        return [_one(hand, field, version) for _ in range(hand.number(1, 2))]
    return _one(hand, field, version)


def _one(hand: Hand, field: Field, version: int) -> Any:
    if isinstance(field.type, Primitive):
        return hand.draw(limits(field.type))
    return random_body(hand, field.type, version)


def random_body(hand: Hand, cls: type[Struct], version: int) -> dict[str, Any]:
    """Draw every field from its type alone, but those that only their area draws."""
    return {
        field.name: _drawn(hand, field, version)
        for field in fields_of(cls)
        if version in field.versions and field.name not in UNTOUCHED
    }


def _with(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    first, *rest = at
    changed = body.copy()
    if rest:
        changed[first] = _with(body[first], tuple(rest), value)
    else:
        changed[first] = value
    return changed


def random_request(hand: Hand) -> None:
    """A request of any served API in which nothing is steered."""
    key = hand.any_of(tuple(SERVED))
    if key in (ApiKey.JOIN_GROUP, ApiKey.SYNC_GROUP):
        key = int(ApiKey.HEARTBEAT)
    version = hand.version(ApiKey(key))
    request, _ = messages_of(ApiKey(key))
    body = random_body(hand, request, version)
    body |= {"acks": 1} if key == ApiKey.PRODUCE else {}
    hand.step(key, version, body)


def spoiled_edits(hand: Hand, step: Step) -> tuple[Edit, ...]:
    """Draw one change to the bytes of a request."""
    flexible = is_flexible(step.api, step.version)
    match hand.number(0, 5):
        case 0:
            return (Edit("cut", hand.number(1, 12)),)
        case 1:
            return (Edit("append", data=bytes([0, 1, 2][: hand.number(1, 3)]).hex()),)
        case 2 if not _has_edges(step):
            return (Edit("set", hand.number(0, 60), bytes([hand.any_of((0, 1, 0x7F, 0x80, 0xFF))]).hex()),)
        case _ if flexible:
            return (Edit("tag", hand.number(20, 10_000), hand.data().hex()),)
        case _:
            return (Edit("cut", 1),)


def _has_edges(step: Step) -> bool:
    """Whether changing any byte could make it wait, or create a great many of something."""
    return step.api in (
        ApiKey.FETCH,
        ApiKey.JOIN_GROUP,
        ApiKey.SYNC_GROUP,
        ApiKey.CREATE_TOPICS,
        ApiKey.PRODUCE,
        ApiKey.FIND_COORDINATOR,
        ApiKey.INIT_PRODUCER_ID,
    )
