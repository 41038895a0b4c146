"""What compaction remembers of keys."""

import pytest

from wirebroker.log.key_offsets import BYTES_PER_KEY, KeyOffsets


def test_the_last_offset_of_each_key():
    keys = KeyOffsets(10 * BYTES_PER_KEY)
    for offset, key in enumerate([b"a", b"b", b"a", b""]):
        assert keys.put(key, offset)
    assert [keys.get(key) for key in (b"a", b"b", b"", b"c")] == [2, 1, 3, -1]
    assert (len(keys), keys.latest_offset) == (3, 3)


def test_a_full_map_takes_keys_that_it_knows():
    keys = KeyOffsets(2 * BYTES_PER_KEY)
    assert [keys.put(key, n) for n, key in enumerate([b"a", b"b", b"c", b"a"])] == [True, True, False, True]
    assert (keys.get(b"c"), keys.get(b"a"), keys.latest_offset) == (-1, 3, 3)


@pytest.mark.parametrize(("size", "factor", "capacity"), [(0, 1.0, 1), (100 * BYTES_PER_KEY, 0.9, 90)])
def test_how_many_keys_fit(size, factor, capacity):
    assert KeyOffsets(size, factor).capacity == capacity


def test_long_keys_are_told_apart():
    keys = KeyOffsets(10 * BYTES_PER_KEY)
    for n in range(3):
        keys.put(bytes(100) + bytes([n]), n)
    assert [keys.get(bytes(100) + bytes([n])) for n in range(4)] == [0, 1, 2, -1]
