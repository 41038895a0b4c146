"""S107: offsets are dropped a week after ... what, depends on the group."""

import pytest

from kafka_codecs.compile import encode
from kafka_codecs.messages.consumer_protocol import ConsumerProtocolSubscription
from wirebroker.coordinators.group.protocols import subscribed_topics

DAY, WEEK = 24 * 3600.0, 7 * 24 * 3600.0
CHECK = 600.0


def subscription(*topics, version=1):
    return version.to_bytes(2) + encode(
        ConsumerProtocolSubscription, version, ConsumerProtocolSubscription(list(topics))
    )


@pytest.fixture
def living(driver):
    """A driver whose coordinator has begun to live: it looks for old offsets."""
    driver.coordinator.look_for_old_offsets(now=0.0)
    return driver


def stay(driver, member_id, until, session=1_800_000):
    """Send heartbeats until then."""
    while driver.now + session / 2000 < until:
        driver.at(driver.now + session / 2000).heartbeat(member_id, 1)
    driver.at(until)


def test_a_simple_group_keeps_an_offset_for_a_week_from_its_commit(living):
    living.at(DAY).commit(5)
    living.at(DAY + WEEK - 1)
    assert living.committed() == 5
    living.at(DAY + WEEK + CHECK)
    assert living.committed() is None
    assert living.state() == "Dead"
    assert living.reloaded().groups == {}


def test_an_empty_group_from_the_time_that_it_became_empty(living):
    (a,) = living.stable("a", session=1_800_000)
    living.commit(5, member_id=a, generation=1)
    stay(living, a, 2 * DAY)
    living.leave(a)
    living.at(2 * DAY + WEEK - 1)
    assert living.committed() == 5
    living.at(2 * DAY + WEEK + CHECK)
    assert living.committed() is None
    assert living.state() == "Dead"


@pytest.mark.parametrize(("topics", "is_kept"), [(["t"], True), (["u"], False), ([], False)])
def test_while_consumers_are_there_what_they_subscribe_to_is_kept(living, topics, is_kept):
    (a,) = living.stable("a", session=1_800_000, protocols=[("range", subscription(*topics))])
    living.commit(5, member_id=a, generation=1)
    stay(living, a, WEEK + 2 * CHECK)
    assert living.committed() == (5 if is_kept else None)
    assert living.state() == "Stable"


def test_all_is_kept_if_a_subscription_cannot_be_read(living):
    (a,) = living.stable("a", session=1_800_000, protocols=[("range", b"?")])
    living.commit(5, member_id=a, generation=1)
    stay(living, a, WEEK + 2 * CHECK)
    assert living.committed() == 5


def test_other_kinds_of_members_keep_all(living):
    a = living.join("a", version=3, protocol_type="connect", session=1_800_000).member_id
    living.sync("a syncs", a, 1, {})
    living.commit(5, member_id=a, generation=1)
    stay(living, a, WEEK + 2 * CHECK)
    assert living.committed() == 5


def test_a_commit_that_names_its_own_retention(living):
    living.commit(5, retention=1000)
    living.at(CHECK - 1)
    assert living.committed() == 5
    living.at(CHECK)
    assert living.committed() is None


def test_an_empty_group_without_offsets_goes_at_the_next_look(living):
    living.join("a")
    living.at(CHECK - 1)
    assert living.state() == "Empty"
    living.at(CHECK)
    assert living.state() == "Dead"


@pytest.mark.parametrize("version", range(4))
def test_subscriptions_of_all_versions_are_read(version):
    assert subscribed_topics([subscription("a", "b", version=version), subscription("c")]) == {"a", "b", "c"}
    assert subscribed_topics([subscription("a"), b""]) is None
