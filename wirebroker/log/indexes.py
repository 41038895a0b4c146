"""The sparse indexes of a segment: from an offset to a file position, and from a timestamp to an offset.

An index is its own file's bytes. While its segment grows they are kept in memory; when the segment is sealed they are
written, and lookups from then on read the few entries that a binary search needs, so that a large partition costs no
more memory than a small one. A kill in between loses nothing: recovery scans the segments that were not sealed.
"""

from collections.abc import Callable
from struct import Struct

from wirebroker.log.files import File
from wirebroker.log.format import INDEX_ENTRY, TIME_INDEX_ENTRY, FormatError

__all__ = ["OffsetIndex", "TimeIndex"]


class Entries:
    """Fixed-size entries, sorted by each of their two fields."""

    def __init__(self, file: File, base_offset: int, layout: Struct) -> None:
        self.base_offset = base_offset
        self.file = file
        self._layout = layout
        self._growing: bytearray | None = None
        self._saved: int | None = None  # how many bytes of those are in the file; None: it may hold anything
        self.count = 0

    def start(self) -> None:
        """Be empty and ready to grow."""
        self._growing = bytearray()
        self._saved = None
        self.count = 0

    def load(self, *, to_grow: bool) -> None:
        """Take over what the file holds. Raises FormatError if that cannot be an index of this segment."""
        size = self.file.size()
        if size % self._layout.size:
            raise FormatError(f"an index of {size} bytes, no multiple of {self._layout.size}")
        self._growing = None
        self.count = self._count_without_room(size // self._layout.size)
        used = self.count * self._layout.size
        self._growing = bytearray(self.file.read(0, used)) if to_grow else None
        self._saved = size if used == size else None
        if self.count > 1 and not all(
            low < high for low, high in zip(self._at(0), self._at(self.count - 1), strict=True)
        ):
            raise FormatError(f"an index that does not rise from {self._at(0)} to {self._at(self.count - 1)}")

    def _count_without_room(self, count: int) -> int:
        """Return how many entries there are before the zeros of an index that Kafka had made room for.

        It takes the whole ``segment.index.bytes`` at once, and gives back what is left when the segment is full or the
        log is closed; not after a kill, and never in the metadata log.
        """
        if not count or any(self._at(count - 1)):
            return count
        low, high = 0, count - 1
        while low < high:
            middle = (low + high) // 2
            if any(self._at(middle)):
                low = middle + 1
            else:
                high = middle
        return low

    def check_rising(self) -> None:
        """Look at every entry, where a power loss may have left out some. Raises FormatError."""
        previous = (-1, -1)
        for entry in self._layout.iter_unpack(self._growing or b""):
            if entry[0] <= previous[0] or entry[1] <= previous[1]:
                raise FormatError(f"an index that goes from {previous} to {entry}")
            previous = entry[0], entry[1]

    def save(self) -> None:
        """Write the file. Raises OSError."""
        if self._growing is not None:
            self.file.truncate(len(self._growing))
            self.file.write(bytes(self._growing), 0)

    def save_new(self) -> Callable[[], None]:
        """Return a call, for any thread, that writes what is new since the last time. It raises OSError.

        Only the first one, after a recovery, has old entries to remove, and does so at once.
        """
        assert self._growing is not None
        if self._saved is None:
            self.file.truncate(0)
            self._saved = 0
        at, new = self._saved, bytes(self._growing[self._saved :])
        self._saved += len(new)
        return lambda: self.file.write(new, at)

    def save_all(self) -> Callable[[], None]:
        """Return a call, for any thread, that writes the whole file; it raises OSError. ``forget`` after that."""
        content = bytes(self._growing or b"")

        def save() -> None:
            self.file.truncate(len(content))
            self.file.write(content, 0)

        return save

    def forget(self) -> None:
        """Let go of the bytes, which are in the file."""
        self._growing = None

    def seal(self) -> None:
        """Write the file and forget the bytes."""
        self.save()
        self._growing = None

    def syncing(self) -> Callable[[], None]:
        """Return a call that brings the file to stable storage; see ``File.syncing``."""
        return self.file.syncing()

    def close(self) -> None:
        self.file.close()

    def truncate(self, offset: int) -> None:
        """Drop the entries of this offset and later ones; the index must be growing."""
        assert self._growing is not None
        relative = offset - self.base_offset
        keep = self._first(lambda entry: self._offset_in(entry) >= relative)
        del self._growing[keep * self._layout.size :]
        self.count = keep
        self._saved = None

    def _offset_in(self, entry: tuple[int, int]) -> int:
        raise NotImplementedError

    def _append(self, first: int, second: int) -> None:
        assert self._growing is not None, "a sealed segment does not grow"
        self._growing += self._layout.pack(first, second)
        self.count += 1

    def _at(self, n: int) -> tuple[int, int]:
        size = self._layout.size
        if self._growing is not None:
            first, second = self._layout.unpack_from(self._growing, n * size)
        else:
            first, second = self._layout.unpack(self.file.read(n * size, size))
        return first, second

    def _first(self, is_beyond: Callable[[tuple[int, int]], bool]) -> int:
        """Return how many entries stand before the first that is beyond."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if is_beyond(self._at(middle)):
                high = middle
            else:
                low = middle + 1
        return low


class OffsetIndex(Entries):
    """Last offset of a batch -> the batch's position (Kafka's ``OffsetIndex``)."""

    def __init__(self, file: File, base_offset: int) -> None:
        super().__init__(file, base_offset, INDEX_ENTRY)

    def _offset_in(self, entry: tuple[int, int]) -> int:
        return entry[0]

    def append(self, last_offset: int, position: int) -> None:
        self._append(last_offset - self.base_offset, position)

    def lookup(self, offset: int) -> int:
        """Return a position at or before the batch that holds ``offset``, or the next one if it was compacted away."""
        relative = offset - self.base_offset
        n = self._first(lambda entry: entry[0] > relative)
        return self._at(n - 1)[1] if n else 0

    def position_before(self, position: int) -> int:
        """Return the last batch start known at or before ``position``."""
        n = self._first(lambda entry: entry[1] > position)
        return self._at(n - 1)[1] if n else 0

    def offset_from(self, position: int) -> int | None:
        """Return the offset of the first entry at or after ``position``, None beyond the last entry."""
        n = self._first(lambda entry: entry[1] >= position)
        return self.base_offset + self._at(n)[0] if n < self.count else None

    def last_position(self) -> int:
        return self._at(self.count - 1)[1] if self.count else 0

    def last_entry(self) -> tuple[int, int]:
        """Return (last offset, position) of the last entry's batch; (base offset, 0) without any."""
        relative, position = self._at(self.count - 1) if self.count else (0, 0)
        return self.base_offset + relative, position


class TimeIndex(Entries):
    """Largest timestamp so far -> last offset of the batch that brought it (Kafka's ``TimeIndex``)."""

    def __init__(self, file: File, base_offset: int) -> None:
        super().__init__(file, base_offset, TIME_INDEX_ENTRY)

    def _offset_in(self, entry: tuple[int, int]) -> int:
        return entry[1]

    def append(self, timestamp: int, offset: int) -> None:
        """Append, unless the timestamp is no larger than the last one's."""
        if timestamp > self.last()[0]:
            self._append(timestamp, offset - self.base_offset)

    def last(self) -> tuple[int, int]:
        """Return (timestamp, offset) of the last entry, or (-1, base offset)."""
        return self._entry(self.count - 1)

    def lookup(self, timestamp: int) -> int:
        """Return an offset before which every batch's timestamp is smaller than ``timestamp``."""
        return self._entry(self._first(lambda entry: entry[0] >= timestamp) - 1)[1]

    def _entry(self, n: int) -> tuple[int, int]:
        if n < 0:
            return -1, self.base_offset
        timestamp, relative = self._at(n)
        return timestamp, self.base_offset + relative
