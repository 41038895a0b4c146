"""The records that are sent, and how what comes back is compared with them."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from scenario.expectations import check, check_equal

_FIRST_TIMESTAMP_MS = 1_600_000_000_000
_TIMESTAMP_STEP_MS = 1_000
_KEYS = 40

KEPT = {"retention.ms": "-1"}
"""Settings of a topic with the ten records, which are too old for the default retention."""

Headers = tuple[tuple[str, bytes | None], ...]


class Record(NamedTuple):
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp_ms: int | None = None


def ten_records() -> list[Record]:
    """Make README.md's table."""
    usual = [
        Record(
            b"key-%d" % index,
            b"value-%d-" % index + b"x" * 200,
            (("trace", b"id-%d" % index), ("bin", b"\x00\xff"), ("trace", b"again")),
        )
        for index in range(7)
    ]
    special = [Record(b"key-7", None), Record(None, b"value-8"), Record(b"", b"", (("empty", b""),))]
    return [
        record._replace(timestamp_ms=_FIRST_TIMESTAMP_MS + _TIMESTAMP_STEP_MS * index)
        for index, record in enumerate(usual + special)
    ]


def numbered_records(count: int, first: int = 0) -> list[Record]:
    return [Record(b"key-%d" % number, b"value-%d" % number) for number in range(first, first + count)]


def keyed_records() -> list[Record]:
    """Make those that a partitioner distributes."""
    return [Record(b"key-%d" % number, b"%d" % again) for again in range(2) for number in range(_KEYS)]


def check_same(received: Sequence[Record], sent: Sequence[Record], without: Collection[str] = ()) -> None:
    """Compare field by field, except those that the client cannot read; a timestamp where one was sent."""
    check_equal("records", len(received), len(sent))
    for index, (seen, expected) in enumerate(zip(received, sent, strict=True)):
        for field in Record._fields:
            wanted = getattr(expected, field)
            if field not in without and not (field == "timestamp_ms" and wanted is None):
                check_equal(f"{field} of record {index}", getattr(seen, field), wanted)


def check_values(received: Iterable[bytes | None], sent: Iterable[Record]) -> None:
    check_equal("values", list(received), [record.value for record in sent])


def check_partitioned(placed: Sequence[tuple[bytes | None, int]]) -> None:
    """Check keys, and the partition that each lies in, of the ``keyed_records()``."""
    partitions: dict[bytes | None, set[int]] = {}
    for key, partition in placed:
        partitions.setdefault(key, set()).add(partition)
    check_equal("keys", set(partitions), {record.key for record in keyed_records()})
    check_equal("records", len(placed), 2 * _KEYS)
    check_equal("keys in two partitions", [key for key, where in partitions.items() if len(where) > 1], [])
    check(len(set.union(*partitions.values())) > 1, "all keys lie in one partition")
