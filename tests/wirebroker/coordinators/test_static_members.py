"""Members with a group.instance.id (KIP-345)."""

import pytest


def static(driver, ticket, instance="i", member_id="", **options):
    options = {"version": 9, "session": 60_000, "client": "c"} | options
    return driver.join(ticket, member_id, instance=instance, **options)


def two(driver):
    """A static leader "i" and a static follower "j" in a stable group; gives their ids."""
    i = static(driver, "i").member_id
    driver.sync("i syncs", i, 1, {i: b"1"}, instance="i")
    static(driver, "j", "j")
    static(driver, "i2", "i", i)
    j = driver.answers["j"].member_id
    driver.sync("i syncs 2", i, 2, {i: b"for i", j: b"for j"}, instance="i")
    driver.sync("j syncs 2", j, 2, instance="j")
    return i, j


def test_a_static_member_needs_no_id_first(driver):
    """S101b, S89a."""
    answer = static(driver, "a", "host-1")
    assert (answer.error_code, answer.member_id) == (0, "host-1-u1")


def test_it_comes_back_to_its_assignment_without_a_rebalance(driver):
    """S101: the leader is told that it leads and must not assign."""
    i, j = two(driver)
    answer = static(driver, "i comes back")
    assert answer.error_code == 0
    assert answer.member_id not in (i, j)
    assert (answer.generation_id, answer.leader, answer.skip_assignment) == (2, answer.member_id, True)
    assert [member.group_instance_id for member in answer.members] == ["i", "j"]
    assert driver.state() == "Stable"
    assert driver.sync("s", answer.member_id, 2, instance="i").assignment == b"for i"
    assert driver.reloaded().groups["g"].members.leader == answer.member_id


def test_a_follower_comes_back_knowing_nothing_of_others(driver):
    """S101."""
    i, _ = two(driver)
    answer = static(driver, "j comes back", "j")
    assert (answer.leader, answer.skip_assignment, answer.members) == (i, False, [])
    assert driver.sync("s", answer.member_id, 2, instance="j").assignment == b"for j"


def test_before_version_9_the_old_leader_is_named(driver):
    """S101."""
    i, _ = two(driver)
    answer = static(driver, "i comes back", version=8)
    assert (answer.leader, answer.skip_assignment, answer.members) == (i, False, [])


def test_its_new_subscription_is_stored_if_the_protocol_stays(driver):
    """S101."""
    two(driver)
    static(driver, "i comes back", protocols=[("range", b"new")])
    assert driver.state() == "Stable"
    assert driver.coordinator.describe("g").members[0].member_metadata == b"new"
    assert driver.reloaded().describe("g").members[0].member_metadata == b"new"


def test_another_protocol_takes_a_rebalance(driver):
    """S101."""
    both = [("range", b"s"), ("sticky", b"s")]
    i = static(driver, "i", protocols=both).member_id
    driver.sync("i syncs", i, 1, {}, instance="i")
    assert static(driver, "i comes back", protocols=both[::-1]).protocol_name == "sticky"
    assert driver.coordinator.groups["g"].generation == 2


def test_the_replaced_id_is_fenced(driver, codes):
    """S101a, S95."""
    i, _ = two(driver)
    static(driver, "i comes back")
    assert driver.heartbeat(i, 2, instance="i") is codes.FENCED_INSTANCE_ID
    assert driver.heartbeat(i, 2) is codes.UNKNOWN_MEMBER_ID
    assert static(driver, "old", "i", i).error_code == codes.FENCED_INSTANCE_ID
    assert driver.commit(1, member_id=i, generation=2, instance="i") == codes.FENCED_INSTANCE_ID
    assert driver.leave((i, "i")) == [codes.FENCED_INSTANCE_ID]


def test_a_parked_join_of_the_replaced_id_ends(driver, codes):
    """S101a: in PreparingRebalance the new one takes its place."""
    i, j = two(driver)
    driver.join("i waits", i, instance="i", session=60_000)
    static(driver, "i comes back")
    answer = driver.answers["i waits"]
    assert (answer.error_code, answer.member_id) == (codes.FENCED_INSTANCE_ID, i)
    static(driver, "j joins", "j", j)
    assert driver.answers["i comes back"].generation_id == 3


def test_a_parked_sync_of_the_replaced_id_ends(driver, codes):
    """S101a: in CompletingRebalance the replacement starts a new rebalance."""
    i, j = two(driver)
    driver.join("i3", i, instance="i", session=60_000)
    driver.join("j3", j, instance="j", session=60_000)
    driver.sync("j syncs 3", j, 3, instance="j")
    static(driver, "j comes back", "j")
    assert driver.answers["j syncs 3"].error_code == codes.FENCED_INSTANCE_ID
    assert driver.state() == "PreparingRebalance"


def test_unknown_and_foreign_instances(driver, codes):
    """S101b."""
    i, _j = two(driver)
    assert static(driver, "a", "k", i).error_code == codes.UNKNOWN_MEMBER_ID
    assert static(driver, "b", "j", i).error_code == codes.FENCED_INSTANCE_ID
    assert driver.answers["b"].member_id == i
    assert driver.sync("s", i, 2, instance="j").error_code == codes.FENCED_INSTANCE_ID


@pytest.mark.parametrize("named_by", ["instance", "both"])
def test_it_is_sent_away_by_its_instance_id(driver, codes, named_by):
    """S102."""
    i, j = two(driver)
    assert driver.leave(("", "k"), ("x", "j")) == [codes.UNKNOWN_MEMBER_ID, codes.FENCED_INSTANCE_ID]
    assert driver.leave(("" if named_by == "instance" else j, "j")) == [0]
    assert driver.member_ids() == [i]


def test_it_survives_a_missed_rebalance(driver):
    """S102, S94b."""
    i, j = two(driver)
    driver.join("i3", i, instance="i", session=90_000, rebalance=30_000)
    driver.at(50.0).heartbeat(j, 2, instance="j")
    driver.at(60.0)
    assert driver.answers["i3"].generation_id == 3
    assert driver.member_ids() == [i, j]


def test_but_not_its_session_timeout(driver):
    """S102."""
    i, _j = two(driver)
    driver.at(30.0).heartbeat(i, 2, instance="i")
    driver.at(60.0)
    assert driver.member_ids() == [i]
    assert driver.state() == "PreparingRebalance"


def test_a_new_session_begins_when_it_comes_back(driver):
    """S101."""
    _i, j = two(driver)
    driver.at(59.0)
    driver.heartbeat(j, 2, instance="j")
    answer = static(driver, "i comes back")
    driver.at(110.0)
    assert driver.member_ids() == [answer.member_id, j]


def test_nothing_changes_if_its_return_cannot_be_written(driver, codes):
    i, j = two(driver)
    driver.log_is_full = True
    assert static(driver, "i comes back") == "refused"
    assert (driver.state(), driver.member_ids()) == ("Stable", [i, j])
    assert driver.heartbeat(i, 2, instance="i") is codes.NONE
