"""Compaction of one log: of each key the last record stays (Kafka's ``Cleaner``).

    map      the keys of the dirty part, each with its last offset, as many as there is memory for
    clean    segments in groups: what the map does not make needless is copied into ``<base>.log.cleaned``
    swap     flushed, the copy takes the segments' place: .cleaned - .swap - (the old ones .deleted) - no suffix

A crash before the copy is called ``.swap`` forgets it, after that the next start completes the exchange. Work goes in
steps (``cleaned_batch``), so that no request waits for it; memory is the map, one batch and what is read at once.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import msgspec

from kafka_codecs.records.batch import BatchHeader, read_header, read_records
from kafka_codecs.records.control import read_control_key
from wirebroker.log.cleaned_batch import RECORDS_A_STEP, Step, Survival, clean_batch, read_batch
from wirebroker.log.cleaned_transactions import CleanedTransactions
from wirebroker.log.cleaning_rate import CleaningRate
from wirebroker.log.compaction import CompactionRules, Dirtiness, dirtiness, group_segments, segments_between
from wirebroker.log.key_offsets import KeyOffsets
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.segment import Segment

__all__ = ["Means", "clean", "dirtiness_of"]

BYTES_A_STEP = 64 * 1024
LEAST_READ = 8 * 1024


class Means(msgspec.Struct, frozen=True):
    """What one compaction works with: an empty map, how many bytes it reads at once, and who counts all bytes."""

    keys: KeyOffsets
    read_bytes: int = 256 * 1024
    rate: CleaningRate | None = None

    def batches(self, segment: Segment, start: int) -> Iterator[tuple[int, BatchHeader, memoryview]]:
        """Walk over a segment's batches from the position ``start`` on. Raises as ``Segment.batches`` does."""
        for position, header, batch in segment.batches(start, at_once=max(self.read_bytes, LEAST_READ)):
            self.count(header.size)
            yield position, header, batch

    def count(self, size: int) -> None:
        if self.rate is not None:
            self.rate.count(size)


def dirtiness_of(log: PartitionLog, now_ms: int) -> Dirtiness | None:
    """Return what there is to compact by the wall clock ``now_ms``, None if that is not enough to begin.

    Raises OSError, FormatError.
    """
    rules = CompactionRules.of(log.config)
    unsettled = next((segment.base_offset for segment in log.segments if not segment.is_settled), log.log_end_offset)
    dirt = dirtiness(
        log.segments,
        cleaned_to=log.cleaned_to,
        log_start_offset=log.log_start_offset,
        log_end_offset=log.log_end_offset,
        last_stable_offset=min(log.last_stable_offset, unsettled),
        rules=rules,
        now_ms=now_ms,
    )
    return dirt if dirt.is_enough(rules) else None


def clean(log: PartitionLog, dirt: Dirtiness, means: Means, now_ms: int) -> Generator[Step, Any, None]:
    """Compact a log as far as the map takes its keys. ``now_ms`` is the wall clock.

    Retention leaves the log alone meanwhile. Raises OSError, FormatError, CorruptBatch, KafkaError; whoever does not go
    on with the generator closes it, and everything is as before.
    """
    log.is_compacted = True
    try:
        keys = means.keys
        yield from _map_keys(log, dirt, means)
        end = keys.latest_offset + 1
        groups = group_segments(
            segments_between(log.segments, 0, end),
            segment_bytes=log.config.segment_size,
            index_bytes=log.config.segment_index_bytes,
            first_uncleanable=dirt.first_uncleanable,
        )
        survival = Survival(
            keys=keys,
            last_records=log.producers.last_records(),
            high_watermark=log.high_watermark,
            now_ms=now_ms,
            delete_retention_ms=log.config.delete_retention_ms,
            decompressed_max=log.rules.stored_decompressed_max,
        )
        transactions = CleanedTransactions()
        for group in groups:
            yield from _clean_group(log, group, means, survival, transactions)
        log.cleaned_to = end
    finally:
        log.is_compacted = False


def _map_keys(log: PartitionLog, dirt: Dirtiness, means: Means) -> Generator[Step, Any, None]:
    start, end = dirt.first_dirty, dirt.first_uncleanable
    dirty = segments_between(log.segments, start, end)
    transactions = CleanedTransactions()
    transactions.expect(log.aborted_transactions(start, end))
    for n, segment in enumerate(dirty):
        is_whole = yield from _map_segment(log, segment, start, means, transactions)
        if not is_whole:
            return
        means.keys.latest_offset = (dirty[n + 1].base_offset if n + 1 < len(dirty) else end) - 1


def _map_segment(
    log: PartitionLog, segment: Segment, start: int, means: Means, transactions: CleanedTransactions
) -> Generator[Step, Any, bool]:
    """Return False if there was no room for a key."""
    keys, paused_at = means.keys, 0
    for position, header, batch in means.batches(segment, segment.index.lookup(start)):
        if position - paused_at > BYTES_A_STEP:
            paused_at = position
            yield None
        if header.is_control:
            records = read_records(batch)
            kind = read_control_key(records[0].key) if records else None
            transactions.is_needless(header, kind, empty=not records)
        elif not transactions.is_aborted(header):
            content = yield from read_batch(header, batch, log.rules.stored_decompressed_max)
            for n, record in enumerate(content):
                if n % RECORDS_A_STEP == RECORDS_A_STEP - 1:
                    yield None
                offset = header.base_offset + record.offset_delta
                if record.key is not None and offset >= start and not keys.put(record.key, offset):
                    return False
        if header.last_offset >= start:
            keys.latest_offset = header.last_offset
    return True


def _clean_group(
    log: PartitionLog, group: Sequence[Segment], means: Means, survival: Survival, transactions: CleanedTransactions
) -> Generator[Step, Any, None]:
    """Copy what stays of neighbouring segments into one, and put it in their place."""
    cleaned = log.new_cleaned_segment(group[0].base_offset)
    transactions.on_abort = cleaned.transaction_index.append
    interval = log.config.index_interval_bytes
    for n, segment in enumerate(group):
        end = group[n + 1].base_offset if n + 1 < len(group) else segment.next_offset
        transactions.expect(log.aborted_transactions(segment.base_offset, end))
        paused_at = 0
        for position, header, batch in means.batches(segment, 0):
            if position - paused_at > BYTES_A_STEP:
                paused_at = position
                yield None
            left = yield from clean_batch(header, batch, survival, transactions)
            if left is not None:
                stays = read_header(left)
                cleaned.append(left, stays.last_offset, stays.max_timestamp, interval)
                means.count(len(left))
    cleaned.create()
    cleaned.seal()
    yield from cleaned.syncing(indexes=True)
    log.replace_segments(cleaned, group)
    yield log.syncing_names()
