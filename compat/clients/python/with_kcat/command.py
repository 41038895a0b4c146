"""kcat as a process: what is written to it, and the lines that come from it."""

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from scenario.expectations import WAIT_SECONDS, Mismatch, check
from scenario.program import Task
from scenario.records import Record

_KEY_END, _RECORD_END = b"\x1f", b"\x1e"
_WAIT = ["-m", f"{WAIT_SECONDS:.0f}"]
WITH_DELIMITERS = ["-K", _KEY_END.decode(), "-D", _RECORD_END.decode()]
"""Of a producer whose input is ``encoded()``."""


class CommandError(Exception):
    """Said by kcat on its way out. ``code`` is the one of Kafka's that its text stands for."""

    _CODES = (
        ("Offset out of range", 1),
        ("Unknown topic or partition", 3),
        ("Message size too large", 10),
        ("Invalid topic", 17),
        ("old epoch", 47),
        ("Static consumer fenced", 82),
        ("fenced by a newer", 90),
    )

    @property
    def code(self) -> int | None:
        return next((code for text, code in self._CODES if text in str(self)), None)


def code_of(error: BaseException) -> int | None:
    return error.code if isinstance(error, CommandError) else None


def settings(**values: object) -> list[str]:
    """Write librdkafka's properties as options; an underscore stands for a dot."""
    return [f"-X{name.replace('_', '.')}={value}" for name, value in values.items()]


def encoded(records: Iterable[Record]) -> bytes:
    return b"".join((record.key or b"") + _KEY_END + (record.value or b"") + _RECORD_END for record in records)


def version() -> str:
    said = subprocess.run(["kcat", "-V"], capture_output=True, text=True, timeout=WAIT_SECONDS, check=True).stdout
    own, library = re.findall(r"Version (\S+) .*librdkafka (\S+)", said)[0]
    return f"{own} (librdkafka {library})"


def run(task: Task, *options: str, text: bytes = b"") -> str:
    """Run to the end, and return what it writes."""
    command = ["kcat", "-b", task.bootstrap, *_WAIT, *options]
    done = subprocess.run(command, input=text, capture_output=True, timeout=2 * WAIT_SECONDS, check=False)
    if done.returncode != 0:
        raise CommandError(done.stderr.decode().strip())
    return done.stdout.decode()


def send(task: Task, topic: str, records: Sequence[Record], *options: str, partition: int | None = 0) -> None:
    """Send all by one command; empty keys and values become null."""
    place = [] if partition is None else ["-p", str(partition)]
    run(task, "-P", "-Z", "-t", topic, *place, *WITH_DELIMITERS, *options, text=encoded(records))


def read(task: Task, topic: str, count: int, *options: str) -> list[dict[str, Any]]:
    """Read the first records of all partitions."""
    said = run(task, "-C", "-q", "-t", topic, "-o", "beginning", "-c", str(count), "-J", *options)
    return [json.loads(line) for line in said.splitlines()]


class Process:
    """kcat while it runs, its lines of both streams as they come; it is killed at the end of the context."""

    def __init__(self, task: Task, *options: str) -> None:
        command = ["kcat", "-b", task.bootstrap, *_WAIT, *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._changed = threading.Condition()
        self._open_streams = 2
        self.records: list[dict[str, Any]] = []
        self.notices: list[str] = []

    def __enter__(self) -> Self:
        for target in (self._follow_records, self._follow_notices):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait(WAIT_SECONDS)

    def write(self, records: Iterable[Record]) -> None:
        assert self._process.stdin
        self._process.stdin.write(encoded(records).decode())
        self._process.stdin.flush()

    def end_input(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()

    def interrupt(self) -> None:
        """Ask it to stop in its own way."""
        self._process.terminate()

    def end(self) -> None:
        """Wait for its end; raise what it says when it has failed."""
        status = self._process.wait(WAIT_SECONDS)
        self.wait(lambda: self._open_streams == 0, "the end of kcat's output")
        if status != 0:
            raise CommandError(" ".join(self.notices))

    def wait(self, holds: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
        with self._changed:
            self._changed.wait_for(lambda: holds() or self.has_ended(), seconds)
            check(
                holds(), f"{what}: not within {seconds:.0f} s; kcat said {self.notices} and {len(self.records)} records"
            )

    def wait_for_change(self, seen: int, seconds: float) -> None:
        """Wait until there is more than ``seen`` lines, or it has ended."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.records) + len(self.notices) > seen or self.has_ended(), seconds)

    def has_ended(self) -> bool:
        return self._open_streams == 0

    def _follow_records(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._add(self.records, json.loads(line))
        self._closed()

    def _follow_notices(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self._add(self.notices, line.strip())
        self._closed()

    def _add(self, lines: list[Any], line: Any) -> None:
        with self._changed:
            lines.append(line)
            self._changed.notify_all()

    def _closed(self) -> None:
        with self._changed:
            self._open_streams -= 1
            self._changed.notify_all()


def offset_at(task: Task, topic: str, timestamp: int) -> int:
    """Ask for the first offset at or after ``timestamp``: ms, or -2 for the earliest, -1 for the latest."""
    said = run(task, "-Q", "-t", f"{topic}:0:{timestamp}")
    found = re.fullmatch(re.escape(topic) + r" \[0\] offset (-?\d+)", said.strip())
    if found is None:
        raise Mismatch(f"kcat answers {said!r}")
    return int(found[1])
