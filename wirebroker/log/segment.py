"""One segment: the batches from its base offset on in one file, and the two indexes beside it (Kafka's ``LogSegment``).

A segment appends, finds the position of an offset, and walks over its batches. It does not judge what it is given:
``validate`` and ``producer_state`` do that before, ``recovery`` after a crash.
"""

from collections.abc import Iterator

from kafka_codecs.records.batch import HEADER_SIZE, BatchHeader, read_header
from wirebroker.log.files import Buffer, File, Files
from wirebroker.log.format import INDEX_ENTRY, TIME_INDEX_ENTRY, FormatError, segment_file
from wirebroker.log.indexes import OffsetIndex, TimeIndex
from wirebroker.log.rules import AppendRules

__all__ = ["Segment"]

SCAN_BYTES = 8 * 1024
"""Read at once while looking for a batch from an index entry on: entries are some 4 KiB apart."""
REPLAY_BYTES = 1024 * 1024
"""Read at once while going through whole batches."""
MAX_RELATIVE_OFFSET = 2**31 - 1
NO_TIMESTAMP = -1


class Segment:
    """``size`` is the next position in the file, ``next_offset`` the offset that follows the last batch.

    ``max_timestamp`` is the largest of the batches' timestamps, in milliseconds, -1 without any.
    """

    def __init__(self, files: Files, directory: str, base_offset: int) -> None:
        def file(suffix: str) -> File:
            return files.open(f"{directory}/{segment_file(base_offset, suffix)}")

        self.base_offset = base_offset
        self.file = file("log")
        self.index = OffsetIndex(file("index"), base_offset)
        self.time_index = TimeIndex(file("timeindex"), base_offset)
        self.start()

    # ---- life

    def start(self) -> None:
        """Be new and empty, whatever the files hold."""
        self.next_offset = self.base_offset
        self.size = 0
        self.sealed = False
        self._max_timestamp: int | None = NO_TIMESTAMP  # None: in the time index, which was not read yet
        self._max_timestamp_offset = self.base_offset
        self._first_timestamp: int | None = None
        self._used_since_ms: int | None = None
        self._since_entry = 0
        self.index.start()
        self.time_index.start()

    def open_sealed(self, next_offset: int) -> None:
        """Take over a segment that will not grow. Raises FormatError if its index cannot be right."""
        self.size = self.file.size()
        self.next_offset = next_offset
        self.index.load(to_grow=False)
        self.time_index.load(to_grow=False)
        self._check_entries()
        self._max_timestamp = None
        self.sealed = True

    def open_active(self) -> None:
        """Take over the last segment of a log that was stopped cleanly: only what follows its last index entry is read.

        Raises FormatError if the indexes or the file's end are not as a clean stop leaves them.
        """
        self.size = self.file.size()
        self.index.load(to_grow=True)
        self.time_index.load(to_grow=True)
        self._check_entries()
        position = self.index.last_position()
        if position > self.size:
            raise FormatError(f"an index that points to {position} in a file of {self.size} bytes")
        self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        self._since_entry = 0
        end = position
        for at, header in self.headers(position):
            self._note_timestamp(header.max_timestamp, header.last_offset)
            self.next_offset = header.next_offset
            end = at + header.size
        if end != self.size:
            raise FormatError(f"{self.size - end} bytes at the end that are not a batch")
        self._since_entry = end - position

    def _check_entries(self) -> None:
        """Look for indexes that are empty beside records: lookups would be slow, or overlook timestamps."""
        if not self.index.count and any(position > 2 * SCAN_BYTES for position, _ in self.headers(0)):
            raise FormatError("an empty index beside many batches")
        if self.size and not self.time_index.count and self._first_max_timestamp() >= 0:
            raise FormatError("an empty time index beside records with timestamps")

    def _first_max_timestamp(self) -> int:
        if self._first_timestamp is None:
            self._first_timestamp = next((header.max_timestamp for _, header in self.headers(0)), NO_TIMESTAMP)
        return self._first_timestamp

    def seal(self) -> None:
        """Write the indexes; the segment does not grow any more. Raises OSError."""
        self.time_index.append(self.max_timestamp, self._max_timestamp_offset)
        self.index.seal()
        self.time_index.seal()
        self.sealed = True

    def sync(self) -> None:
        """Bring records and, in a sealed segment, indexes to stable storage. Raises OSError.

        The last segment's indexes need not be there: recovery rebuilds them anyway.
        """
        self.file.sync()
        if self.sealed:
            self.index.sync()
            self.time_index.sync()

    def close(self) -> None:
        self.file.close()
        self.index.close()
        self.time_index.close()

    # ---- growth

    def append(self, batch: Buffer, last_offset: int, max_timestamp: int, index_interval: int) -> None:
        """Write a batch at the end. Raises OSError; nothing has changed then but perhaps the file beyond ``size``."""
        position = self.size
        self.file.write(batch, position)
        self.note(position, len(batch), last_offset, max_timestamp, index_interval)

    def note(self, position: int, size: int, last_offset: int, max_timestamp: int, index_interval: int) -> None:
        """Count in a batch that is in the file: sizes, offsets and the sparse index entries (about one per 4 KiB)."""
        if self._first_timestamp is None:
            self._first_timestamp = max_timestamp
        if self._max_timestamp is None or max_timestamp > self._max_timestamp:
            self._note_timestamp(max_timestamp, last_offset)
        if self._since_entry > index_interval:
            self.index.append(last_offset, position)
            self.time_index.append(self.max_timestamp, self._max_timestamp_offset)
            self._since_entry = 0
        self._since_entry += size
        self.size = position + size
        self.next_offset = last_offset + 1

    def is_full(self, size: int, last_offset: int, max_timestamp: int, now_ms: int, rules: AppendRules) -> bool:
        """Whether a batch of ``size`` bytes belongs into a new segment (Kafka's ``LogSegment.shouldRoll``).

        Age is the distance between the new batch's timestamp and the first batch's; the wall clock only counts where
        there are no timestamps. The last entry of a time index is kept for the one that sealing adds.
        """
        return self.size > 0 and (
            self.size + size > rules.segment_bytes
            or self._waited(max_timestamp, now_ms) > rules.segment_ms
            or (self.index.count + 1) * INDEX_ENTRY.size > rules.index_bytes
            or (self.time_index.count + 2) * TIME_INDEX_ENTRY.size > rules.index_bytes
            or last_offset - self.base_offset > MAX_RELATIVE_OFFSET
        )

    def _waited(self, max_timestamp: int, now_ms: int) -> int:
        first = self._first_max_timestamp() if self._first_timestamp is None else self._first_timestamp
        if first >= 0:
            return max_timestamp - first
        if self._used_since_ms is None:
            self._used_since_ms = now_ms
        return now_ms - self._used_since_ms

    def truncate(self, position: int, next_offset: int) -> None:
        """Cut the segment at a batch's beginning. Raises OSError."""
        self.file.truncate(position)
        self.size = position
        self.next_offset = next_offset
        self.index.truncate(next_offset)
        self.time_index.truncate(next_offset)
        self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        start = self.index.last_position()
        self._since_entry = position - start
        for _, header in self.headers(start):
            self._note_timestamp(header.max_timestamp, header.last_offset)
        if not position:
            self._first_timestamp = None

    # ---- timestamps

    @property
    def max_timestamp(self) -> int:
        """The largest timestamp, in milliseconds, -1 without any. Raises OSError."""
        if self._max_timestamp is None:
            self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        return self._max_timestamp

    def _note_timestamp(self, timestamp: int, last_offset: int) -> None:
        if timestamp > self.max_timestamp:
            self._max_timestamp, self._max_timestamp_offset = timestamp, last_offset

    # ---- looking

    def headers(self, position: int, end: int | None = None) -> Iterator[tuple[int, BatchHeader]]:
        """Walk over the batches from ``position``, where one must begin, reading little more than their headers.

        A last one that is cut short ends the walk. Raises OSError, FormatError for what cannot be a batch.
        """
        end = self.size if end is None else end
        window, start = memoryview(b""), position
        while position + HEADER_SIZE <= end:
            if position + HEADER_SIZE > start + len(window):
                window, start = self.file.read(position, min(SCAN_BYTES, end - position)), position
                if len(window) < HEADER_SIZE:
                    return
            header = read_header(window, position - start)
            if header.magic != 2 or header.size < HEADER_SIZE:
                raise FormatError(f"no batch at {position} of the segment {self.base_offset}")
            if position + header.size > end:
                return
            yield position, header
            position += header.size

    def batches(self, position: int, end: int | None = None) -> Iterator[tuple[int, BatchHeader, memoryview]]:
        """Walk over whole batches. Raises as ``headers`` does."""
        end = self.size if end is None else end
        window, start = memoryview(b""), position
        while position + HEADER_SIZE <= end:
            at = position - start
            if at + HEADER_SIZE > len(window):
                window, start, at = self.file.read(position, min(REPLAY_BYTES, end - position)), position, 0
                if len(window) < HEADER_SIZE:
                    return
            header = read_header(window, at)
            if header.magic != 2 or header.size < HEADER_SIZE:
                raise FormatError(f"no batch at {position} of the segment {self.base_offset}")
            if position + header.size > end:
                return
            if at + header.size > len(window):
                size = max(header.size, min(REPLAY_BYTES, end - position))
                window, start, at = self.file.read(position, size), position, 0
                if len(window) < header.size:
                    return
            yield position, header, window[at : at + header.size]
            position += header.size

    def locate(self, offset: int) -> tuple[int, BatchHeader] | None:
        """Find the batch that holds ``offset``, or the next one if it is compacted away; None beyond the last batch."""
        if offset >= self.next_offset:
            return None
        for position, header in self.headers(self.index.lookup(offset)):
            if header.last_offset >= offset:
                return position, header
        return None

    def end_within(self, start: int, limit: int) -> tuple[int, int]:
        """Find where the last whole batch ends that fits between ``start``, a batch's beginning, and ``limit``.

        Return its end and the next batch's base offset. The end is ``start`` if no batch fits.
        """
        if limit >= self.size:
            return self.size, self.next_offset
        position, offset = start, -1
        for position, header in self.headers(max(start, self.index.position_before(limit))):
            offset = header.base_offset
            if position + header.size > limit:
                break
        return position, offset
