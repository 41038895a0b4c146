"""Which log is compacted next, how far, and which of its segments become one: decisions only.

Kafka's ``LogCleanerManager``, ``LogToClean`` and ``Cleaner.groupSegmentsBySize``. The clean part of a log is what was
compacted before; behind it comes the dirty part, up to what may not be compacted yet: the segment that is written to,
records of open transactions, segments younger than ``min.compaction.lag.ms``.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol, Self, TypeVar

import msgspec

from wirebroker.config.topic import TopicConfig

__all__ = ["Compactible", "CompactionRules", "Dirtiness", "dirtiness", "group_segments", "segments_between"]

MAX_RELATIVE_OFFSET = 2**31 - 1


class Compactible(Protocol):
    """A segment as far as its compaction goes. ``index_sizes`` are the bytes of its offset and time index."""

    base_offset: int
    size: int

    @property
    def newest_ms(self) -> int | None: ...

    @property
    def first_timestamp(self) -> int: ...

    @property
    def index_sizes(self) -> tuple[int, int]: ...


S = TypeVar("S", bound=Compactible)


class CompactionRules(msgspec.Struct, frozen=True):
    """What a topic's configuration says on when to compact; times in milliseconds."""

    min_lag_ms: int
    max_lag_ms: int
    min_dirty_ratio: float

    @classmethod
    def of(cls, config: TopicConfig) -> Self:
        return cls(config.min_compaction_lag_ms, config.max_compaction_lag_ms, config.min_cleanable_dirty_ratio)


class Dirtiness(msgspec.Struct, frozen=True):
    """What compaction of a log would look at: [``first_dirty``, ``first_uncleanable``), the latter a segment's base."""

    first_dirty: int
    first_uncleanable: int
    clean_bytes: int
    cleanable_bytes: int
    is_overdue: bool

    @property
    def ratio(self) -> float:
        """The part of the bytes that is dirty, 0 for a log without any."""
        total = self.clean_bytes + self.cleanable_bytes
        return self.cleanable_bytes / total if total else 0.0

    def is_enough(self, rules: CompactionRules) -> bool:
        return (self.is_overdue and self.cleanable_bytes > 0) or self.ratio > rules.min_dirty_ratio


def segments_between(segments: Sequence[S], start: int, end: int) -> Sequence[S]:
    """Return the segments that hold offsets of [``start``, ``end``), as far as their base offsets tell."""
    if start >= end:
        return segments[:0]
    first = max(0, bisect_right(segments, start, key=lambda segment: segment.base_offset) - 1)
    return [segment for segment in segments[first:] if segment.base_offset < end]


def dirtiness(
    segments: Sequence[Compactible],
    *,
    cleaned_to: int | None,
    log_start_offset: int,
    log_end_offset: int,
    last_stable_offset: int,
    rules: CompactionRules,
    now_ms: int,
) -> Dirtiness:
    """Judge a log whose last segment is written to. ``cleaned_to`` is where the last compaction ended, None if never.

    A ``cleaned_to`` outside the log is not believed: all of the log counts as dirty then.
    """
    first_dirty = log_start_offset
    if cleaned_to is not None and log_start_offset <= cleaned_to <= log_end_offset:
        first_dirty = cleaned_to
    active = segments[-1]
    closed_dirty = segments_between(segments[:-1], first_dirty, active.base_offset)
    uncleanable = min(last_stable_offset, active.base_offset)
    if rules.min_lag_ms > 0:
        for segment in closed_dirty:
            if (segment.newest_ms or 0) > now_ms - rules.min_lag_ms:
                uncleanable = min(uncleanable, segment.base_offset)
                break
    uncleanable = max(first_dirty, uncleanable)
    around = segments_between(segments[:-1], uncleanable, active.base_offset)
    first_uncleanable = around[0].base_offset if around else active.base_offset
    return Dirtiness(
        first_dirty,
        first_uncleanable,
        sum(segment.size for segment in segments if segment.base_offset < first_dirty),
        sum(s.size for s in segments_between(segments, min(first_dirty, first_uncleanable), first_uncleanable)),
        _is_overdue(closed_dirty, rules, now_ms),
    )


def _is_overdue(closed_dirty: Sequence[Compactible], rules: CompactionRules, now_ms: int) -> bool:
    due_before = now_ms - rules.max_lag_ms
    return due_before > 0 and any(0 < segment.first_timestamp < due_before for segment in closed_dirty)


def group_segments(
    segments: Sequence[S], *, segment_bytes: int, index_bytes: int, first_uncleanable: int
) -> list[list[S]]:
    """Put neighbours together that fit into one segment, so that segments do not become ever smaller.

    How far a segment's offsets go is told by its neighbour's base, or by ``first_uncleanable`` for the last.
    """
    groups: list[list[S]] = []
    size = index_size = time_index_size = 0
    for n, segment in enumerate(segments):
        end = segments[n + 1].base_offset if n + 1 < len(segments) else first_uncleanable
        index, time_index = segment.index_sizes
        if (
            groups
            and size + segment.size <= segment_bytes
            and index_size + index <= index_bytes
            and time_index_size + time_index <= index_bytes
            and (segment.size == 0 or end - 1 - groups[-1][0].base_offset <= MAX_RELATIVE_OFFSET)
        ):
            groups[-1].append(segment)
            size, index_size, time_index_size = size + segment.size, index_size + index, time_index_size + time_index
        else:
            groups.append([segment])
            size, index_size, time_index_size = segment.size, index, time_index
    return groups
