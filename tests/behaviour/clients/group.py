"""The members of one group as a test sees them: processes, and the story that their events tell."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import pytest

_FOLDER = Path(__file__).parent.parent
_END_SECONDS = 20.0


class Event(NamedTuple):
    """What a member printed ("assigned", "revoked", "record"), or that it has "ended".

    ``at`` is the monotonic time in seconds; a record has ``offset`` and ``value``.
    """

    at: float
    member: str
    kind: str
    partitions: tuple[int, ...]
    offset: int = -1
    value: str = ""


class Group:
    """Members by name, all of one client and one topic. Leaving the context kills those that are still there."""

    def __init__(self, client: str, bootstrap: str, group: str, topic: str) -> None:
        self._arguments = [client, bootstrap, group, topic]
        self._members: dict[str, subprocess.Popen[str]] = {}
        self._threads: list[threading.Thread] = []
        self._owned: dict[str, set[int]] = {}
        self._changed = threading.Condition()
        self.events: list[Event] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for name in list(self._members):
            self.kill(name)
        for thread in self._threads:
            thread.join(_END_SECONDS)

    def start(self, name: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "clients.member", *self._arguments],
            env=os.environ | {"PYTHONPATH": str(_FOLDER)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._members[name] = process
        self._owned[name] = set()
        thread = threading.Thread(target=self._follow, args=(name, process), name=f"member {name}")
        thread.start()
        self._threads.append(thread)

    def stop(self, name: str) -> None:
        """Let a member leave the group, and wait for its end."""
        process = self._members.pop(name)
        assert process.stdin
        process.stdin.close()
        assert process.wait(_END_SECONDS) == 0
        self._forget(name)

    def kill(self, name: str) -> None:
        """End a member with SIGKILL: the broker is told nothing."""
        process = self._members.pop(name)
        process.kill()
        process.wait(_END_SECONDS)
        assert process.stdin
        process.stdin.close()
        self._forget(name)

    def wait_until_shared(self, partitions: int, seconds: float = 40.0) -> dict[str, set[int]]:
        """Wait until each partition has exactly one owner and each member owns some; return who owns what."""

        def is_shared() -> bool:
            owned = sorted(partition for part in self._owned.values() for partition in part)
            return all(self._owned.values()) and owned == list(range(partitions))

        return self._wait(is_shared, seconds)

    def wait_for_records(self, values: set[str], seconds: float = 40.0) -> None:
        """Wait until all these values have been seen by any member."""
        missing = set(values)

        def all_seen() -> bool:
            missing.difference_update(event.value for event in self.events)
            return not missing

        self._wait(all_seen, seconds)

    def _wait(self, is_so: Callable[[], bool], seconds: float) -> dict[str, set[int]]:
        with self._changed:
            if not self._changed.wait_for(is_so, seconds):
                self._show_stacks()
                pytest.fail(f"members own {self._owned}, exited {self._exited()}")
            return {name: set(part) for name, part in self._owned.items()}

    def _show_stacks(self) -> None:
        """Let the members print where they are."""
        for process in self._members.values():
            process.send_signal(signal.SIGUSR1)

    def _exited(self) -> dict[str, int]:
        """The exit statuses of members that ended by themselves, for the message of a failure."""
        return {name: status for name, each in self._members.items() if (status := each.poll()) is not None}

    def _forget(self, name: str) -> None:
        with self._changed:
            del self._owned[name]
            self.events.append(Event(time.monotonic(), name, "ended", ()))

    def _follow(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        with process.stdout as lines:
            for line in lines:
                self._note(name, json.loads(line))

    def _note(self, name: str, told: dict[str, Any]) -> None:
        is_record = told["event"] == "record"
        partitions = (told["partition"],) if is_record else tuple(told["partitions"])
        event = Event(told["at"], name, told["event"], partitions, told.get("offset", -1), told.get("value", ""))
        with self._changed:
            self.events.append(event)
            if name in self._owned:
                if event.kind == "assigned":
                    self._owned[name] |= set(partitions)
                elif event.kind == "revoked":
                    self._owned[name] -= set(partitions)
            self._changed.notify_all()


def assert_in_order(events: Sequence[Event], killed: Collection[str]) -> None:
    """Whoever owned a partition saw its records without a gap, and the next owner went on where that one had stopped.

    Only what a killed member had seen may be seen a second time: it could not commit.
    """
    next_of_owner: dict[tuple[str, int], int] = {}
    readers: dict[tuple[int, int], str] = {}
    for event in sorted(events):
        if event.kind != "record":
            for partition in event.partitions:
                next_of_owner.pop((event.member, partition), None)
            continue
        (partition,) = event.partitions
        expected = next_of_owner.get((event.member, partition))
        assert expected in (None, event.offset), f"offset {expected} expected: {event}"
        earlier = readers.get((partition, event.offset))
        assert earlier is None or earlier in killed, f"{earlier} had seen it: {event}"
        assert event.offset == 0 or (partition, event.offset - 1) in readers, f"gap before {event}"
        next_of_owner[event.member, partition] = event.offset + 1
        readers[partition, event.offset] = event.member


def assert_one_owner(events: Sequence[Event]) -> None:
    """A partition was given to a member only after its owner had given it up or ended."""
    owners: dict[int, str] = {}
    for event in sorted(events):
        if event.kind == "assigned":
            for partition in event.partitions:
                owner = owners.setdefault(partition, event.member)
                assert owner == event.member, f"owned by {owner}: {event}"
        elif event.kind == "revoked":
            for partition in event.partitions:
                owners.pop(partition, None)
        elif event.kind == "ended":
            owners = {partition: owner for partition, owner in owners.items() if owner != event.member}
