"""Fetches that wait for records (Kafka's ``DelayedFetch``): parked by one task, woken by another's append.

A fetch that is answered at once never comes here. One that waits registers with every partition that it reads, each
time with the bytes that this partition may still add: its ``partition_max_bytes`` less what is readable already. An
append takes from both that room and the fetch's missing bytes, and wakes it when none are missing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import trio


class ParkedFetch:
    """One waiting fetch: how many bytes it still misses, and whether it has been woken."""

    __slots__ = ("_event", "_missing", "read_committed")

    def __init__(self, missing: int, *, read_committed: bool = False) -> None:
        self._event = trio.Event()
        self._missing = missing
        self.read_committed = read_committed

    @property
    def woken(self) -> bool:
        return self._event.is_set()

    def add(self, size: int) -> None:
        """Count ``size`` more readable bytes."""
        self._missing -= size
        if self._missing <= 0:
            self._event.set()

    def wake(self) -> None:
        """End the wait whatever is readable."""
        self._event.set()

    @contextmanager
    def standing_at(self, places: Sequence[tuple["Waiters", int]]) -> Iterator[None]:
        """Be told of appends at these partitions, each with its room in bytes."""
        for waiters, room in places:
            waiters.parked[self] = room
        try:
            yield
        finally:
            for waiters, _ in places:
                waiters.parked.pop(self, None)

    async def wait(self, seconds: float) -> None:
        """Return when woken, before or now, or when the time is over."""
        with trio.move_on_after(max(0.0, seconds)):
            await self._event.wait()


class Waiters:
    """The fetches that are parked at one partition, each with the bytes that this partition may still add to it."""

    __slots__ = ("parked",)

    def __init__(self) -> None:
        self.parked: dict[ParkedFetch, int] = {}

    def appended(self, size: int, *, stable: bool, stable_moved: bool) -> None:
        """Tell of ``size`` appended bytes.

        ``stable``: everything up to the log's end may be read with read_committed. ``stable_moved``: the last stable
        offset rose, so that more than these bytes may have become readable.
        """
        for fetch, room in self.parked.items():
            if fetch.read_committed and not stable:
                if stable_moved:
                    fetch.wake()
                continue
            gain = min(room, size)
            self.parked[fetch] = room - gain
            fetch.add(gain)

    def wake_all(self) -> None:
        """Have every fetch look again: the partition is gone, or has a new leader epoch."""
        for fetch in self.parked:
            fetch.wake()
