"""The table client x capability: kept as JSON, one file a broker and client, and written as MATRIX.md."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from compat.capabilities import CAPABILITIES
from compat.program import Outcome

MARKS = {"pass": "✔", "fail": "✘", "lacks": "-", "not run": "not run"}

INTRODUCTION = """# What works, with which client

Written by `python -m compat run` on {date}, with wirebroker {version}. What each capability asks of a client stands in
[README.md](README.md). ✔ passes; ✘ fails, with the reason below; - the client has no such thing; *not run*: its
toolchain was missing.
"""


class Column(NamedTuple):
    """One client against one broker. ``trouble`` says why it was not run."""

    client: str
    version: str
    date: str
    outcomes: Mapping[str, Outcome]
    trouble: str = ""

    def outcome(self, capability: str) -> Outcome:
        return self.outcomes.get(capability, Outcome("not run", self.trouble))


def save(folder: Path, column: Column) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{column.client}.json").write_text(
        json.dumps(
            column._asdict() | {"outcomes": {name: outcome._asdict() for name, outcome in column.outcomes.items()}},
            indent=1,
        )
    )


def load(folder: Path, clients: Iterable[str]) -> list[Column]:
    """Return the last results of these clients, in their order; an empty column where there are none."""
    columns = []
    for client in clients:
        path = folder / f"{client}.json"
        if not path.exists():
            columns.append(Column(client, "", "", {}, "was not asked for"))
            continue
        kept = json.loads(path.read_text())
        outcomes = {
            name: Outcome(told["outcome"], told["reason"], tuple(told["variations"]), told["seconds"])
            for name, told in kept.pop("outcomes").items()
        }
        columns.append(Column(**kept, outcomes=outcomes))
    return columns


def page(columns: list[Column], kafka: list[Column], waiting: Mapping[str, str], version: str, date: str) -> str:
    """Return MATRIX.md. ``waiting``: of each capability that this broker cannot have yet, the APIs that it lacks."""
    parts = [INTRODUCTION.format(date=date, version=version), _table(columns), *_reasons(columns, waiting)]
    parts += _second_tries(columns)
    parts += _variations(columns)
    parts += ["## The same scenario against Apache Kafka 4.4.0", *_against_kafka(kafka)]
    return "\n".join(parts)


def _table(columns: list[Column]) -> str:
    titles = [_title(column) for column in columns]
    lines = [f"| capability | {' | '.join(titles)} |", "| --- |" + " :-: |" * len(columns)]
    for capability in CAPABILITIES:
        marks = [MARKS[column.outcome(capability.name).outcome] for column in columns]
        lines.append(f"| `{capability.name}` | {' | '.join(marks)} |")
    passes = [sum(outcome.outcome == "pass" for outcome in column.outcomes.values()) for column in columns]
    tried = [sum(outcome.outcome != "lacks" for outcome in column.outcomes.values()) for column in columns]
    lines.append("| **passed of tried** | " + " | ".join(f"{p}/{t}" for p, t in zip(passes, tried, strict=True)) + " |")
    return "\n".join(lines) + "\n"


def _title(column: Column) -> str:
    """Name the client with its version, once."""
    return column.client if column.version in column.client else f"{column.client} {column.version}"


def _reasons(columns: list[Column], waiting: Mapping[str, str]) -> Iterator[str]:
    """Say why cells are not ticked: first what waits for an API, a line each; then everything else."""
    failed = [
        (capability.name, column)
        for capability in CAPABILITIES
        for column in columns
        if column.outcome(capability.name).outcome == "fail"
    ]
    lines = [
        f"- `{name}` waits for {waiting[name]}, not served yet"
        for name in sorted({name for name, _ in failed if name in waiting})
    ]
    lines += [
        f"- `{name}`, {column.client}: {_line(column.outcome(name).reason)}"
        for name, column in failed
        if name not in waiting
    ]
    lines += [f"- {column.client} was not run: {_line(column.trouble)}" for column in columns if column.trouble]
    if lines:
        yield "## Why it fails"
        yield "\n".join(lines) + "\n"


def _second_tries(columns: list[Column]) -> Iterator[str]:
    """Tell what passed, but with something to say."""
    lines = [
        f"- `{name}`, {column.client}: {_line(outcome.reason)}"
        for column in columns
        for name, outcome in column.outcomes.items()
        if outcome.outcome == "pass" and outcome.reason
    ]
    if lines:
        yield "## What passed at the second try alone"
        yield "\n".join(lines) + "\n"


def _variations(columns: list[Column]) -> Iterator[str]:
    """Say which client sent something else than the ten records, since it cannot express them."""
    told = {
        column.client: sorted({v for outcome in column.outcomes.values() for v in outcome.variations})
        for column in columns
    }
    lines = [f"- {client}: {', '.join(variations)}" for client, variations in told.items() if variations]
    if lines:
        yield "## What clients cannot express of the ten records"
        yield "\n".join(lines) + "\n"


def _against_kafka(columns: list[Column]) -> Iterator[str]:
    for column in columns:
        failed = [name for name, outcome in column.outcomes.items() if outcome.outcome == "fail"]
        passed = sum(outcome.outcome == "pass" for outcome in column.outcomes.values())
        lacking = sum(outcome.outcome == "lacks" for outcome in column.outcomes.values())
        text = f"{passed} pass, {lacking} lacking, {len(failed)} fail" if column.outcomes else "not run"
        yield f"- {_title(column)}: {text}" + "".join(
            f"; `{name}`: {_line(column.outcomes[name].reason)}" for name in failed
        )
    yield ""


def _line(reason: str) -> str:
    """One line of a table, and no more than needed."""
    text = " ".join(reason.split()).replace("|", "\\|")
    return text if len(text) <= 300 else text[:300] + " …"
