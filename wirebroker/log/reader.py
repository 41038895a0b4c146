"""Find what stands in a log's segments: by offset, by timestamp, or all of it in order.

Only looked at are the sparse indexes and the headers that follow an index entry, some 4 KiB of them. A consumer that
goes on where it stopped costs not even that: the ends of the last reads are remembered.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

import msgspec

from kafka_codecs.records.batch import BatchHeader
from kafka_codecs.records.legacy import read_any_records
from wirebroker.log.damage import DamagedRecords
from wirebroker.log.files import Chunk
from wirebroker.log.format import Aborted
from wirebroker.log.segment import Segment

__all__ = ["LogReader", "Slice", "TimestampOffset", "collect_aborted"]

REMEMBERED_READS = 16


class Slice(msgspec.Struct, frozen=True):
    """Whole batches, as chunks for a response, and their bytes in sum.

    ``next_offset`` is where a reader goes on; -1 if nothing was read. ``aborted``: the transactions whose records a
    reader of committed data has to leave out, if it was asked for.
    """

    chunks: list[Chunk]
    size: int
    next_offset: int
    aborted: list[Aborted] = []


class TimestampOffset(msgspec.Struct, frozen=True, gc=False):
    """A record found by its timestamp (milliseconds). ``leader_epoch`` is its batch's."""

    timestamp: int
    offset: int
    leader_epoch: int


class LogReader:
    """Reads ``segments``, a list that its owner goes on to change. All methods raise OSError and FormatError."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments
        self._reads: dict[int, tuple[Segment, int]] = {}  # offset -> where its batch begins

    def read(
        self, offset: int, max_bytes: int, upper_offset: int, *, at_least_one: bool, with_aborted: bool = False
    ) -> Slice:
        """Return the batches from the one that holds ``offset``, which lies below ``upper_offset``, of one segment."""
        segment, start = self._start_of(offset)
        if segment is None:
            return Slice([], 0, -1)
        end, next_offset = _end_of(segment, start, max_bytes, upper_offset, at_least_one=at_least_one)
        if end == start:
            return Slice([], 0, -1)
        self._remember(next_offset, segment, end)
        aborted = self._aborted(segment, offset, end) if with_aborted else []
        return Slice(segment.file.pieces(start, end - start), end - start, next_offset, aborted)

    def _start_of(self, offset: int) -> tuple[Segment | None, int]:
        remembered = self._reads.get(offset)
        if remembered is not None and remembered[1] < remembered[0].size:
            if remembered[0].damage:
                remembered[0].check_sound(offset)
            return remembered
        n = bisect_right(self._segments, offset, key=lambda segment: segment.base_offset)
        for segment in self._segments[max(n - 1, 0) :]:
            found = segment.locate(offset)
            if found is not None:
                return segment, found[0]
        return None, 0

    def _aborted(self, segment: Segment, offset: int, end: int) -> list[Aborted]:
        """Return the aborted transactions for a reader from ``offset`` up to the position ``end`` of a segment.

        To which offset that is, is told by the offset index, so there may be more than these bytes need
        (``LocalLog.addAbortedTransactions``).
        """
        n = bisect_right(self._segments, segment.base_offset, key=lambda segment: segment.base_offset) - 1
        upper = segment.index.offset_from(end)
        if upper is None:
            upper = self._segments[n + 1].base_offset if n + 1 < len(self._segments) else segment.next_offset
        return collect_aborted(self._segments[n:], offset, upper)

    def _remember(self, offset: int, segment: Segment, position: int) -> None:
        reads = self._reads
        reads.pop(offset, None)
        if len(reads) >= REMEMBERED_READS:
            del reads[next(iter(reads))]
        reads[offset] = segment, position

    def forget(self) -> None:
        """Remember nothing: the segments were exchanged or cut."""
        self._reads.clear()

    def batches(
        self, from_offset: int, on_damage: Callable[[str], object] | None = None
    ) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Go over all batches from the one that holds ``from_offset`` on.

        Damage is told to ``on_damage`` and passed over, or raises.
        """
        for segment in list(self._segments):
            found = segment.locate(from_offset) if from_offset > segment.base_offset else (0, None)
            position = None if found is None else found[0]
            while position is not None:
                try:
                    for _, header, batch in segment.batches(position):
                        yield header, batch
                    position = None
                except DamagedRecords as fault:
                    if on_damage is None:
                        raise
                    on_damage(str(fault))
                    position = fault.end if fault.end < segment.size else None

    def first_since(self, timestamp_ms: int, start: int, decompressed_max: int) -> TimestampOffset | None:
        """Return the first record from offset ``start`` on whose timestamp is that or later.

        Only the first segment is searched that has, or had, such a record: if it was deleted or compacted away, nothing
        is found, though later segments may have one (``UnifiedLog.searchOffsetInLocalLog``). Raises CorruptBatch for
        records that cannot be read, of more than ``decompressed_max`` bytes for instance.
        """
        for segment in self._segments:
            newest = segment.newest_ms
            if newest is not None and newest >= timestamp_ms:
                return _first_in(segment, timestamp_ms, start, decompressed_max)
        return None

    def latest(self, decompressed_max: int) -> TimestampOffset | None:
        """Return the first record with the largest timestamp, be it -1 (none); None without records.

        It is None, too, if a batch without records (as compaction keeps them) has the largest. Raises CorruptBatch.
        """
        segment = max(self._segments, key=lambda segment: segment.max_timestamp)
        return _first_in(segment, segment.max_timestamp, 0, decompressed_max, only_first_batch=True)


def collect_aborted(segments: Sequence[Segment], from_offset: int, upper_offset: int) -> list[Aborted]:
    """Return the aborted transactions of readers of these offsets; ``segments`` begin with the one they read from.

    Raises OSError, FormatError.
    """
    found: list[Aborted] = []
    for segment in segments:
        if segment.transaction_index.size:
            more, complete = segment.transaction_index.collect(from_offset, upper_offset)
            found += more
            if complete:
                break
    return found


def _end_of(segment: Segment, start: int, max_bytes: int, upper_offset: int, *, at_least_one: bool) -> tuple[int, int]:
    """Return where the read ends, and the offset that stands there."""
    end, next_offset = segment.end_within(start, start + max_bytes)
    if end == start and at_least_one:
        position, header = next(segment.headers(start))
        end, next_offset = position + header.size, header.next_offset
    if next_offset > upper_offset:
        found = segment.locate(upper_offset)
        if found is not None and found[0] < end:
            end, next_offset = found[0], found[1].base_offset
    return end, next_offset


def _first_in(
    segment: Segment, timestamp_ms: int, start: int, decompressed_max: int, *, only_first_batch: bool = False
) -> TimestampOffset | None:
    begin = max(segment.time_index.lookup(timestamp_ms), start, segment.base_offset)
    for position, header in segment.headers(segment.index.lookup(begin)):
        if header.max_timestamp < timestamp_ms or header.last_offset < start:
            continue
        for record in read_any_records(segment.file.read(position, header.size), max_decompressed=decompressed_max):
            timestamp, offset = header.timestamp_of(record), header.base_offset + record.offset_delta
            if timestamp >= timestamp_ms and offset >= start:
                return TimestampOffset(timestamp, offset, header.partition_leader_epoch)
        if only_first_batch:
            return None
    return None
