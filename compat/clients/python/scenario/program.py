"""Arguments in, one line of JSON a capability out, as README.md orders it."""

import argparse
import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_LONGEST_REASON = 400


class Task(NamedTuple):
    """One capability, to be tried on one broker."""

    bootstrap: str
    prefix: str
    capability: str

    def name(self, suffix: str = "") -> str:
        """Of a topic, a group or a transactional id that is this capability's own."""
        return "-".join(part for part in (self.prefix, self.capability, suffix) if part)


class Lacks(NamedTuple):
    """In a table of capabilities: the client has no such thing."""

    reason: str


Step = Callable[[Task], Iterable[str] | None]
"""Does what a capability says, or raises. Returns the variations, where the client could not send something exactly."""

Table = Mapping[str, Step | Lacks]


def run(client: str, version: str, table: Table) -> None:
    parser = argparse.ArgumentParser(prog=client)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT")
    parser.add_argument("--prefix", required=True, help="what names of topics and groups begin with")
    parser.add_argument("capabilities", nargs="*", metavar="CAPABILITY", default=[])
    arguments = parser.parse_args()
    _say({"client": client, "version": version})
    for capability in arguments.capabilities or table:
        outcome = _outcome(table.get(capability), Task(arguments.bootstrap, arguments.prefix, capability))
        _say({"capability": capability, **outcome})


def _outcome(step: Step | Lacks | None, task: Task) -> dict[str, object]:
    if step is None:
        return {"outcome": "fail", "reason": "this program does not know the capability"}
    if isinstance(step, Lacks):
        return {"outcome": "lacks", "reason": step.reason}
    try:
        variations = list(step(task) or ())
    except Exception as error:  # noqa: BLE001 - whatever it is, the next capability is tried
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return {"outcome": "fail", "reason": reason[:_LONGEST_REASON]}
    return {"outcome": "pass", **({"variations": variations} if variations else {})}


def _say(line: Mapping[str, object]) -> None:
    print(json.dumps(line), flush=True)
