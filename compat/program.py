"""One client's program, taken through the capabilities: deaths and hangs cost one capability each, not the run."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple, Self

from compat.toolchains import Client

CAPABILITY_SECONDS = 60.0
"""For one capability; the first one of a program has this for the start-up as well."""

LAST_SECONDS = 20.0
"""For a program to end after its last answer."""


class Outcome(NamedTuple):
    """``outcome`` is pass, fail or lacks."""

    outcome: str
    reason: str = ""
    variations: tuple[str, ...] = ()
    seconds: float = 0.0


class Run(NamedTuple):
    """What one client did with one broker."""

    version: str
    outcomes: dict[str, Outcome]


def take(client: Client, bootstrap: str, prefix: str, capabilities: list[str], log: Path) -> Run:
    """Run the program until each capability has its outcome. Its stderr goes to the log file."""
    version = ""
    outcomes: dict[str, Outcome] = {}
    while left := [name for name in capabilities if name not in outcomes]:
        with _Process(client, ["--bootstrap", bootstrap, "--prefix", prefix, *left], log) as process:
            version = _follow(process, left, outcomes) or version
    return Run(version, outcomes)


def _follow(process: "_Process", left: list[str], outcomes: dict[str, Outcome]) -> str:
    """Fill in outcomes until the program has told all, died or hung. Return the client's version, if it told it."""
    version = ""
    since = time.monotonic()
    position = 0
    while position < len(left):
        line = process.next_line(CAPABILITY_SECONDS)
        if isinstance(line, Trouble):
            outcomes[left[position]] = Outcome("fail", line.text, seconds=round(time.monotonic() - since, 1))
            return version
        if "client" in line:
            version = line["version"]
            continue
        now = time.monotonic()
        if line.get("capability") != left[position] or line.get("outcome") not in ("pass", "fail", "lacks"):
            outcomes[left[position]] = Outcome("fail", f"the program answered out of turn: {line}")
            process.kill()
            return version
        told = (line["outcome"], line.get("reason", ""), tuple(line.get("variations", ())))
        outcomes[left[position]] = Outcome(*told, round(now - since, 1))
        position += 1
        since = now
    return version


class Trouble(NamedTuple):
    text: str


class _Process:
    """The program's process, in a group of its own, so that what it starts ends with it."""

    def __init__(self, client: Client, arguments: list[str], log: Path) -> None:
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [*client.run, *arguments],
            cwd=client.work,
            env=os.environ | client.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.wait(LAST_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.kill()
        self._process.wait()
        self._reader.join()
        self._log.close()

    def next_line(self, seconds: float) -> dict[str, Any] | Trouble:
        """Return the next line of JSON, or what came instead of it. A program that hangs is killed."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self.kill()
            return Trouble(f"no answer within {seconds:g} s")
        if line is None:
            status = self._process.wait()
            died = signal.Signals(-status).name if status < 0 else f"status {status}"
            return Trouble(f"the program ended with {died}")
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            self.kill()
            return Trouble(f"not a line of JSON: {line[:200]!r}")
        return told

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)
        self._process.stdout.close()
