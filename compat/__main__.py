"""``python -m compat run``: every client through its scenario, and MATRIX.md from what came of it."""

import argparse
import datetime as dt
import sys
import uuid
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from compat import matrix
from compat.brokers import broker, served
from compat.capabilities import CAPABILITIES
from compat.program import Outcome, take
from compat.toolchains import HERE, WORK, Builder, BuildFailed, Client, all_clients, chosen
from compat.verify import verified

RESULTS = WORK / "results"
LOGS = WORK / "logs"

AT_SECOND_TRY = "passed at the second try, the first"


def main() -> int:
    arguments = _arguments()
    try:
        clients = chosen(all_clients(), arguments.only)
    except ValueError as refused:
        print(refused, file=sys.stderr)
        return 2
    if arguments.verb == "build":
        return build(clients, strict=arguments.strict)
    return run(clients, arguments)


def build(clients: list[Client], *, strict: bool) -> int:
    """Download and build all clients, languages at the same time, so that a run need not. Return the exit status."""
    builder = Builder(LOGS)

    def trouble(client: Client) -> str:
        if client.missing:
            return f"{', '.join(client.missing)} not installed"
        try:
            builder.build(client)
        except BuildFailed as failed:
            return str(failed)
        return ""

    with ThreadPoolExecutor(len(clients)) as pool:
        troubles = [f"{c.name}: {why}" for c, why in zip(clients, pool.map(trouble, clients), strict=True) if why]
    print(f"{len(clients) - len(troubles)} of {len(clients)} clients are built", *troubles, sep="\n  ")
    return 1 if strict and troubles else 0


def run(clients: list[Client], arguments: argparse.Namespace) -> int:
    """Take the clients through the scenario and write MATRIX.md. Return the exit status."""
    names = [name for name in (c.name for c in CAPABILITIES) if arguments.capability in (None, name)]
    against = arguments.against
    folder = RESULTS / (against if against in ("wirebroker", "kafka") else "other")
    logs = LOGS / folder.name
    logs.mkdir(parents=True, exist_ok=True)
    with broker(against, logs) as bootstrap:
        waiting = waiting_for(served(bootstrap))
        runner = Runner(bootstrap, names, waiting, Builder(LOGS), logs)
        with ThreadPoolExecutor(arguments.jobs) as pool:
            columns = list(pool.map(runner.column, clients))
    if arguments.capability is None:
        for column in columns:
            matrix.save(folder, column)
        if folder.name != "other":
            write_matrix(waiting if against == "wirebroker" else None)
    return _judge(columns, waiting, strict=arguments.strict)


class Runner:
    """Takes one client after the other to one broker.

    What fails, and does not wait for an API, is tried once more, and told if it passes then: a client's own patience
    may have ended on a busy machine.
    """

    def __init__(
        self, bootstrap: str, capabilities: list[str], waiting: Collection[str], builder: Builder, logs: Path
    ) -> None:
        self._bootstrap = bootstrap
        self._waiting = waiting
        self._capabilities = capabilities
        self._builder = builder
        self._logs = logs

    def column(self, client: Client) -> matrix.Column:
        today = dt.datetime.now(dt.UTC).date().isoformat()
        if client.missing:
            return matrix.Column(client.name, "", today, {}, f"{', '.join(client.missing)} not installed")
        try:
            self._builder.build(client)
        except BuildFailed as failed:
            return matrix.Column(client.name, "", today, {}, str(failed))
        told, outcomes = self._outcomes(client, self._capabilities)
        missed = [name for name, outcome in outcomes.items() if outcome.outcome == "fail" and name not in self._waiting]
        if missed:
            _, again = self._outcomes(client, missed)
            outcomes |= {
                name: outcome._replace(reason=f"{AT_SECOND_TRY}: {outcomes[name].reason}")
                for name, outcome in again.items()
                if outcome.outcome == "pass"
            }
        for name, outcome in outcomes.items():
            print(
                f"{client.name:>20}  {name:<30} {outcome.outcome:<6} {outcome.seconds:5.1f} s  {outcome.reason[:150]}"
            )
        sys.stdout.flush()
        return matrix.Column(client.name, told, today, outcomes)

    def _outcomes(self, client: Client, capabilities: list[str]) -> tuple[str, dict[str, Outcome]]:
        """Return the version that the client told, and what came of each capability."""
        prefix = f"{client.name.replace('.', '-')}-{uuid.uuid4().hex[:6]}"
        run = take(client, self._bootstrap, prefix, capabilities, self._logs / f"{client.name}.log")
        return run.version, {
            name: verified(self._bootstrap, f"{prefix}-{name}", name, outcome) for name, outcome in run.outcomes.items()
        }


def waiting_for(advertised: set[int]) -> dict[str, str]:
    """Return the capabilities that a broker with these APIs cannot have yet, each with what it lacks."""
    lacks = {c.name: [key.name for key in c.needs if key not in advertised] for c in CAPABILITIES}
    return {name: ", ".join(keys) for name, keys in lacks.items() if keys}


def write_matrix(waiting: dict[str, str] | None) -> None:
    """Write MATRIX.md from the last results. ``waiting`` of wirebroker is kept for a run against Kafka alone."""
    names = [client.name for client in all_clients()]
    kept = RESULTS / "waiting.txt"
    if waiting is not None:
        kept.write_text("".join(f"{name}\t{keys}\n" for name, keys in waiting.items()))
    lines = kept.read_text().splitlines() if kept.exists() else []
    today = dt.datetime.now(dt.UTC).date().isoformat()
    columns, kafka = (matrix.load(RESULTS / kind, names) for kind in ("wirebroker", "kafka"))
    text = matrix.page(columns, kafka, dict(line.split("\t") for line in lines), version("wirebroker"), today)
    (HERE / "MATRIX.md").write_text(text)


def _judge(columns: list[matrix.Column], waiting: dict[str, str], *, strict: bool) -> int:
    """Return 1 where something failed that does not wait for an API; where strict, also for what was not run."""
    failed = [
        f"{column.client}: {name}"
        for column in columns
        for name, outcome in column.outcomes.items()
        if outcome.outcome == "fail" and name not in waiting
    ]
    not_run = [f"{column.client}: {column.trouble}" for column in columns if column.trouble]
    print(f"{len(failed)} failures that do not wait for an API; {len(not_run)} clients not run")
    for line in failed + not_run:
        print(f"  {line}")
    return 1 if failed or (strict and not_run) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m compat", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="every client through its scenario")
    building = verbs.add_parser("build", help="download and build the clients, no more")
    for verb in (run, building):
        verb.add_argument("--only", metavar="NAMES", help="languages or clients, with commas")
        verb.add_argument("--strict", action="store_true", help="a missing toolchain is a failure")
    run.add_argument(
        "--capability", choices=[c.name for c in CAPABILITIES], help="one alone; MATRIX.md is left as it is"
    )
    run.add_argument(
        "--against", default="wirebroker", metavar="BROKER", help="wirebroker (default), kafka, or HOST:PORT"
    )
    run.add_argument("--jobs", type=int, default=2, help="clients at the same time (default 2)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
