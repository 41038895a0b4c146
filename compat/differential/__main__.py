"""python -m compat.differential run: see ``--help``."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from compat.differential.campaign import Campaign
from compat.differential.findings import Findings
from compat.differential.logs import Logs
from compat.differential.proxy import Proxy
from compat.differential.recorded import NAMES, script_of
from compat.differential.run import Stage
from compat.differential.script import to_text
from compat.differential.settings import SETTINGS
from compat.differential.side import Side
from compat.differential.warm_up import warm_up
from compat.wirebroker_process import wirebroker

HERE = Path(__file__).parent
REGRESSIONS = HERE / "regressions"
SESSIONS = HERE / "sessions"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m compat.differential", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="compare answers to scripts of requests")
    run.add_argument("--exchanges", type=int, default=10_000, help="how many to compare, besides the kept scripts")
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--players", type=int, default=4, help="scripts that are played side by side")
    run.add_argument("--kafka", metavar="HOST:PORT", help="a broker that runs already (absent: one is started)")
    run.add_argument("--wirebroker", metavar="HOST:PORT", help="the same")
    run.add_argument("--replay", type=Path, action="append", default=[], metavar="FILE", help="only these scripts")
    run.add_argument("--keep-in", type=Path, default=HERE.parent / ".work" / "differential", metavar="DIR")
    run.add_argument("--quiet", action="store_true", help="do not show whole answers")
    record = verbs.add_parser("record", help="keep what a client does as a script; see sessions/README.md")
    record.add_argument("name", help="of the session")
    record.add_argument("command", nargs=argparse.REMAINDER, help="after --; {bootstrap} and {prefix} are replaced")
    arguments = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that what was started is stopped
    return _run(arguments) if arguments.verb == "run" else _record(arguments)


def _record(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="differential-") as folder, Proxy() as proxy:
        settings = {**SETTINGS, "advertised.listeners": f"PLAINTEXT://{proxy.address}"}
        with wirebroker(Path(folder) / "wirebroker.log", settings, data=Path(folder) / "data") as address:
            proxy.forward_to(address)
            places = {"{bootstrap}": proxy.address, "{prefix}": NAMES.removesuffix("-")}
            command = [_filled(word, places) for word in arguments.command if word != "--"]
            status = subprocess.run(command, check=False).returncode
        script = script_of(proxy.exchanges, f"recorded: {arguments.name}")
    SESSIONS.mkdir(exist_ok=True)
    (SESSIONS / f"{arguments.name}.json").write_text(to_text(script), encoding="utf-8")
    print(f"{len(script.steps)} requests recorded")
    return status


def _filled(word: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word


def _run(arguments: argparse.Namespace) -> int:
    begin = time.monotonic()
    arguments.keep_in.mkdir(parents=True, exist_ok=True)
    findings = Findings(arguments.keep_in / "found", verbose=not arguments.quiet)
    with _brokers(arguments) as (stages, logs):
        campaign = Campaign(stages, findings, logs)
        campaign.replay(arguments.replay or sorted([*REGRESSIONS.glob("*.json"), *SESSIONS.glob("*.json")]))
        if not arguments.replay:
            campaign.draw(arguments.exchanges, arguments.seed)
    _report(findings, logs, time.monotonic() - begin)
    return 1 if findings.known else 0


@contextmanager
def _brokers(arguments: argparse.Namespace) -> Iterator[tuple[list[Stage], Logs | None]]:
    """Start what does not run yet. Logs are compared where both were started here."""
    with ExitStack() as running:
        work = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="differential-")))
        other, data_dir = arguments.wirebroker, work / "wirebroker"
        if not other:
            other = running.enter_context(wirebroker(arguments.keep_in / "wirebroker.log", SETTINGS, data=data_dir))
        kafka, logs = arguments.kafka, None
        if not kafka:
            from compat.oracle.cluster import Cluster  # noqa: PLC0415 - needs Java

            cluster = running.enter_context(Cluster(options=SETTINGS))
            kafka = cluster.bootstrap
            logs = None if arguments.wirebroker else Logs(cluster.data_dirs[0], data_dir)
        stages = []
        for _ in range(arguments.players):
            sides = Side("Kafka", kafka), Side("wirebroker", other)
            for side in sides:
                running.callback(side.close)
                warm_up(side)
            stages.append(Stage(*sides))
        yield stages, logs


def _report(findings: Findings, logs: Logs | None, seconds: float) -> None:
    by_api: Counter[str] = Counter()
    versions: dict[str, list[str]] = {}
    for (api, version), count in sorted(findings.exchanges.items()):
        by_api[api] += count
        versions.setdefault(api, []).append(f"{version}: {count}")
    for api, count in by_api.most_common():
        print(f"{api:26} {count:7}   {', '.join(versions[api])}")
    for known in findings.known.values():
        print(f"{known.seen:6} times {known.file.name}: {known.script.about or known.difference}")
    if logs is not None:
        print(f"{logs.compared_files} log files compared")
    print(
        f"{findings.total()} exchanges in {findings.scripts} scripts compared in {seconds:.0f} s: "
        f"{len(findings.known)} differences, {sum(findings.unsteady.values())} that did not show again"
    )


if __name__ == "__main__":
    sys.exit(main())
