"""Receive buffers that are used again."""

from wirebroker.server.buffers import LARGEST_KEPT, SMALL, BufferPool


def test_a_buffer_given_back_is_taken_again() -> None:
    pool = BufferPool()
    first = pool.take()
    pool.give(first)
    assert pool.take() is first
    assert pool.take() is not first


def test_sizes_are_powers_of_two_from_16_kib() -> None:
    pool = BufferPool()
    assert len(pool.take(1)) == SMALL
    assert len(pool.take(SMALL + 1)) == 2 * SMALL
    assert len(pool.take(1024 * 1024)) == 1024 * 1024


def test_the_pool_keeps_no_more_than_it_may() -> None:
    """A burst of large requests leaves no memory behind; what is larger than the largest kept size is never kept."""
    pool = BufferPool(keep_bytes=2 * SMALL)
    buffers = [pool.take() for _ in range(3)]
    for buffer in buffers:
        pool.give(buffer)
    again = [pool.take() for _ in range(3)]
    assert sum(any(b is a for a in buffers) for b in again) == 2
    huge = bytearray(2 * LARGEST_KEPT)
    pool = BufferPool()
    pool.give(huge)
    assert pool.take(2 * LARGEST_KEPT) is not huge
