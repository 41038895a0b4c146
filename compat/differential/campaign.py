"""Many scripts against two brokers: what was kept first, then what hypothesis draws, until enough was compared."""

import time
from collections import Counter
from itertools import count
from pathlib import Path

import msgspec

from compat.differential.compare import Difference
from compat.differential.draw.scripts import drawn
from compat.differential.logs import Logs
from compat.differential.run import Found, Played, Stage, shown
from compat.differential.script import Script, read, to_text
from compat.differential.shrink import shrunk

CONFIRMATIONS = 2
"""How often a difference must be seen again to be one: timing shows others once."""
BATCH = 150
"""Scripts after which logs are compared and topics deleted."""
Signature = tuple[str, str, str]


class Known(msgspec.Struct):
    """A difference that was shrunk and saved."""

    difference: Difference
    script: Script
    file: Path
    seen: int = 1


class Campaign:
    """``known`` holds the differences found, ``unsteady`` counts those that did not show again."""

    def __init__(self, stage: Stage, keep_in: Path, logs: Logs | None, *, verbose: bool = True) -> None:
        self.stage = stage
        self.logs = logs
        self.exchanges: Counter[tuple[str, int]] = Counter()
        self.scripts = 0
        self.known: dict[Signature, Known] = {}
        self.unsteady: Counter[Signature] = Counter()
        self._keep_in = keep_in
        self._verbose = verbose
        self._batch: list[Played] = []

    def total(self) -> int:
        return sum(self.exchanges.values())

    # ---- scripts

    def replay(self, path: Path) -> None:
        """Play a script that was kept: a difference that it shows is known by its file."""
        played = self._play(read(path))
        for found in played.found[:1]:
            self.known.setdefault(found.difference.signature(), Known(found.difference, read(path), path))
            self._tell(found, path)

    def draw(self, exchanges: int, seed: int) -> None:
        """Draw scripts until so many exchanges were compared."""
        goal = self.total() + exchanges
        for number in count():
            if self.total() >= goal:
                break
            self.try_out(drawn(f"{seed}/{number}"))

    def try_out(self, script: Script) -> None:
        """Play a script; make the shortest one of its first difference, if it is new: others may follow from it."""
        played = self._play(script)
        signatures = {found.difference.signature() for found in played.found}
        for signature in signatures & self.known.keys():
            self.known[signature].seen += 1
        if signatures and signatures.isdisjoint(self.known):
            found = played.found[0]
            if self.unsteady[found.difference.signature()] < CONFIRMATIONS:
                self._pursue(script, found)
        if len(self._batch) >= BATCH:
            self.end_batch()

    def _play(self, script: Script) -> Played:
        played = self.stage.play(script)
        self.exchanges += played.exchanges
        self.scripts += 1
        self._batch.append(played)
        return played

    def end_batch(self) -> None:
        """Compare the logs that the last scripts have left, and delete their topics."""
        batch, self._batch = self._batch, []
        if self.logs is not None:
            clean = {played.prefix: played for played in batch if not played.found}
            found = self.logs.differences_of({prefix: played.pairs for prefix, played in clean.items()})
            for prefix, several in found.items():
                for difference in several[:1]:
                    self._pursue_in_logs(clean[prefix].script, difference)
        self.stage.delete_topics([name for played in batch for name in played.names])

    # ---- differences

    def _pursue(self, script: Script, found: Found) -> None:
        signature = found.difference.signature()
        if not all(self._shows(script, signature) for _ in range(CONFIRMATIONS)):
            self.unsteady[signature] += 1
            print(f"did not show again: {script.steps[found.step].api_name}: {found.difference}", flush=True)
            return
        begin = time.monotonic()
        cut = Script(script.steps[: found.step + 1])
        start = cut if self._shows(cut, signature) else script
        small = shrunk(start, lambda tried: self._shows(tried, signature))
        last = self._last(small, signature)
        if last is None:  # it shows now and then only
            small, last = script, found
        step = small.steps[last.step]
        path = self._save(small, step.api_name, f"{step.api_name} v{step.version}: {last.difference}")
        self.known[signature] = Known(last.difference, small, path)
        self._tell(last, path)
        print(f"  shrunk to {len(small.steps)} steps in {time.monotonic() - begin:.0f} s", flush=True)

    def _pursue_in_logs(self, script: Script, difference: Difference) -> None:
        """Make the shortest script that leaves logs which differ: each attempt starts Kafka's tool."""

        def shows(tried: Script) -> bool:
            played = self.stage.play(tried)
            self._batch.append(played)
            assert self.logs is not None
            return bool(self.logs.differences(played.prefix, played.pairs))

        signature = ("logs", "", "")
        if signature in self.known:
            self.known[signature].seen += 1
            return
        if not shows(script):
            self.unsteady[signature] += 1
            print(f"did not show again: {difference}", flush=True)
            return
        small = shrunk(script, shows, most_seconds=120)
        played = self.stage.play(small)
        self._batch.append(played)
        assert self.logs is not None
        last = next(iter(self.logs.differences(played.prefix, played.pairs)), difference)
        path = self._save(small, "logs", str(last))
        self.known[signature] = Known(last, small, path)
        print(f"DIFFERENCE {path.name}: {last}", flush=True)

    def _shows(self, script: Script, signature: Signature) -> bool:
        return self._last(script, signature) is not None

    def _last(self, script: Script, signature: Signature) -> Found | None:
        played = self.stage.play(script)
        self._batch.append(played)
        return next((found for found in played.found if found.difference.signature() == signature), None)

    def _save(self, script: Script, name: str, about: str) -> Path:
        self._keep_in.mkdir(parents=True, exist_ok=True)
        number = 1
        while (path := self._keep_in / f"{name}-{number}.json").exists():
            number += 1
        path.write_text(to_text(Script(script.steps, about)), encoding="utf-8")
        return path

    def _tell(self, found: Found, path: Path) -> None:
        print(f"DIFFERENCE {path.name}: {found.difference}", flush=True)
        if self._verbose:
            print(
                f"  Kafka      {shown(found.kafka)[:1200]}\n  wirebroker {shown(found.wirebroker)[:1200]}", flush=True
            )
