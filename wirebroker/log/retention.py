"""Which of a log's oldest segments have to go: by time, by size, or because their records were deleted.

Kafka's ``UnifiedLog.deleteOldSegments``. Whole segments go, from the oldest on, until the first that has to stay. The
one that is written to goes too, if it is due: a new and empty one takes its place at the log's end, so that offsets
go on. What lies at or above the high watermark always stays.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, Self

import msgspec

from wirebroker.config.topic import TopicConfig

__all__ = ["Aging", "RetentionRules", "segments_to_delete"]


class Aging(Protocol):
    """A segment as far as its retention goes."""

    base_offset: int
    size: int

    @property
    def newest_ms(self) -> int | None:
        """The largest timestamp of its records, or when it was last written; None if nobody knows."""


class RetentionRules(msgspec.Struct, frozen=True):
    """What ``cleanup.policy``, ``retention.bytes`` and ``retention.ms`` ask for; -1 is no limit.

    Without ``deletes`` (compact alone, or no policy) only deleted records' segments go.
    """

    deletes: bool
    max_bytes: int
    max_age_ms: int

    @classmethod
    def of(cls, config: TopicConfig) -> Self:
        return cls("delete" in config.cleanup_policy, config.retention_bytes, config.retention_ms)


def segments_to_delete(
    segments: Sequence[Aging],
    *,
    end_offset: int,
    high_watermark: int,
    log_start_offset: int,
    rules: RetentionRules,
    now_ms: int,
) -> int:
    """Return how many of the oldest segments go. ``end_offset`` is where the last one ends; ``now_ms`` the wall clock.

    A segment with a record dated in the future stays, and with it all later ones.
    """
    ends = [segment.base_offset for segment in segments[1:]] + [end_offset]

    def count_from(first: int, is_due: Callable[[int], bool]) -> int:
        """Return up to where, from ``first`` on, segments are due; an empty last one stays."""
        n = first
        while n < len(segments) and ends[n] <= high_watermark and is_due(n):
            if n == len(segments) - 1 and not segments[n].size:
                break
            n += 1
        return n

    count = count_from(0, lambda n: n < len(segments) - 1 and ends[n] <= log_start_offset)
    if not rules.deletes:
        return count
    if rules.max_bytes >= 0:
        excess = sum(segment.size for segment in segments[count:]) - rules.max_bytes

        def leaves_enough(n: int) -> bool:
            nonlocal excess
            excess -= segments[n].size
            return excess >= 0

        count = count_from(count, leaves_enough)
    if rules.max_age_ms >= 0:

        def is_too_old(n: int) -> bool:
            newest = segments[n].newest_ms
            return newest is not None and now_ms - newest > rules.max_age_ms

        count = count_from(count, is_too_old)
    return count
