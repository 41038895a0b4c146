"""How compaction is slowed down. Kafka's ``Throttler``."""

import math

import pytest

from wirebroker.log.cleaning_rate import CleaningRate


def test_the_rate_over_a_long_time_is_the_wanted_one():
    rate, now, total = CleaningRate(1000, now=5.0), 5.0, 0
    while now < 1005.0:
        rate.count(100)
        total += 100
        now += 0.01
        now += rate.pause(now)
    assert total / (now - 5.0) == pytest.approx(1000, rel=0.01)


def test_who_is_slow_anyway_never_pauses():
    rate, now = CleaningRate(1000, now=0.0), 0.0
    for _ in range(100):
        rate.count(100)
        now += 0.1
        assert rate.pause(now) == pytest.approx(0, abs=1e-6)


def test_all_wait_for_the_pause_that_one_began():
    rate = CleaningRate(1000, now=0.0)
    rate.count(300)
    assert rate.pause(0.2) == 0, "too early to judge"
    rate.count(1700)
    assert rate.pause(0.5) == 1.5
    assert rate.pause(1.0) == 1.0
    assert rate.pause(2.0) == 0
    rate.count(1000)
    assert rate.pause(2.5) == 0.5, "what was made up for does not count again"


def test_nobody_takes_much_at_once():
    rate = CleaningRate(1000, now=0.0)
    rate.count(500)
    assert rate.pause(0.0) == 0.5


@pytest.mark.parametrize(("wanted", "pause"), [(math.inf, 0), (1.7976931348623157e308, 0), (0.0, math.inf), (-1, 0)])
def test_rates_at_the_limits(wanted, pause):
    """Kafka checks nothing of this setting."""
    rate = CleaningRate(wanted, now=0.0)
    rate.count(10**12)
    assert rate.pause(1.0) == pause
