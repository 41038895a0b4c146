"""Many scripts against two brokers: those that were kept first, then drawn ones, until enough was compared."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from compat.differential.compare import Difference
from compat.differential.draw.scripts import drawn
from compat.differential.findings import Findings, Known, Signature
from compat.differential.logs import Logs
from compat.differential.run import Found, Played, Stage
from compat.differential.script import Script, read
from compat.differential.shrink import shrunk

CONFIRMATIONS = 2
"""How often a difference must be seen again to be one: timing shows others once."""
BATCH = 150
"""Scripts after which a player compares logs and deletes topics."""
LOGS: Signature = ("logs", "", "")
"""All differences of logs count as one: the first line that differs tells little."""
LOG_SHRINKING_S = 120.0


class Player:
    """Plays scripts on one stage."""

    def __init__(self, stage: Stage, findings: Findings, logs: Logs | None) -> None:
        self.stage = stage
        self.findings = findings
        self._logs = logs
        self._batch: list[Played] = []

    def replay(self, path: Path) -> None:
        """Play a script that was kept: a difference that it shows each time is known by its file."""
        script = read(path)
        for found in self._counted(script).found[:1]:
            signature = found.difference.signature()
            if self._shows_again(script, signature):
                self.findings.add(signature, Known(found.difference, script, path), found)
            else:
                self.findings.did_not_show_again(f"{path.name}, step {found.step}", found.difference)

    def try_out(self, script: Script) -> None:
        """Play a script; make the shortest one of its first difference, if it is new: others may follow from it."""
        found = self._counted(script).found
        if found:
            with self._claimed({each.difference.signature() for each in found}, found[0].difference) as mine:
                if mine:
                    self._pursue(script, found[0])
        if len(self._batch) >= BATCH:
            self.end_batch()

    def end_batch(self) -> None:
        """Compare the logs that the last scripts have left, and delete their topics."""
        batch, self._batch = self._batch, []
        if self._logs is not None:
            clean = {played.prefix: played for played in batch if not played.found}
            different = self._logs.differences_of({prefix: played.pairs for prefix, played in clean.items()})
            for prefix, several in different.items():
                for difference in several[:1]:
                    with self._claimed({LOGS}, difference) as mine:
                        if mine:
                            self._pursue_in_logs(clean[prefix].script, difference, self._logs)
        self.stage.delete_topics([name for played in batch for name in played.names])

    @contextmanager
    def _claimed(self, signatures: set[Signature], first: Difference) -> Iterator[bool]:
        """Whether to pursue it; while one player does, no other one."""
        signature = LOGS if LOGS in signatures else first.signature()
        mine = self.findings.claim(signatures, signature)
        try:
            yield mine
        finally:
            if mine:
                self.findings.let_go(signature)

    # ---- playing

    def _counted(self, script: Script) -> Played:
        played = self._play(script)
        self.findings.count(played.exchanges)
        return played

    def _play(self, script: Script) -> Played:
        played = self.stage.play(script)
        self._batch.append(played)
        return played

    def _find(self, script: Script, signature: Signature) -> Found | None:
        found = self._play(script).found
        return next((each for each in found if each.difference.signature() == signature), None)

    def _shows_again(self, script: Script, signature: Signature) -> bool:
        return all(self._find(script, signature) for _ in range(CONFIRMATIONS))

    # ---- differences

    def _pursue(self, script: Script, found: Found) -> None:
        signature = found.difference.signature()
        if not self._shows_again(script, signature):
            self.findings.did_not_show_again(script.steps[found.step].api_name, found.difference)
            return
        cut = Script(script.steps[: found.step + 1], script.about)
        start = cut if self._find(cut, signature) else script
        small = shrunk(start, lambda tried: self._find(tried, signature) is not None)
        last = self._find(small, signature)
        if last is None:  # it shows now and then only
            small, last = script, found
        step = small.steps[last.step]
        about = f"{step.api_name} v{step.version}: {last.difference}"
        path = self.findings.save(small, step.api_name, about)
        self.findings.add(signature, Known(last.difference, small, path), last)

    def _pursue_in_logs(self, script: Script, difference: Difference, logs: Logs) -> None:
        """Make the shortest script that leaves logs which differ: each attempt may start Kafka's tool."""

        def different(tried: Script) -> list[Difference]:
            played = self._play(tried)
            return logs.differences(played.prefix, played.pairs)

        if not different(script):
            self.findings.did_not_show_again("logs", difference)
            return
        small = shrunk(script, lambda tried: bool(different(tried)), most_seconds=LOG_SHRINKING_S)
        last = next(iter(different(small)), difference)
        self.findings.add(LOGS, Known(last, small, self.findings.save(small, "logs", str(last))))


class Campaign:
    """Several players, each on a stage of its own, before the same two brokers."""

    def __init__(self, stages: list[Stage], findings: Findings, logs: Logs | None) -> None:
        self.findings = findings
        self._players = [Player(stage, findings, logs) for stage in stages]
        self._stop = threading.Event()

    def replay(self, paths: list[Path]) -> None:
        """Play scripts that were kept, side by side."""
        waiting, lock = list(reversed(paths)), threading.Lock()

        def next_one() -> Path | None:
            with lock:
                return waiting.pop() if waiting else None

        def work(player: Player) -> None:
            while not self._stop.is_set() and (path := next_one()) is not None:
                player.replay(path)
            player.end_batch()

        self._side_by_side(work)

    def draw(self, exchanges: int, seed: int) -> None:
        """Draw scripts and play them, side by side, until so many exchanges were compared."""
        goal = self.findings.total() + exchanges
        numbers, lock = count(), threading.Lock()

        def work(player: Player) -> None:
            while self.findings.total() < goal and not self._stop.is_set():
                with lock:
                    number = next(numbers)
                player.try_out(drawn(f"{seed}/{number}"))
            player.end_batch()

        self._side_by_side(work)

    def _side_by_side(self, work: Callable[[Player], None]) -> None:
        """Have every player work in a thread of its own; where one fails, or is interrupted, all come to an end."""
        with ThreadPoolExecutor(len(self._players)) as pool:
            working = [pool.submit(work, player) for player in self._players]
            try:
                for done in wait(working, return_when=FIRST_EXCEPTION).done:
                    done.result()
            finally:
                self._stop.set()
            self._stop.clear()
