"""What compaction leaves of one batch: the whole of it, a batch of fewer records, an empty one, or nothing.

Kafka's ``Cleaner.cleanInto`` and ``MemoryRecords.filterTo``. Offsets stay as they are: base offset and last offset
delta too, so that a producer's last sequence can still be told from its last batch. A batch whose records may go later
(tombstones, and markers without records) carries the time from which on they may as its base timestamp, and bit 6 of
its attributes says so (KIP-534). Messages of before Kafka 0.11 become batches.

Work is done in steps: a generator yields None where others should have a turn, or a call that takes long and touches
nothing but its arguments, and is sent its result.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from kafka_codecs.records.batch import (
    HEADER_SIZE,
    NO_TIMESTAMP,
    BatchHeader,
    Compression,
    Record,
    TimestampType,
    pack_batch,
    read_records,
)
from kafka_codecs.records.compression import compress, decompress
from kafka_codecs.records.control import read_control_key
from kafka_codecs.records.legacy import read_any_records
from kafka_codecs.records.record import iter_records, write_record
from wirebroker.log.cleaned_transactions import CleanedTransactions
from wirebroker.log.files import Buffer
from wirebroker.log.key_offsets import KeyOffsets
from wirebroker.log.producer_state import LastRecord
from wirebroker.log.rules import DECOMPRESSED_PER_MESSAGE

__all__ = ["Step", "Survival", "clean_batch", "read_batch"]

Step = Callable[[], Any] | None

RECORDS_A_STEP = 128
LARGE = 32 * 1024
"""Bytes from which on a codec is not run inline."""


class Survival(msgspec.Struct, frozen=True):
    """By what a record or a batch survives. Times are the wall clock's, in milliseconds."""

    keys: KeyOffsets
    last_records: Mapping[int, LastRecord]
    high_watermark: int
    now_ms: int
    delete_retention_ms: int
    decompressed_max: int

    def keeps_empty(self, header: BatchHeader) -> bool:
        """Whether the batch stays without records: a producer's last one, and the last below the high watermark."""
        last = self.last_records.get(header.producer_id) if header.has_producer_id else None
        if last is not None:
            if last.offset is not None:
                if header.last_offset == last.offset:
                    return True
            elif header.is_control and header.producer_epoch == last.producer_epoch:
                return True
        return header.next_offset == self.high_watermark

    def horizon_has_passed(self, header: BatchHeader) -> bool:
        return header.has_delete_horizon and self.now_ms >= header.base_timestamp


def clean_batch(
    header: BatchHeader, batch: memoryview, survival: Survival, transactions: CleanedTransactions
) -> Generator[Step, Any, Buffer | None]:
    """Return the batch that stays, None if none does. Raises CorruptBatch."""
    needless_marker = False
    if header.is_control:
        records = read_records(batch)
        kind = read_control_key(records[0].key) if records else None
        needless_marker = transactions.is_needless(header, kind, empty=not records)
        goes = needless_marker and survival.horizon_has_passed(header)
        kept = [] if goes else records
    else:
        goes = transactions.is_aborted(header)
        kept = []
        if not goes and header.records_count:
            kept = yield from _kept_records(header, batch, survival)
    if not kept:
        return _emptied(header) if header.magic == 2 and survival.keeps_empty(header) else None
    horizon = header.base_timestamp if header.has_delete_horizon else None
    if horizon is None and (needless_marker or any(record.value is None for record in kept)):
        horizon = survival.now_ms + survival.delete_retention_ms
    elif len(kept) == header.records_count and header.magic == 2:
        return batch
    return (yield from _rebuilt(header, kept, horizon))


def read_batch(header: BatchHeader, batch: memoryview, limit: int) -> Generator[Step, Any, Iterable[Record]]:
    """Return a batch's records, which are read as they are asked for. Raises CorruptBatch, then or now.

    Compressed ones may grow to ``limit`` bytes, a batch of more than ``max.message.bytes`` now in proportion.
    """
    if header.magic != 2:
        return read_any_records(batch, max_decompressed=limit)
    body = batch[HEADER_SIZE:]
    codec = header.compression
    if codec is Compression.NONE or not header.records_count:
        return iter_records(bytes(body), header.records_count)
    opening = partial(decompress, codec, body, limit=max(limit, DECOMPRESSED_PER_MESSAGE * header.size))
    content: bytes = opening() if len(body) < LARGE else (yield opening)
    return iter_records(content, header.records_count)


def _kept_records(header: BatchHeader, batch: memoryview, survival: Survival) -> Generator[Step, Any, list[Record]]:
    """Keep of each key the last record, unless that is a tombstone whose time is over; and what is not mapped yet."""
    content = yield from read_batch(header, batch, survival.decompressed_max)
    keys = survival.keys
    tombstones_stay = not survival.horizon_has_passed(header)
    base_offset, mapped = header.base_offset, keys.latest_offset
    kept = []
    for n, record in enumerate(content):
        if n % RECORDS_A_STEP == RECORDS_A_STEP - 1:
            yield None
        offset = base_offset + record.offset_delta
        if offset > mapped or (
            record.key is not None and offset >= keys.get(record.key) and (tombstones_stay or record.value is not None)
        ):
            kept.append(record)
    return kept


def _emptied(header: BatchHeader) -> bytearray:
    return pack_batch(
        b"",
        0,
        base_offset=header.base_offset,
        partition_leader_epoch=header.partition_leader_epoch,
        compression=Compression.NONE,
        base_timestamp=NO_TIMESTAMP,
        max_timestamp=header.max_timestamp,
        timestamp_type=_timestamp_type(header),
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
        transactional=header.is_transactional,
        control=header.is_control,
        delete_horizon=False,
        last_offset_delta=header.last_offset_delta,
    )


def _rebuilt(header: BatchHeader, kept: Sequence[Record], horizon: int | None) -> Generator[Step, Any, bytearray]:
    base_offset, last_offset_delta = header.base_offset, header.last_offset_delta
    if header.magic != 2:
        base_offset += kept[0].offset_delta
        last_offset_delta = kept[-1].offset_delta - kept[0].offset_delta
    timestamps = [header.timestamp_of(record) for record in kept]
    base = timestamps[0] if horizon is None else horizon
    body = bytearray()
    for n, (record, timestamp) in enumerate(zip(kept, timestamps, strict=True)):
        if n % RECORDS_A_STEP == RECORDS_A_STEP - 1:
            yield None
        record.timestamp_delta = timestamp - base
        record.offset_delta += header.base_offset - base_offset
        record.attributes = 0
        write_record(body, record)
    packed: Buffer = body
    if header.compression is not Compression.NONE:
        packing = partial(compress, header.compression, body)
        packed = packing() if len(body) < LARGE else (yield packing)
    return pack_batch(
        packed,
        len(kept),
        base_offset=base_offset,
        partition_leader_epoch=header.partition_leader_epoch,
        compression=header.compression,
        base_timestamp=base,
        max_timestamp=header.max_timestamp if header.is_log_append_time else max(timestamps),
        timestamp_type=_timestamp_type(header),
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
        transactional=header.is_transactional,
        control=header.is_control,
        delete_horizon=horizon is not None,
        last_offset_delta=last_offset_delta,
    )


def _timestamp_type(header: BatchHeader) -> TimestampType:
    return TimestampType.LOG_APPEND_TIME if header.is_log_append_time else TimestampType.CREATE_TIME
