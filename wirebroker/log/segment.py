"""What changes a segment (Kafka's ``LogSegment``): opening and closing its files, growth, truncation.

A segment does not judge what it is given: ``validate`` and ``producer_state`` do that before, ``recovery`` after a
crash. How it is read says ``readable_segment``.
"""

from collections.abc import Callable

from kafka_codecs.records.batch import BatchHeader
from wirebroker.log.files import Buffer
from wirebroker.log.format import INDEX_ENTRY, SEGMENT_SUFFIXES, TIME_INDEX_ENTRY, FormatError, segment_file
from wirebroker.log.readable_segment import SCAN_BYTES, ReadableSegment
from wirebroker.log.rules import AppendRules

__all__ = ["Segment"]

MAX_RELATIVE_OFFSET = 2**31 - 1


class Segment(ReadableSegment):
    """See the modules."""

    # ---- life

    def create(self) -> None:
        """Have a file before there are records: its name says where the log ends. Raises OSError."""
        if not self.file.size():
            self.file.write(b"", 0)

    def open_sealed(self, next_offset: int) -> None:
        """Take over a segment that will not grow. Raises FormatError if its index cannot be right."""
        self.size = self.file.size()
        self.next_offset = next_offset
        self.index.load(to_grow=False)
        self.time_index.load(to_grow=False)
        self.transaction_index.load(self.base_offset)
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
        self.transaction_index.load(self.base_offset)
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
        self._since_entry = end - position

    def open_before(self, offset: int) -> int:
        """Take over what the indexes know of batches before ``offset``, to be grown from there on by ``note``.

        Return the position of the last of these batches; 0, with the segment as new, if the indexes are of no use.
        Raises OSError.
        """
        try:
            last_offset, header, position = self._last_entry_before(offset)
        except FormatError:
            self.start()
            return 0
        self.time_index.truncate(last_offset + 1)
        self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        self._since_entry = 0
        self.size, self.next_offset = position, header.base_offset
        return position

    def _last_entry_before(self, offset: int) -> tuple[int, BatchHeader, int]:
        """Drop index entries from ``offset`` on; return what the last one left says, and the batch that it leads to."""
        for index in (self.index, self.time_index):
            index.load(to_grow=True)
            index.check_rising()
            index.truncate(offset)
        last_offset, position = self.index.last_entry()
        if not position:
            raise FormatError("an index without entries")
        header = next((header for _, header in self.headers(position, self.file.size())), None)
        if header is None or header.last_offset != last_offset:
            raise FormatError(f"an index that has offset {last_offset} at {position}, where it is not")
        return last_offset, header, position

    def _check_entries(self) -> None:
        """Look for indexes that are empty beside records: lookups would be slow, or overlook timestamps."""
        if not self.index.count and any(position > 2 * SCAN_BYTES for position, _ in self.headers(0)):
            raise FormatError("an empty index beside many batches")
        if self.size and not self.time_index.count and self.first_timestamp >= 0:
            raise FormatError("an empty time index beside records with timestamps")

    def seal(self) -> None:
        """Write the indexes; the segment does not grow any more. Raises OSError."""
        self.time_index.append(self.max_timestamp, self._max_timestamp_offset)
        self.index.seal()
        self.time_index.seal()
        self.sealed, self._index_is_unsaved = True, False

    def syncing(self, *, indexes: bool) -> list[Callable[[], None]]:
        """Return calls that bring what is written to stable storage; see ``File.syncing``."""
        calls = [self.file.syncing()]
        if indexes:
            calls += [self.time_index.syncing(), *self.transaction_index.syncing()]
            calls += [self._saving_index] if self._index_is_unsaved else [self.index.syncing()]
        return calls

    @property
    def is_settled(self) -> bool:
        """Whether its index is in the file. Until then nobody else may take the segment's name."""
        return not self._index_is_unsaved

    def _saving_index(self) -> None:
        if not self.is_dropped:
            self.index.save_all()()
            self.index.syncing()()

    def begin_seal(self) -> None:
        """Let the segment not grow any more. The flush that follows writes the index for offsets; then ``end_seal``.

        What a recovery finds in that one it expects in the others as well: it comes to the disk after them. Raises
        OSError.
        """
        self.time_index.append(self.max_timestamp, self._max_timestamp_offset)
        self.time_index.seal()
        self.sealed = self._index_is_unsaved = True

    def end_seal(self) -> None:
        """Let go of the index, which was written."""
        self._index_is_unsaved = False
        self.index.forget()

    def saving_indexes(self) -> list[Callable[[], None]]:
        """Return calls that write the indexes of a segment that grows, as far as they go, to stable storage.

        An entry for an offset comes to the disk after the entries for timestamps up to there: what a recovery finds in
        the one it may expect in the other.
        """
        times, offsets = self.time_index.save_new(), self.index.save_new()
        aborted = self.transaction_index.syncing()

        def save() -> None:
            for sync in aborted:
                sync()
            times()
            self.time_index.syncing()()
            offsets()
            self.index.syncing()()

        return [save]

    def close(self) -> None:
        self.file.close()
        self.index.close()
        self.time_index.close()
        self.transaction_index.close()

    def rename(self, suffix: str) -> None:
        """Give all files' names another ending. Raises OSError; the segment is not to be used then.

        The records' file decides what becomes of the others after a crash. Its suffix is taken away first, so that
        nobody finds new indexes beside old records; and it is put on last, so that its indexes are there already.
        """
        self.close()
        kinds = [kind for kind in SEGMENT_SUFFIXES if kind != "snapshot"]
        there = set(self._files.names(self._directory))
        for kind in reversed(kinds) if suffix else kinds:
            name = segment_file(self.base_offset, kind)
            if name + self._suffix in there:
                self._files.rename(f"{self._directory}/{name}{self._suffix}", f"{self._directory}/{name}{suffix}")
        self._suffix = suffix
        files = [
            self._files.open(f"{self._directory}/{segment_file(self.base_offset, kind)}{suffix}") for kind in kinds
        ]
        self.file, self.index.file, self.time_index.file, self.transaction_index.file = files

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

    def pass_over(self, position: int, next_offset: int) -> None:
        """Go on at this position and offset: what lies before is damage, and has been noted."""
        self._since_entry += position - self.size
        self.size = position
        self.next_offset = next_offset

    def is_full(self, size: int, last_offset: int, max_timestamp: int, now_ms: int, rules: AppendRules) -> bool:
        """Whether a batch of ``size`` bytes belongs into a new segment (Kafka's ``LogSegment.shouldRoll``).

        Age is the distance between the new batch's timestamp and the first batch's; the wall clock only counts where
        there are no timestamps. The last entry of a time index is kept for the one that sealing adds.
        """
        if self._used_since_ms is None:
            self._used_since_ms = now_ms
        return self.size > 0 and (
            self.size + size > rules.segment_bytes
            or self._waited(max_timestamp, now_ms) > rules.segment_ms - self.roll_jitter_ms
            or (self.index.count + 1) * INDEX_ENTRY.size > rules.index_bytes
            or (self.time_index.count + 2) * TIME_INDEX_ENTRY.size > rules.index_bytes
            or last_offset - self.base_offset > MAX_RELATIVE_OFFSET
        )

    def _waited(self, max_timestamp: int, now_ms: int) -> int:
        first = self.first_timestamp if self._first_timestamp is None else self._first_timestamp
        if first >= 0:
            return max_timestamp - first
        return now_ms - (now_ms if self._used_since_ms is None else self._used_since_ms)

    def truncate(self, position: int, next_offset: int) -> None:
        """Cut the segment at a batch's beginning. Raises OSError."""
        self.file.truncate(position)
        self.size = position
        self.next_offset = next_offset
        self.index.truncate(next_offset)
        self.time_index.truncate(next_offset)
        self.transaction_index.truncate(next_offset)
        self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        start = self.index.last_position()
        self._since_entry = position - start
        for _, header in self.headers(start):
            self._note_timestamp(header.max_timestamp, header.last_offset)
        if not position:
            self._first_timestamp = None

    def _note_timestamp(self, timestamp: int, last_offset: int) -> None:
        if timestamp > self.max_timestamp:
            self._max_timestamp, self._max_timestamp_offset = timestamp, last_offset
