"""Fetched record batches: header by header, record by record.

Whole ones only: Kafka may send a part of a further batch, this broker never does (DIFFERENCES, S51a).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compat.differential.scene import Scene
from kafka_codecs.records.batch import HEADER_SIZE, BatchHeader, CorruptBatch, iter_batches, read_records

BatchDifference = tuple[str, Any, Any]
"""Where, as "0.crc", and both values."""

_CODEC = 0x07


class _Stored(NamedTuple):
    data: bytes
    at: int
    header: BatchHeader

    @property
    def body(self) -> bytes:
        return self.data[self.at + HEADER_SIZE : self.at + self.header.size]

    def records(self) -> Any:
        try:
            return read_records(self.data, self.at)
        except (CorruptBatch, ValueError):
            return self.body.hex()


def batch_differences(kafka: Any, wirebroker: Any, scene: Scene) -> Iterator[BatchDifference]:
    """Compare what two fetches of the same place have returned."""
    if kafka is None or wirebroker is None:
        if kafka is not wirebroker:
            yield "batch", kafka, wirebroker
        return
    one, other = bytes(kafka), bytes(wirebroker)
    if one == other:
        return
    try:
        ones = [_Stored(one, at, header) for at, header in iter_batches(one)]
        others = [_Stored(other, at, header) for at, header in iter_batches(other)]
    except CorruptBatch as why:
        yield "batch", f"{one.hex()} ({why})", other.hex()
        return
    for at, (first, second) in enumerate(zip(ones, others, strict=False)):
        for inside, a, b in _between(first, second, scene):
            yield f"{at}.{inside}", a, b
    if len(ones) != len(others):
        at = min(len(ones), len(others))
        yield f"{at}.batch", _header_at(ones, at), _header_at(others, at)


def _header_at(batches: list[_Stored], at: int) -> BatchHeader | None:
    return batches[at].header if at < len(batches) else None


def _between(kafka: _Stored, wirebroker: _Stored, scene: Scene) -> Iterator[BatchDifference]:
    """Compare two batches. The checksum may differ with what it covers and brokers set; sizes with the compressor."""
    packed_alike = _are_packed_alike(kafka, wirebroker)
    permitted = {"crc", "batch_length"} if packed_alike else set()
    if kafka.header.producer_id != wirebroker.header.producer_id and scene.pairs.agree(
        "producer_id", kafka.header.producer_id, wirebroker.header.producer_id
    ):
        permitted |= {"producer_id", "crc"}
    if kafka.header.is_log_append_time and all(scene.is_now(each.header.max_timestamp) for each in (kafka, wirebroker)):
        permitted |= {"max_timestamp", "crc"}
    for name in BatchHeader.__struct_fields__:
        a, b = getattr(kafka.header, name), getattr(wirebroker.header, name)
        if a != b and name not in permitted:
            yield name, a, b
    if kafka.body != wirebroker.body and not packed_alike:
        yield "records", kafka.records(), wirebroker.records()


def _are_packed_alike(kafka: _Stored, wirebroker: _Stored) -> bool:
    """Whether both are compressed by the same codec and hold the same: two compressors may write different bytes."""
    if kafka.header.attributes & _CODEC == 0 or kafka.header.attributes != wirebroker.header.attributes:
        return False
    return kafka.body == wirebroker.body or bool(kafka.records() == wirebroker.records())
