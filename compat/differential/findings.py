"""What a campaign has compared and found so far; several players share it."""

import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from compat.differential.compare import Difference
from compat.differential.run import Found, shown
from compat.differential.script import Script, to_text

TOLD_EVERY = 5_000
Signature = tuple[str, str, str]


class Known(msgspec.Struct):
    """A difference that was made as short as it goes, and saved."""

    difference: Difference
    script: Script
    file: Path
    seen: int = 1


class Findings:
    """``known`` holds the differences found, ``unsteady`` counts those that did not show again."""

    def __init__(self, keep_in: Path, *, verbose: bool = True) -> None:
        self.exchanges: Counter[tuple[str, int]] = Counter()
        self.scripts = 0
        self._total = 0
        self.known: dict[Signature, Known] = {}
        self.unsteady: Counter[Signature] = Counter()
        self._keep_in = keep_in
        self._verbose = verbose
        self._pursued: set[Signature] = set()
        self._lock = threading.Lock()

    def total(self) -> int:
        """Exchanges that were compared."""
        return self._total

    def count(self, exchanges: Mapping[tuple[str, int], int]) -> None:
        with self._lock:
            before = self._total
            self._total += sum(exchanges.values())
            self.exchanges.update(exchanges)
            self.scripts += 1
        if before // TOLD_EVERY != self._total // TOLD_EVERY:
            print(f"{self._total} exchanges compared", flush=True)

    def claim(self, signatures: set[Signature], first: Signature) -> bool:
        """Whether the caller is to pursue ``first``: no difference of its script is known or pursued by another."""
        with self._lock:
            for signature in signatures & self.known.keys():
                self.known[signature].seen += 1
            if not signatures.isdisjoint(self.known) or not signatures.isdisjoint(self._pursued):
                return False
            self._pursued.add(first)
            return True

    def let_go(self, signature: Signature) -> None:
        with self._lock:
            self._pursued.discard(signature)

    def did_not_show_again(self, where: str, difference: Difference) -> None:
        with self._lock:
            self.unsteady[difference.signature()] += 1
        print(f"did not show again: {where}: {difference}", flush=True)

    def save(self, script: Script, name: str, about: str) -> Path:
        """Keep a script under the next free name."""
        with self._lock:
            self._keep_in.mkdir(parents=True, exist_ok=True)
            number = 1
            while (path := self._keep_in / f"{name}-{number}.json").exists():
                number += 1
            path.write_text(to_text(Script(script.steps, about)), encoding="utf-8")
            return path

    def add(self, signature: Signature, known: Known, found: Found | None = None) -> None:
        """Note a difference, and tell of it."""
        with self._lock:
            self.known[signature] = known
        print(f"DIFFERENCE {known.file.name} ({len(known.script.steps)} steps): {known.difference}", flush=True)
        if self._verbose and found is not None:
            print(
                f"  Kafka      {shown(found.kafka)[:1200]}\n  wirebroker {shown(found.wirebroker)[:1200]}", flush=True
            )
