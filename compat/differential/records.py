"""Record batches of a script: a dict says how one is built, and how it is broken afterwards.

``raw``: the bytes themselves, instead of what follows. ``records``: dicts with key, value, headers (pairs),
timestamp_delta, offset_delta (absent: counted), attributes. All names that are not mentioned here are arguments of
``build_batch``. ``set``: header fields written over the built ones, before the checksum unless ``seal`` is false.
``edits``: pairs of a position and bytes, written last.
"""

import struct
from collections.abc import Callable
from typing import Any

from kafka_codecs.records.batch import Compression, Record, TimestampType, build_batch, seal

FIELDS: dict[str, tuple[int, str]] = {
    "base_offset": (0, ">q"),
    "batch_length": (8, ">i"),
    "partition_leader_epoch": (12, ">i"),
    "magic": (16, ">b"),
    "crc": (17, ">I"),
    "attributes": (21, ">h"),
    "last_offset_delta": (23, ">i"),
    "base_timestamp": (27, ">q"),
    "max_timestamp": (35, ">q"),
    "producer_id": (43, ">q"),
    "producer_epoch": (51, ">h"),
    "base_sequence": (53, ">i"),
    "records_count": (57, ">i"),
}
"""Where a header's fields stand, and how they are written."""

_UNSIGNED_BITS = {">I": 32}


def build(batches: list[dict[str, Any]], resolve: Callable[[Any, Any], Any]) -> bytes:
    """Write batches one after the other; ``resolve(value, default)`` replaces symbols."""
    return b"".join(_build_one(batch, resolve) for batch in batches)


def _build_one(batch: dict[str, Any], resolve: Callable[[Any, Any], Any]) -> bytes:
    data = bytearray(batch["raw"]) if "raw" in batch else _built(batch, resolve)
    for name, value in batch.get("set", {}).items():
        at, form = FIELDS[name]
        number = resolve(value, -1)
        struct.pack_into(form, data, at, number % (1 << 32) if form in _UNSIGNED_BITS else number)
    if batch.get("seal", "raw" not in batch or "set" in batch) and "crc" not in batch.get("set", {}):
        _seal(data)
    for at, content in batch.get("edits", ()):
        place = min(at, len(data))
        data[place : place + len(content)] = content
    return bytes(data)


def _built(batch: dict[str, Any], resolve: Callable[[Any, Any], Any]) -> bytearray:
    records = [_record(at, record, resolve) for at, record in enumerate(batch.get("records", ()))]
    options = {
        name: resolve(value, -1)
        for name, value in batch.items()
        if name not in ("records", "set", "edits", "seal", "compression", "timestamp_type")
    }
    if not records:
        options = {"max_timestamp": -1, "last_offset_delta": 0, **options}
    return build_batch(
        records,
        compression=Compression(batch.get("compression", 0)),
        timestamp_type=TimestampType(batch.get("timestamp_type", 0)),
        **options,
    )


def _seal(data: bytearray) -> None:
    """Write the checksum over what is there, whatever the length says."""
    length = data[8:12]
    struct.pack_into(">i", data, 8, len(data) - 12)
    seal(data)
    data[8:12] = length


def _record(at: int, record: dict[str, Any], resolve: Callable[[Any, Any], Any]) -> Record:
    return Record(
        offset_delta=record.get("offset_delta", at),
        timestamp_delta=resolve(record.get("timestamp_delta", 0), 0),
        key=record.get("key"),
        value=record.get("value"),
        headers=[(name, value) for name, value in record.get("headers", ())],
        attributes=record.get("attributes", 0),
    )
