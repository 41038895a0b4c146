"""Records to send and to compare with what comes back: all that a record may carry, in sizes from nothing to 100 KB."""

import random
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

BASE_TIMESTAMP_MS = int(time.time() - 3_600) * 1000
"""An hour ago: what is older than retention.ms may be deleted before it is read."""
_SIZES = ((0, 0, 5), (1, 200, 85), (201, 2_000, 9), (2_001, 20_000, 1))  # smallest and largest size in bytes, weight
_LARGE = 100_000
_LARGE_EVERY = 2_000
_TEXT = bytes(random.Random(7).choices(b"abcdefghijklmnopqrstuvwxyz ", k=_LARGE * 2))
_NOISE = random.Random(8).randbytes(_LARGE * 2)


class Record(NamedTuple):
    """A record as it is sent and as it is read: ``timestamp_ms`` None leaves the time to the client."""

    partition: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def mixed_records(count: int, partitions: int, seed: int = 0) -> list[Record]:
    """Records of all kinds, among them null and empty keys, values and header values, repeated and non-ASCII names.

    No record lacks both key and value: kafka-python and aiokafka refuse to send it.
    """
    chance = random.Random(seed)
    return [
        Record(
            partition=number % partitions,
            key=chance.choice((b"" if _has_no_value(number) else None, b"", b"key-%d" % number, _NOISE[:16])),
            value=_value(chance, number, chance.choice((_TEXT, _TEXT, _NOISE))),
            timestamp_ms=BASE_TIMESTAMP_MS + number + chance.choice((0, 0, 0, -5_000, 7_000)),
            headers=_headers(chance, number),
        )
        for number in range(count)
    ]


def delimited_records(count: int, partitions: int, seed: int = 0) -> list[Record]:
    """Records that a stream of text with delimiters can carry: no time, one header for all, null but never empty."""
    chance = random.Random(seed)
    return [
        Record(
            partition=number % partitions,
            key=b"key-%d" % number if _has_no_value(number) else chance.choice((None, b"key-%d" % number)),
            value=_value(chance, number, _TEXT) or (None if _has_no_value(number) else b"."),
            headers=(("source", b"delimited"),),
        )
        for number in range(count)
    ]


def by_partition(records: Iterable[Record]) -> dict[int, list[Record]]:
    parts: dict[int, list[Record]] = {}
    for record in records:
        parts.setdefault(record.partition, []).append(record)
    return parts


def assert_same(sent: Sequence[Record], received: Sequence[Record]) -> None:
    """Each partition's records are the same in the same order; a time is compared where one was given."""
    there, here = by_partition(sent), by_partition(received)
    assert {partition: len(part) for partition, part in here.items()} == {
        partition: len(part) for partition, part in there.items()
    }
    for partition, part in there.items():
        for index, (want, got) in enumerate(zip(part, here[partition], strict=True)):
            expected = want if want.timestamp_ms is not None else want._replace(timestamp_ms=got.timestamp_ms)
            assert got == expected, f"record {index} of partition {partition}"


def _value(chance: random.Random, number: int, source: bytes) -> bytes | None:
    if number % _LARGE_EVERY == 1:
        return source[number % 1_000 :][:_LARGE]
    if _has_no_value(number):
        return None
    (smallest, largest, _), *_ = chance.choices(_SIZES, weights=[weight for *_, weight in _SIZES])
    start = chance.randrange(_LARGE)
    return source[start : start + chance.randint(smallest, largest)]


def _has_no_value(number: int) -> bool:
    return number % 20 == 7


def _headers(chance: random.Random, number: int) -> tuple[tuple[str, bytes | None], ...]:
    if number % 3:
        return ()
    every = (("trace", b"%x" % number), ("trace", b"again"), ("größe", b"\x00\xff"), ("", b""), ("none", None))
    return tuple(chance.sample(every, chance.randint(1, len(every))))
