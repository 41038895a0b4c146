import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebroker.errors import KafkaError
from wirebroker.metadata.topic_names import check, collision_key, is_internal, what_is_wrong


@given(st.from_regex(r"[a-zA-Z0-9._-]{1,249}", fullmatch=True).filter(lambda name: name not in {".", ".."}))
def test_legal_names(name: str) -> None:
    assert what_is_wrong(name) is None
    check(name)


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "a\n", "\n", "ä", "٣", "x" * 250])
def test_illegal_names(name: str) -> None:
    wrong = what_is_wrong(name)
    assert wrong is not None
    assert wrong.startswith("Topic name is invalid: ")
    with pytest.raises(KafkaError) as refusal:
        check(name)
    assert (refusal.value.code, refusal.value.message) == (17, wrong)


def test_names_collide_where_only_dots_and_underscores_differ() -> None:
    assert collision_key("a.b_c") == collision_key("a_b.c") == collision_key("a_b_c")
    assert collision_key("abc") is None
    assert collision_key("a-b") is None


def test_three_topics_are_internal() -> None:
    assert all(is_internal(name) for name in ("__consumer_offsets", "__transaction_state", "__share_group_state"))
    assert not any(is_internal(name) for name in ("__cluster_metadata", "__x", "t"))
