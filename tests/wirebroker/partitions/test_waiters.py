"""Parked fetches: who wakes them, and when they give up. Time is pytest-trio's autojump clock."""

import pytest
import trio

from wirebroker.partitions.waiters import ParkedFetch, Waiters

pytestmark = pytest.mark.trio


async def parked(nursery, fetch, places, seconds=60.0):
    """Park a fetch in a task of its own; the list that is returned holds the time at which its wait ended."""
    ended = []

    async def wait():
        with fetch.standing_at(places):
            await fetch.wait(seconds)
        ended.append(trio.current_time())

    nursery.start_soon(wait)
    await trio.testing.wait_all_tasks_blocked()
    return ended


async def test_an_append_of_enough_bytes_wakes(autojump_clock):
    """S54"""
    waiters = Waiters()
    async with trio.open_nursery() as nursery:
        ended = await parked(nursery, ParkedFetch(100), [(waiters, 1000)])
        waiters.appended(99, stable=True, stable_moved=True)
        await trio.testing.wait_all_tasks_blocked()
        assert not ended
        waiters.appended(1, stable=True, stable_moved=True)
        await trio.testing.wait_all_tasks_blocked()
        assert ended
    assert not waiters.parked


async def test_bytes_of_several_partitions_add_up(autojump_clock):
    """S54"""
    first, second = Waiters(), Waiters()
    async with trio.open_nursery() as nursery:
        ended = await parked(nursery, ParkedFetch(100), [(first, 1000), (second, 1000)])
        first.appended(60, stable=True, stable_moved=True)
        second.appended(40, stable=True, stable_moved=True)
        await trio.testing.wait_all_tasks_blocked()
        assert ended


async def test_each_partition_counts_up_to_its_room_only(autojump_clock):
    """S54: a fetch for more than the sum of partition_max_bytes waits in full."""
    waiters = Waiters()
    start = trio.current_time()
    async with trio.open_nursery() as nursery:
        ended = await parked(nursery, ParkedFetch(100), [(waiters, 50)], seconds=3.0)
        waiters.appended(1000, stable=True, stable_moved=True)
        waiters.appended(1000, stable=True, stable_moved=True)
    assert ended == [pytest.approx(start + 3.0)]
    assert not waiters.parked


async def test_read_committed_is_not_woken_behind_an_open_transaction(autojump_clock):
    """S55: what does not move the last stable offset wakes nobody who reads committed records; what moves it does."""
    waiters = Waiters()
    async with trio.open_nursery() as nursery:
        committed = await parked(nursery, ParkedFetch(1, read_committed=True), [(waiters, 1000)])
        uncommitted = await parked(nursery, ParkedFetch(1), [(waiters, 1000)])
        waiters.appended(100, stable=False, stable_moved=False)
        await trio.testing.wait_all_tasks_blocked()
        assert uncommitted
        assert not committed
        waiters.appended(100, stable=False, stable_moved=True)
        await trio.testing.wait_all_tasks_blocked()
        assert committed


async def test_wake_all(autojump_clock):
    """S54: a deleted partition wakes every fetch that waits at it."""
    waiters = Waiters()
    async with trio.open_nursery() as nursery:
        first = await parked(nursery, ParkedFetch(1), [(waiters, 1000)])
        second = await parked(nursery, ParkedFetch(1000), [(waiters, 1000)])
        waiters.wake_all()
        await trio.testing.wait_all_tasks_blocked()
        assert first
        assert second


async def test_a_cancelled_fetch_leaves_nothing_behind(autojump_clock):
    """The client is gone, or the broker stops."""
    waiters = Waiters()
    parked = ParkedFetch(1)
    with trio.move_on_after(1), parked.standing_at([(waiters, 1)]):
        await parked.wait(60.0)
    assert not waiters.parked


async def test_an_append_before_the_wait_counts(autojump_clock):
    """Something may be appended while the fetch is not yet waiting, but sends what it owed its client before."""
    waiters, parked, start = Waiters(), ParkedFetch(10), trio.current_time()
    with parked.standing_at([(waiters, 1000)]):
        waiters.appended(10, stable=True, stable_moved=True)
        await parked.wait(60.0)
    assert trio.current_time() == start


async def test_no_time_left(autojump_clock):
    """Sending what was owed before took longer than the fetch wants to wait."""
    await ParkedFetch(1).wait(-1.0)
