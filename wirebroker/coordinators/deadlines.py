"""The named points in time at which a machine has something to do.

Most deadlines are moved many times before one passes (each heartbeat moves one), so moving is cheap: the heap holds at
most one entry a name plus those that were replaced by an earlier time, and an entry that comes too early is put back.
"""

from collections.abc import Hashable
from heapq import heappop, heappush
from itertools import count


class Deadlines:
    """Names and their times, in seconds of the caller's monotonic clock."""

    __slots__ = ("_heap", "_order", "_queued", "_when")

    def __init__(self) -> None:
        self._when: dict[Hashable, float] = {}
        self._queued: dict[Hashable, float] = {}
        self._heap: list[tuple[float, int, Hashable]] = []
        self._order = count()

    def set(self, name: Hashable, when: float) -> None:
        """Give ``name`` a deadline, or move the one it has."""
        self._when[name] = when
        queued = self._queued.get(name)
        if queued is None or when < queued:
            self._push(name, when)

    def cancel(self, name: Hashable) -> None:
        self._when.pop(name, None)

    def get(self, name: Hashable) -> float | None:
        return self._when.get(name)

    def next(self) -> float | None:
        """Return the earliest deadline, or None if there is none."""
        self._settle()
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> Hashable | None:
        """Take out the earliest deadline that has come, if one has, and return its name."""
        self._settle()
        if not self._heap or self._heap[0][0] > now:
            return None
        _, _, name = heappop(self._heap)
        del self._queued[name]
        del self._when[name]
        return name

    def __len__(self) -> int:
        return len(self._when)

    def _push(self, name: Hashable, when: float) -> None:
        self._queued[name] = when
        heappush(self._heap, (when, next(self._order), name))

    def _settle(self) -> None:
        """Bring the heap's first entry in line with what was set since it was queued."""
        while self._heap:
            queued, _, name = self._heap[0]
            if self._queued.get(name) != queued:
                heappop(self._heap)
                continue
            when = self._when.get(name)
            if when == queued:
                return
            heappop(self._heap)
            del self._queued[name]
            if when is not None:
                self._push(name, when)
