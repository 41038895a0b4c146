"""The client programs: where they lie, what they need, how they are built and run (``clients/*/clients.toml``)."""

import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
WORK = HERE / ".work"


class Client(NamedTuple):
    """One column of the matrix. Commands are ready to run, in ``work``."""

    name: str
    language: str
    needs: tuple[str, ...]
    build: tuple[tuple[str, ...], ...]
    run: tuple[str, ...]
    env: Mapping[str, str]
    work: Path

    @property
    def missing(self) -> list[str]:
        """What is not installed of the programs that it needs."""
        return [program for program in self.needs if shutil.which(program) is None]


class BuildFailed(Exception):  # noqa: N818 - what happened
    """A build command ended with an error; its last lines are the text."""


def all_clients() -> list[Client]:
    """Return the clients of all languages, in the order of their files."""
    tables = sorted((HERE / "clients").glob("*/clients.toml"))
    return [client for table in tables for client in _clients_of(table)]


def _clients_of(table: Path) -> Iterator[Client]:
    here = table.parent
    work = WORK / here.name
    places = {"here": str(here), "work": str(work), "python": sys.executable}
    content = tomllib.loads(table.read_text())
    for entry in content["client"]:
        yield Client(
            name=entry["name"],
            language=here.name,
            needs=tuple(entry.get("needs", content.get("needs", ()))),
            build=tuple(_placed(command, places) for command in entry.get("build", ())),
            run=_placed(entry["run"], places),
            env={name: value.format(**places) for name, value in entry.get("env", {}).items()},
            work=work,
        )


def chosen(clients: list[Client], only: str | None) -> list[Client]:
    """Return those whose name or language is in the comma-separated list. Raises ValueError for an unknown one."""
    if only is None:
        return clients
    wanted = set(only.split(","))
    if unknown := wanted - {name for client in clients for name in (client.name, client.language)}:
        raise ValueError(f"no such client or language: {', '.join(sorted(unknown))}")
    return [client for client in clients if wanted & {client.name, client.language}]


class Builder:
    """Runs each build command once, however many clients share it, and one at a time in each language."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._done: dict[tuple[str, ...], str | None] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def build(self, client: Client) -> None:
        """Raises BuildFailed."""
        with self._guard:
            lock = self._locks.setdefault(client.language, threading.Lock())
        with lock:
            client.work.mkdir(parents=True, exist_ok=True)
            for command in client.build:
                if command not in self._done:
                    self._done[command] = self._run(client, command)
                if (trouble := self._done[command]) is not None:
                    raise BuildFailed(trouble)

    def _run(self, client: Client, command: tuple[str, ...]) -> str | None:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        log = self._log_dir / f"build-{client.language}.log"
        with log.open("a") as out:
            out.write(f"$ {' '.join(command)}\n")
            out.flush()
            status = subprocess.call(
                command, cwd=client.work, env=os.environ | client.env, stdout=out, stderr=subprocess.STDOUT
            )
        if status == 0:
            return None
        return f"build: {command[0]} ended with {status}: {' / '.join(log.read_text().splitlines()[-5:])}"


def _placed(command: list[str], places: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(word.format(**places) for word in command)
