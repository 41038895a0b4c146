"""Which leader wrote which part of a log: a list of (epoch, first offset), both rising (KIP-101).

Kafka's ``LeaderEpochFileCache``. Consumers ask it, after a change of leader, whether what they have read still stands.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable

__all__ = ["LeaderEpochs"]

UNDEFINED = -1


class LeaderEpochs:
    """The epochs of one log. ``log_end_offset`` tells where the log ends now; ``dirty`` says what a disk lacks."""

    def __init__(self, entries: Iterable[tuple[int, int]] = (), *, log_end_offset: Callable[[], int]) -> None:
        self._entries = list(entries)
        self._log_end_offset = log_end_offset
        self.dirty = False

    @property
    def entries(self) -> list[tuple[int, int]]:
        """(epoch, first offset), oldest first."""
        return list(self._entries)

    @property
    def latest(self) -> int | None:
        """The epoch of the current or last leader, None if there never was one."""
        return self._entries[-1][0] if self._entries else None

    @property
    def earliest(self) -> tuple[int, int] | None:
        """The first (epoch, offset) still known."""
        return self._entries[0] if self._entries else None

    def assign(self, epoch: int, start_offset: int) -> None:
        """Say that ``epoch`` writes from ``start_offset`` on. What contradicts it goes; a known epoch changes nothing.

        An epoch that wrote nothing leaves no trace: the next one begins at the same offset.
        """
        if self._entries and self._entries[-1][0] == epoch and start_offset >= self._entries[-1][1]:
            return
        while self._entries and (self._entries[-1][0] >= epoch or self._entries[-1][1] >= start_offset):
            self._entries.pop()
        self._entries.append((epoch, start_offset))
        self.dirty = True

    def epoch_for(self, offset: int) -> int | None:
        """Return the epoch that wrote ``offset``, None if it is older than all that are known."""
        n = bisect_right(self._entries, offset, key=lambda entry: entry[1])
        return self._entries[n - 1][0] if n else None

    def end_offset_for(self, epoch: int) -> tuple[int, int]:
        """Return (epoch, end offset) for OffsetForLeaderEpoch: where the largest epoch up to the asked one ended.

        Below all known epochs it is the asked epoch and the first known offset; above them, or for -1, (-1, -1).
        """
        if epoch == UNDEFINED or not self._entries or epoch > self._entries[-1][0]:
            return UNDEFINED, UNDEFINED
        if epoch == self._entries[-1][0]:
            return epoch, self._log_end_offset()
        n = bisect_right(self._entries, epoch, key=lambda entry: entry[0])
        return (self._entries[n - 1][0] if n else epoch), self._entries[n][1]

    def truncate_from_end(self, end_offset: int) -> None:
        """Forget epochs that begin at or beyond a log's new end."""
        while self._entries and self._entries[-1][1] >= end_offset:
            self._entries.pop()
            self.dirty = True

    def truncate_from_start(self, start_offset: int) -> None:
        """Forget epochs that ended before a log's new start; the one that covers it begins there."""
        n = bisect_right(self._entries, start_offset, key=lambda entry: entry[1])
        if n and (n > 1 or self._entries[0][1] != start_offset):
            self._entries[:n] = [(self._entries[n - 1][0], start_offset)]
            self.dirty = True

    def clear(self) -> None:
        self.dirty = self.dirty or bool(self._entries)
        self._entries.clear()
