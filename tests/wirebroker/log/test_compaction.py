"""When a log is compacted, how far, and which segments become one: decisions. Rules S137, S137a."""

from typing import NamedTuple

import pytest
from log_content import NOW

from wirebroker.log.compaction import CompactionRules, dirtiness, group_segments, segments_between

HOUR = 3_600_000
NO_LIMIT = 2**63 - 1


class Part(NamedTuple):
    """A segment as the decision sees it."""

    base_offset: int
    size: int = 100
    newest_ms: int | None = NOW - HOUR
    first_timestamp: int = NOW - HOUR
    index_sizes: tuple[int, int] = (8, 12)


def judge(*segments, min_lag_ms=0, max_lag_ms=NO_LIMIT, ratio=0.5, now_ms=NOW, **facts):
    facts = {
        "cleaned_to": None,
        "log_start_offset": segments[0].base_offset,
        "log_end_offset": 1000,
        "last_stable_offset": 1000,
    } | facts
    rules = CompactionRules(min_lag_ms, max_lag_ms, ratio)
    dirt = dirtiness(segments, rules=rules, now_ms=now_ms, **facts)
    return dirt, dirt.is_enough(rules)


THREE = Part(0), Part(100), Part(200)


def test_all_but_the_last_segment_is_dirty_at_first():
    dirt, is_enough = judge(*THREE)
    assert (dirt.first_dirty, dirt.first_uncleanable, dirt.clean_bytes, dirt.cleanable_bytes) == (0, 200, 0, 200)
    assert is_enough


@pytest.mark.parametrize(("cleaned_to", "ratio", "is_enough"), [(100, 0.49, True), (100, 0.5, False), (200, 0, False)])
def test_the_dirty_part_must_be_larger_than_the_ratio(cleaned_to, ratio, is_enough):
    dirt, enough = judge(*THREE, cleaned_to=cleaned_to, ratio=ratio)
    assert dirt.first_dirty == cleaned_to
    assert enough is is_enough


@pytest.mark.parametrize("cleaned_to", [49, 1001])
def test_a_checkpoint_outside_the_log_is_not_believed(cleaned_to):
    assert judge(*THREE, cleaned_to=cleaned_to, log_start_offset=50)[0].first_dirty == 50


@pytest.mark.parametrize(("log_start", "cleaned_to"), [(250, None), (250, 120), (0, 250)])
def test_nothing_is_to_be_cleaned_before_a_beginning_in_the_last_segment(log_start, cleaned_to):
    """Of the log, or of its dirty part (Kafka's testLogStartOffsetLargerThanActiveSegmentBaseOffset and the next)."""
    dirt, is_enough = judge(*THREE, log_start_offset=log_start, cleaned_to=cleaned_to, ratio=0.0, max_lag_ms=1)
    assert (dirt.first_dirty, dirt.cleanable_bytes, is_enough) == (250, 0, False)
    assert dirt.first_uncleanable <= 250


@pytest.mark.parametrize(("stable", "uncleanable"), [(99, 0), (100, 100), (150, 100), (200, 200), (1000, 200)])
def test_nothing_of_an_open_transaction(stable, uncleanable):
    """The segment in which it begins is the first that stays."""
    assert judge(*THREE, last_stable_offset=stable)[0].first_uncleanable == uncleanable


@pytest.mark.parametrize(("lag", "uncleanable"), [(0, 300), (HOUR - 1, 300), (HOUR, 300), (HOUR + 1, 100)])
def test_nothing_younger_than_the_lag_nor_what_follows_it(lag, uncleanable):
    segments = Part(0, newest_ms=NOW - 2 * HOUR), Part(100), Part(200, newest_ms=NOW - 2 * HOUR), Part(300)
    assert judge(*segments, min_lag_ms=lag)[0].first_uncleanable == uncleanable


@pytest.mark.parametrize(("lag", "is_enough"), [(HOUR, False), (HOUR - 1, True)])
def test_what_waits_too_long_is_compacted_whatever_the_ratio(lag, is_enough):
    dirt, enough = judge(*THREE, cleaned_to=100, ratio=1.0, max_lag_ms=lag)
    assert (dirt.is_overdue, enough) == (is_enough, is_enough)


def test_a_clean_log_is_never_overdue():
    assert not judge(*THREE, cleaned_to=200, ratio=1.0, max_lag_ms=1)[1]


def test_an_empty_log():
    dirt, is_enough = judge(Part(0, size=0), log_end_offset=0, last_stable_offset=0, ratio=0.0)
    assert (dirt.ratio, is_enough) == (0.0, False)


@pytest.mark.parametrize(
    ("start", "end", "bases"),
    [(0, 100, [0]), (0, 101, [0, 100]), (150, 250, [100, 200]), (-5, 50, [0]), (100, 100, []), (500, 600, [200])],
)
def test_segments_that_hold_some_offsets(start, end, bases):
    assert [segment.base_offset for segment in segments_between(THREE, start, end)] == bases


def grouped(*segments, segment_bytes=250, index_bytes=1000, first_uncleanable=1000):
    groups = group_segments(
        segments, segment_bytes=segment_bytes, index_bytes=index_bytes, first_uncleanable=first_uncleanable
    )
    return [[segment.base_offset for segment in group] for group in groups]


def test_neighbours_become_one_up_to_the_size_of_a_segment():
    assert grouped(*(Part(n * 100) for n in range(5))) == [[0, 100], [200, 300], [400]]
    assert grouped(*THREE, segment_bytes=300) == [[0, 100, 200]]
    assert grouped(*THREE, segment_bytes=50) == [[0], [100], [200]]
    assert grouped() == []


def test_neighbours_become_one_up_to_the_size_of_an_index():
    assert grouped(*THREE, segment_bytes=1000, index_bytes=24) == [[0, 100], [200]]
    assert grouped(*THREE, segment_bytes=1000, index_bytes=23) == [[0], [100], [200]]


def test_offsets_must_stay_within_31_bits_of_the_first():
    far = Part(2**31)
    assert grouped(Part(0), Part(100), far, segment_bytes=1000, first_uncleanable=2**31 + 1) == [[0, 100], [2**31]]
    assert grouped(Part(0), far._replace(size=0), segment_bytes=1000, first_uncleanable=2**32) == [[0, 2**31]]
