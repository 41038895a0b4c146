import pytest

from wirebroker.coordinators.group.java_hash import hash_map_rank, java_hash


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 0), ("a", 97), ("my-group", -1906497762), ("polygenelubricants", -(2**31)), ("Zürich", -1482116162)],
)
def test_the_hash_is_javas(text, value):
    """Printed by Java."""
    assert java_hash(text) == value


def test_characters_outside_the_basic_plane_count_twice():
    assert java_hash("\N{ROCKET}") == 1773027


def test_a_hash_map_goes_through_its_keys_by_rank():
    """Printed by Java: the keys of a ``HashMap`` of these four."""
    names = ["range", "roundrobin", "cooperative-sticky", "sticky"]
    assert sorted(names, key=hash_map_rank) == ["sticky", "range", "roundrobin", "cooperative-sticky"]
