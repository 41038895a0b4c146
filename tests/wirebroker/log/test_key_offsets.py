"""What compaction remembers of keys."""

import random

import pytest

from wirebroker.log.key_offsets import BYTES_PER_KEY, KeyOffsets, own_hashes, python_hashes


def clashing(key):
    """Hash as badly as can be: all keys of one length want one slot, half of them with the same step."""
    return len(key) + 1, key[-1] if key else 0


HASHES = [python_hashes, own_hashes, clashing]


@pytest.mark.parametrize("hashes", HASHES)
def test_the_last_offset_of_each_key(hashes):
    keys = KeyOffsets(10 * BYTES_PER_KEY, hashes=hashes)
    for offset, key in enumerate([b"a", b"b", b"a", b""]):
        assert keys.put(key, offset)
    assert [keys.get(key) for key in (b"a", b"b", b"", b"c")] == [2, 1, 3, -1]
    assert (len(keys), keys.latest_offset) == (3, 3)


@pytest.mark.parametrize("hashes", HASHES)
def test_a_full_map_takes_keys_that_it_knows(hashes):
    keys = KeyOffsets(2 * BYTES_PER_KEY, hashes=hashes)
    assert [keys.put(key, n) for n, key in enumerate([b"a", b"b", b"c", b"a"])] == [True, True, False, True]
    assert (keys.get(b"c"), keys.get(b"a"), keys.latest_offset) == (-1, 3, 3)


@pytest.mark.parametrize(
    ("size", "factor", "capacity"),
    [(0, 1.0, 1), (100 * BYTES_PER_KEY, 0.9, 90), (100 * BYTES_PER_KEY + 23, 0.5, 50), (100 * BYTES_PER_KEY, 7, 100)],
)
def test_how_many_keys_fit(size, factor, capacity):
    """As many as Kafka's ``slots * load_factor``, 24 bytes a slot."""
    assert KeyOffsets(size, factor).capacity == capacity


def test_a_small_log_does_not_need_a_large_table():
    keys = KeyOffsets(1 << 40, 0.9, most_keys=10)
    assert keys.size < 1000
    assert all(keys.put(b"%d" % n, n) for n in range(10))
    assert [keys.get(b"%d" % n) for n in range(11)] == [*range(10), -1]


@pytest.mark.parametrize("factor", [0.5, 0.9])
def test_the_table_is_as_large_as_the_buffer(factor):
    assert 0 <= KeyOffsets(1 << 20, factor).size - (1 << 20) < 100 * BYTES_PER_KEY


def test_long_keys_are_told_apart():
    keys = KeyOffsets(10 * BYTES_PER_KEY)
    for n in range(3):
        keys.put(bytes(100) + bytes([n]), n)
    assert [keys.get(bytes(100) + bytes([n])) for n in range(4)] == [0, 1, 2, -1]


@pytest.mark.parametrize("hashes", [python_hashes, own_hashes])
@pytest.mark.parametrize("capacity", [1, 7, 1000])
def test_it_knows_what_a_dictionary_knows(capacity, hashes):
    """Up to the last free slot, for keys and offsets of all sizes."""
    draw = random.Random(capacity)
    keys, known = KeyOffsets(capacity * BYTES_PER_KEY, hashes=hashes), {}
    candidates = [draw.randbytes(draw.randrange(20)) for _ in range(2 * capacity)]
    offset = -1
    for _ in range(5 * capacity):
        key = draw.choice(candidates)
        offset += draw.choice([1, 3, 2**40])
        fits = key in known or len(known) < capacity
        assert keys.put(key, offset) is fits
        if fits:
            known[key] = offset
    assert len(keys) == len(known)
    assert all(keys.get(key) == known.get(key, -1) for key in candidates)
