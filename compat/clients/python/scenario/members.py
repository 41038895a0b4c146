"""Members of one group, each in a thread of its own, and what the capabilities about groups ask of them.

The code of a client is a function that consumes as a member until it is told to leave, and tells what happens to it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from scenario.expectations import WAIT_SECONDS, Mismatch, check, check_equal
from scenario.records import Record, numbered_records

PARTITIONS = 4
_ROUND = 40

Consume = Callable[["Member"], None]
Produce = Callable[[Sequence[tuple[int, Record]]], None]


class Member:
    """What is known of a member. ``rebalances`` counts how often it was given or lost partitions."""

    def __init__(self, name: str, changed: threading.Condition) -> None:
        self.name = name
        self.partitions: frozenset[int] = frozenset()
        self.values: list[bytes] = []
        self._uncommitted: dict[int, list[bytes]] = {}
        self.rebalances = 0
        self.error: Exception | None = None
        self.leaves = threading.Event()
        self._changed = changed

    def gained(self, partitions: Iterable[int]) -> None:
        self._set(self.partitions | frozenset(partitions))

    def lost(self, partitions: Iterable[int]) -> None:
        gone = frozenset(partitions)
        with self._changed:
            self._uncommitted = {each: values for each, values in self._uncommitted.items() if each not in gone}
        self._set(self.partitions - gone)

    def read(self, partition: int, value: bytes) -> None:
        """Tell of a record. It counts when it is committed; if its partition goes first, another member reads it."""
        with self._changed:
            self._uncommitted.setdefault(partition, []).append(value)

    def committed(self) -> None:
        with self._changed:
            self.values += [value for values in self._uncommitted.values() for value in values]
            self._uncommitted.clear()
            self._changed.notify_all()

    def failed(self, error: Exception) -> None:
        with self._changed:
            self.error = error
            self._changed.notify_all()

    def _set(self, partitions: frozenset[int]) -> None:
        with self._changed:
            self.partitions = partitions
            self.rebalances += 1
            self._changed.notify_all()


class Group:
    """Members that run; those that are still there leave at the end of the context."""

    def __init__(self, consume: Consume) -> None:
        self._consume = consume
        self._changed = threading.Condition()
        self._threads: dict[Member, threading.Thread] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for member in self._threads:
            member.leaves.set()
        for thread in self._threads.values():
            thread.join(WAIT_SECONDS)

    def start(self, name: str) -> Member:
        member = Member(name, self._changed)
        thread = threading.Thread(target=self._run, args=(member,), name=f"member {name}", daemon=True)
        self._threads[member] = thread
        thread.start()
        return member

    def stop(self, member: Member) -> None:
        """Let a member end in its client's way, which is to leave, unless it is a static one."""
        member.leaves.set()
        thread = self._threads.pop(member)
        thread.join(WAIT_SECONDS)
        check(not thread.is_alive(), f"member {member.name} does not end")

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for what members tell. What fails a member that is not expected to, fails this."""
        with self._changed:
            came = self._changed.wait_for(lambda: holds() or self._failure(), WAIT_SECONDS)
            if not holds():
                failure = self._failure()
                if failure is not None:
                    raise failure
                check(came, f"{what}: not within {WAIT_SECONDS:.0f} s; {self._story()}")

    def _run(self, member: Member) -> None:
        try:
            self._consume(member)
        except Exception as error:  # noqa: BLE001 - the thread that waits raises it
            member.failed(error)

    def _failure(self) -> Exception | None:
        return next((member.error for member in self._threads if member.error is not None), None)

    def _story(self) -> str:
        return "; ".join(
            f"{member.name} has {sorted(member.partitions)} and {len(member.values)} records"
            for member in self._threads
        )


def share_partitions(consume: Consume, produce: Produce) -> None:
    """Two members share four partitions; one leaves, and the other goes on where it was."""
    with Group(consume) as group:
        first, second = _share(group)
        produce(_spread(0))
        group.wait(lambda: len(first.values + second.values) >= _ROUND, "40 records")
        _check_each_once(first.values + second.values, _ROUND)
        check(first.values and second.values, "one of two members got all records")
        group.stop(first)
        group.wait(lambda: second.partitions == frozenset(range(PARTITIONS)), "all partitions for the last member")
        produce(_spread(_ROUND))
        group.wait(lambda: len(first.values + second.values) >= 2 * _ROUND, "40 further records")
        _check_each_once(first.values + second.values, 2 * _ROUND)


def keep_static_members(consume: Consume) -> None:
    """A member with an instance id, which is its name, comes back, and nobody is disturbed."""
    with Group(consume) as group:
        first, second = _share(group)
        had = second.partitions
        seen = first.rebalances
        group.stop(second)
        again = group.start(second.name)
        # A rebalance would be through the first one's revocation before this one had anything.
        group.wait(lambda: bool(again.partitions), "partitions for the member that came back")
        check_equal("partitions of the member that came back", again.partitions, had)
        check_equal("rebalances of the other member", first.rebalances, seen)


def fence_instance(consume: Consume, produce: Produce) -> Exception:
    """Return what ends a member when another one takes its instance id; some clients see it only when they commit."""
    with Group(consume) as group:
        first = group.start("same")
        group.wait(lambda: bool(first.partitions), "partitions for the first member")
        second = group.start("same")
        group.wait(lambda: bool(second.partitions) or first.error is not None, "partitions for the second member")
        produce(_spread(0))
        group.wait(lambda: first.error is not None, "the end of the first member")
        if first.error is None:
            raise Mismatch("the first member goes on")
        return first.error


def _share(group: Group) -> tuple[Member, Member]:
    first, second = group.start("first"), group.start("second")
    group.wait(lambda: _is_half(first) and _is_half(second), "two partitions for each member")
    check_equal("partitions", first.partitions | second.partitions, frozenset(range(PARTITIONS)))
    return first, second


def _is_half(member: Member) -> bool:
    return len(member.partitions) == PARTITIONS // 2


def _spread(first: int) -> list[tuple[int, Record]]:
    return [(index % PARTITIONS, record) for index, record in enumerate(numbered_records(_ROUND, first))]


def _check_each_once(values: Iterable[bytes], count: int) -> None:
    times = Counter(values)
    check_equal("records read twice", [value for value, often in times.items() if often > 1], [])
    check_equal("records not read", {record.value for record in numbered_records(count)} - set(times), set())
