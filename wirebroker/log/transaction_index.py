"""The aborted transactions of a segment, in the order of their markers: Kafka's ``TransactionIndex`` (``.txnindex``).

Readers of committed data are told which transactions were aborted, and leave out their records. Committed ones are not
listed anywhere. A segment without an aborted transaction has no such file.
"""

from collections.abc import Callable, Iterator

from wirebroker.log.files import File
from wirebroker.log.format import TRANSACTION_INDEX_ENTRY, Aborted, FormatError

__all__ = ["TransactionIndex"]

VERSION = 0


class TransactionIndex:
    """The entries of one segment. ``size`` is that of the file, in bytes. Methods raise OSError."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.size = 0

    def load(self, base_offset: int) -> None:
        """Take over what the file holds. Raises FormatError if that cannot be of a segment that begins there."""
        self.size = self.file.size()
        if self.size % TRANSACTION_INDEX_ENTRY.size:
            raise FormatError(f"a transaction index of {self.size} bytes")
        if any(aborted.last_offset < base_offset for aborted in self):
            raise FormatError("a transaction that ended before the segment began")

    def clear(self) -> None:
        """Be empty, whatever the file holds."""
        if self.file.size():
            self.file.truncate(0)
        self.size = 0

    def append(self, aborted: Aborted) -> None:
        self.file.write(TRANSACTION_INDEX_ENTRY.pack(VERSION, *aborted), self.size)
        self.size += TRANSACTION_INDEX_ENTRY.size

    def __iter__(self) -> Iterator[Aborted]:
        """Go over the entries. Raises FormatError."""
        if not self.size:
            return
        for version, *fields in TRANSACTION_INDEX_ENTRY.iter_unpack(self.file.read(0, self.size)):
            if version > VERSION:
                raise FormatError(f"an aborted transaction of version {version}")
            yield Aborted(*fields)

    def collect(self, from_offset: int, upper_offset: int) -> tuple[list[Aborted], bool]:
        """Return what a reader of [``from_offset``, ``upper_offset``) has to leave out, and whether that is all.

        If it is not, the next segment may know of more: a transaction is listed where its marker is.
        """
        found = []
        for aborted in self:
            if aborted.last_offset >= from_offset and aborted.first_offset < upper_offset:
                found.append(aborted)
            if aborted.last_stable_offset >= upper_offset:
                return found, True
        return found, False

    def truncate(self, offset: int) -> None:
        """Drop the transactions whose markers stand at this offset or later."""
        keep = sum(1 for aborted in self if aborted.last_offset < offset)
        if keep * TRANSACTION_INDEX_ENTRY.size < self.size:
            self.size = keep * TRANSACTION_INDEX_ENTRY.size
            self.file.truncate(self.size)

    def syncing(self) -> list[Callable[[], None]]:
        """See ``File.syncing``; nothing to do without entries."""
        return [self.file.syncing()] if self.size else []

    def close(self) -> None:
        self.file.close()
