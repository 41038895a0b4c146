"""What a segment is, and how it is read: the batches from its base offset on in one file, and the indexes beside it.

``Segment`` is what changes it.
"""

from collections.abc import Iterator

from kafka_codecs.records.batch import HEADER_SIZE, BatchHeader, CorruptBatch
from kafka_codecs.records.legacy import read_any_header
from wirebroker.log.damage import DamagedRecords, NotABatch, Stretch
from wirebroker.log.files import File, Files
from wirebroker.log.format import INDEX_ENTRY, TIME_INDEX_ENTRY, segment_file
from wirebroker.log.indexes import OffsetIndex, TimeIndex
from wirebroker.log.transaction_index import TransactionIndex

__all__ = ["SCAN_BYTES", "ReadableSegment"]

SCAN_BYTES = 8 * 1024
"""Read at once while looking for a batch from an index entry on: entries are some 4 KiB apart."""
REPLAY_BYTES = 1024 * 1024
"""Read at once while going through whole batches."""
NO_TIMESTAMP = -1


class ReadableSegment:
    """``size`` is the next position in the file, ``next_offset`` the offset that follows the last batch.

    ``max_timestamp`` is the largest of the batches' timestamps, in milliseconds, -1 without any. ``written_ms`` is the
    wall clock at the last append since the start. ``is_dropped``: its files are deleted, nothing is written to them.
    """

    def __init__(self, files: Files, directory: str, base_offset: int, *, suffix: str = "") -> None:
        """``suffix`` stands at the end of all files' names while they are not what counts (``.cleaned``, ``.swap``)."""

        def file(kind: str) -> File:
            return files.open(f"{directory}/{segment_file(base_offset, kind)}{suffix}")

        self.base_offset = base_offset
        self.damage: dict[int, Stretch] = {}
        """By the position where each begins."""
        self.written_ms: int | None = None
        self.roll_jitter_ms = 0
        """Taken from the age at which the segment is full, so that not all of a broker are full at once."""
        self.is_dropped = False
        self.file = file("log")
        self.index = OffsetIndex(file("index"), base_offset)
        self.time_index = TimeIndex(file("timeindex"), base_offset)
        self.transaction_index = TransactionIndex(file("txnindex"))
        self._files = files
        self._directory = directory
        self._suffix = suffix
        self.start()

    def start(self) -> None:
        """Be new and empty, whatever the files hold."""
        self.next_offset = self.base_offset
        self.size = 0
        self.sealed = self._index_is_unsaved = False
        self._max_timestamp: int | None = NO_TIMESTAMP  # None: in the time index, which was not read yet
        self._max_timestamp_offset = self.base_offset
        self._first_timestamp: int | None = None
        self._used_since_ms: int | None = None
        self._since_entry = 0
        self.index.start()
        self.time_index.start()

    # ---- timestamps

    @property
    def max_timestamp(self) -> int:
        """The largest timestamp, in milliseconds, -1 without any. Raises OSError."""
        if self._max_timestamp is None:
            self._max_timestamp, self._max_timestamp_offset = self.time_index.last()
        return self._max_timestamp

    @property
    def first_timestamp(self) -> int:
        """The first batch's largest timestamp, in milliseconds, -1 without any. Raises OSError, FormatError."""
        if self._first_timestamp is None:
            self._first_timestamp = next((header.max_timestamp for _, header in self.headers(0)), NO_TIMESTAMP)
        return self._first_timestamp

    @property
    def newest_ms(self) -> int | None:
        """The age that counts: the largest timestamp, or when the file was last written. Raises OSError."""
        if self.max_timestamp >= 0:
            return self.max_timestamp
        return self.file.modified_ms() if self.written_ms is None else self.written_ms

    @property
    def index_sizes(self) -> tuple[int, int]:
        """Bytes of the offset index and of the time index."""
        return self.index.count * INDEX_ENTRY.size, self.time_index.count * TIME_INDEX_ENTRY.size

    # ---- looking

    def headers(self, position: int, end: int | None = None) -> Iterator[tuple[int, BatchHeader]]:
        """Walk over the batches from ``position``, where one must begin, reading little more than their headers.

        Known damage is passed over. Raises OSError, NotABatch for what cannot be a batch.
        """
        end = self.size if end is None else end
        window, start = memoryview(b""), position
        while position < end:
            if position in self.damage:
                position = self.damage[position].end
                continue
            if position + HEADER_SIZE > start + len(window) < end:
                window, start = self.file.read(position, min(SCAN_BYTES, end - position)), position
            header = self._header_in(window, position - start, position, end)
            yield position, header
            position += header.size

    def batches(
        self, position: int, end: int | None = None, *, at_once: int = REPLAY_BYTES
    ) -> Iterator[tuple[int, BatchHeader, memoryview]]:
        """Walk over whole batches, reading ``at_once`` bytes or one batch, whichever is more.

        Raises as ``headers`` does, and DamagedRecords for known damage.
        """
        end = self.size if end is None else end
        window, start = memoryview(b""), position
        while position < end:
            if position in self.damage:
                raise DamagedRecords(self.damage[position], self.base_offset)
            at = position - start
            if position + HEADER_SIZE > start + len(window) < end:
                window, start, at = self.file.read(position, min(at_once, end - position)), position, 0
            header = self._header_in(window, at, position, end)
            if at + header.size > len(window):
                size = max(header.size, min(at_once, end - position))
                window, start, at = self.file.read(position, size), position, 0
                if len(window) < header.size:
                    raise NotABatch(position, self.base_offset)
            yield position, header, window[at : at + header.size]
            position += header.size
        if position in self.damage:
            raise DamagedRecords(self.damage[position], self.base_offset)

    def _header_in(self, window: memoryview, at: int, position: int, end: int) -> BatchHeader:
        """View the header at ``at`` of what was read, be it a batch's or that of a message of before Kafka 0.11."""
        try:
            header = read_any_header(window, at)
        except CorruptBatch:
            raise NotABatch(position, self.base_offset) from None
        if position + header.size > end:
            raise NotABatch(position, self.base_offset)
        return header

    def check_sound(self, offset: int) -> None:
        """Raise DamagedRecords for an offset that is known to be lost."""
        for stretch in self.damage.values():
            if stretch.first_offset <= offset < stretch.next_offset:
                raise DamagedRecords(stretch, self.base_offset)

    def locate(self, offset: int) -> tuple[int, BatchHeader] | None:
        """Find the batch that holds ``offset``, or the next one if it is compacted away; None beyond the last batch."""
        if offset >= self.next_offset:
            return None
        if self.damage:
            self.check_sound(offset)
        for position, header in self.headers(self.index.lookup(offset)):
            if header.last_offset >= offset:
                return position, header
        return None

    def end_within(self, start: int, limit: int) -> tuple[int, int]:
        """Find where the last whole batch ends that fits between ``start``, a batch's beginning, and ``limit``.

        Return its end and the next batch's base offset. The end is ``start`` if no batch fits.
        """
        if self.damage:
            damage = [stretch for stretch in self.damage.values() if start <= stretch.position <= limit]
            if damage:
                first = min(damage, key=lambda stretch: stretch.position)
                return first.position, first.first_offset
        if limit >= self.size:
            return self.size, self.next_offset
        position, offset = start, -1
        for position, header in self.headers(max(start, self.index.position_before(limit))):
            offset = header.base_offset
            if position + header.size > limit:
                break
        return position, offset
