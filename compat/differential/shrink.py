"""The shortest script that still shows the same difference: fewer steps first, then fewer fields and elements."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from compat.differential.script import Script, Step
from compat.differential.values import Batches, replaced, walk, without

Shows = Callable[[Script], bool]
MOST_ATTEMPTS = 400
MOST_SECONDS = 45.0


class _Budget:
    def __init__(self, shows: Shows, most: int, seconds: float) -> None:
        self._shows = shows
        self._left = most
        self._end = time.monotonic() + seconds

    def shows(self, script: Script) -> bool:
        if self._left <= 0 or time.monotonic() > self._end:
            return False
        self._left -= 1
        return self._shows(script)


def shrunk(
    script: Script, shows: Shows, *, most_attempts: int = MOST_ATTEMPTS, most_seconds: float = MOST_SECONDS
) -> Script:
    """Return a script that ``shows`` what ``script`` does, made as small as so many attempts and seconds allow."""
    budget = _Budget(shows, most_attempts, most_seconds)
    smaller = _fewer_steps(script, budget)
    while True:
        before = smaller
        for at in reversed(range(len(smaller.steps))):
            smaller = _plainer_step(smaller, at, budget)
        smaller = _fewer_steps(smaller, budget)
        if smaller == before:
            return smaller


def _fewer_steps(script: Script, budget: _Budget) -> Script:
    """Take out runs of steps, long ones first."""
    size = max(1, len(script.steps) // 2)
    while size:
        at = len(script.steps)
        while at > 0:
            at -= size
            begin = max(at, 0)
            shorter = Script(script.steps[:begin] + script.steps[begin + size :], script.about)
            if shorter.steps and budget.shows(shorter):
                script = shorter
        size //= 2
    return script


def _plainer_step(script: Script, at: int, budget: _Budget) -> Script:
    progress = True
    while progress:
        progress = False
        for step in _plainer(script.steps[at]):
            plainer = Script((*script.steps[:at], step, *script.steps[at + 1 :]), script.about)
            if budget.shows(plainer):
                script, progress = plainer, True
                break
    return script


def _plainer(step: Step) -> Iterator[Step]:
    """Yield the step with one thing less."""
    if step.edits:
        yield msgspec.structs.replace(step, edits=step.edits[1:])
    for at, value in list(walk(step.body)):
        if not at or "set" in at[:-1] or not {"edits", "headers"}.isdisjoint(at[:-1]):
            continue
        if isinstance(value, list) and len(value) > 1:
            yield _with_body(step, replaced(step.body, at, value[:1]))
            yield _with_body(step, replaced(step.body, at, value[1:]))
        if isinstance(value, str | bytes) and len(value) > 12:
            yield _with_body(step, replaced(step.body, at, value[:2]))
        if isinstance(value, Batches) and len(value.batches) > 1:
            yield _with_body(step, replaced(step.body, at, Batches(value.batches[:1])))
        if isinstance(at[-1], str):
            yield _with_body(step, without(step.body, at))


def _with_body(step: Step, body: Any) -> Step:
    return msgspec.structs.replace(step, body=body)
