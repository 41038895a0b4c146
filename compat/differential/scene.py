"""What comparing two answers must know of the script that they belong to."""

from typing import Any

import msgspec

from compat.differential.assigned import Pairs

CLOCKS_MS = 60_000
"""How far a time that a broker sets may lie from the time of the script."""


class Scene(msgspec.Struct):
    """Which names are the script's own, when it began, and what was assigned so far."""

    pairs: Pairs
    prefix: str
    now_ms: int

    def is_now(self, value: Any) -> bool:
        return isinstance(value, int) and abs(value - self.now_ms) < CLOCKS_MS
