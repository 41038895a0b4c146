"""S91."""

import pytest

from wirebroker.coordinators.group.protocols import common_protocols, metadata_of, select_protocol


def offer(*names):
    return [(name, name.encode()) for name in names]


def test_only_what_everybody_offers_is_a_candidate():
    assert common_protocols([offer("a", "b"), offer("b", "c")]) == {"b"}


def test_each_member_votes_for_the_first_candidate_of_its_own_list():
    """The leader, here the first, has no say."""
    assert select_protocol([offer("a", "b"), offer("b", "a"), offer("c", "b", "a")]) == "b"


def test_what_not_everybody_offers_gets_no_votes():
    assert select_protocol([offer("a", "b"), offer("a", "b"), offer("b")]) == "b"


def test_a_tie_falls_as_in_kafka():
    """Seen on Apache Kafka 4.4.0: "sticky", whoever joins first."""
    assert select_protocol([offer("range", "sticky"), offer("sticky", "range")]) == "sticky"
    assert select_protocol([offer("sticky", "range"), offer("range", "sticky")]) == "sticky"


def test_metadata_of_the_chosen_protocol():
    assert metadata_of(offer("a", "b"), "b") == b"b"
    with pytest.raises(LookupError):
        metadata_of(offer("a"), "b")
