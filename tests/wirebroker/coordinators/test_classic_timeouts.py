"""What the passing of time does to a classic group: all times are the numbers written here, in seconds."""


def test_a_silent_member_is_removed(driver, codes):
    """S95, S97a."""
    (a,) = driver.stable("a", session=10_000)
    driver.at(9.9).heartbeat(a, 1)
    driver.at(19.8)
    assert driver.state() == "Stable"
    driver.at(19.9)
    assert driver.state() == "Empty"
    assert driver.heartbeat(a, 1) is codes.UNKNOWN_MEMBER_ID


def test_the_others_rebalance_when_a_member_falls_silent(driver, codes):
    a, b = driver.stable("a", "b", session=10_000)
    driver.at(5.0).heartbeat(b, 2)
    driver.at(10.0)
    assert driver.state() == "PreparingRebalance"
    assert driver.heartbeat(b, 2) is codes.REBALANCE_IN_PROGRESS
    assert driver.join("b again", b).leader == b
    assert a not in driver.member_ids()


def test_heartbeats_during_a_rebalance_count(driver, codes):
    """S95."""
    a, b = driver.stable("a", "b", session=10_000)
    driver.at(5.0).join("a3", a, session=10_000)
    assert driver.at(9.9).heartbeat(b, 2) is codes.REBALANCE_IN_PROGRESS
    driver.at(19.8)
    assert "a3" not in driver.answers
    driver.at(19.9)
    assert driver.answers["a3"].generation_id == 3


def test_an_id_that_was_handed_out_expires(driver, codes):
    """S89."""
    pending = driver.join("a", session=6000).member_id
    driver.at(6.0)
    assert driver.join("b", pending).error_code == codes.UNKNOWN_MEMBER_ID


def test_an_id_that_expires_lets_the_others_go_on(driver):
    """S89."""
    (a,) = driver.stable("a")
    driver.join("b", session=6000)
    driver.join("a2", a)
    driver.at(5.9)
    assert "a2" not in driver.answers
    driver.at(6.0)
    assert driver.answers["a2"].generation_id == 2


def test_the_join_phase_ends_with_the_largest_rebalance_timeout(driver):
    """S94b, S94a: who did not join is out; the lead goes to one that did."""
    driver.join("a", version=3, rebalance=30_000, session=60_000)
    a = driver.answers["a"].member_id
    driver.sync("a syncs", a, 1, {})
    driver.join("b", version=3, rebalance=20_000, session=60_000)
    driver.at(29.9)
    assert "b" not in driver.answers
    driver.at(30.0)
    answer = driver.answers["b"]
    assert (answer.generation_id, answer.leader) == (2, answer.member_id)
    assert driver.member_ids() == [answer.member_id]


def test_version_0_takes_its_session_timeout_for_both(driver):
    """S89d."""
    driver.join("a", version=0, session=20_000, rebalance=-1)
    a = driver.answers["a"].member_id
    driver.sync("a syncs", a, 1, {})
    driver.join("b", version=3, rebalance=7000)
    driver.at(19.9)
    assert "b" not in driver.answers
    driver.at(20.0)
    assert driver.answers["b"].generation_id == 2


def test_a_member_that_waits_in_a_join_needs_no_heartbeats(driver):
    """S94b."""
    a, _ = driver.stable("a", "b", session=10_000, rebalance=60_000)
    driver.at(1.0).join("a3", a)
    driver.at(9.0).heartbeat(driver.member_ids()[1], 2)
    driver.at(18.9)
    assert "a3" not in driver.answers
    driver.at(19.0)
    assert driver.answers["a3"].generation_id == 3


def test_a_newcomer_may_wait_for_five_minutes(driver, codes):
    """S97a: longer than its session timeout, but not for ever."""
    (a,) = driver.stable("a", session=1_800_000, rebalance=600_000)
    driver.join("b", version=3, session=6000, rebalance=600_000)
    driver.at(299.9)
    assert "b" not in driver.answers
    driver.at(300.0)
    assert driver.answers["b"].error_code == codes.UNKNOWN_MEMBER_ID
    assert driver.member_ids() == [a]


def test_a_newcomers_session_begins_with_its_answer(driver):
    """S97a."""
    driver.join("a", version=3, session=6000)
    a = driver.answers["a"].member_id
    driver.at(5.9).sync("a syncs", a, 1, {})
    driver.at(11.8)
    assert driver.state() == "Stable"
    driver.at(11.9)
    assert driver.state() == "Empty"


def test_who_does_not_sync_in_time_is_removed(driver):
    """S97."""
    a, b = driver.stable("a", "b", session=600_000, rebalance=30_000)
    driver.at(1.0).join("a3", a, session=600_000, rebalance=30_000)
    driver.join("b3", b, session=600_000, rebalance=20_000)
    driver.sync("a syncs", a, 3, {})
    driver.at(30.9)
    assert driver.state() == "Stable"
    driver.at(31.0)
    assert driver.state() == "PreparingRebalance"
    assert driver.member_ids() == [a]


def test_if_the_leader_does_not_sync_the_followers_join_again(driver, codes):
    """S97."""
    a, b = driver.stable("a", "b", session=600_000, rebalance=60_000)
    driver.at(1.0).join("a3", a, session=600_000)
    driver.join("b3", b, session=600_000)
    driver.sync("b syncs", b, 3)
    driver.at(61.0)
    assert driver.answers["b syncs"].error_code == codes.REBALANCE_IN_PROGRESS
    assert driver.join("b again", b).leader == b


def test_when_all_have_synced_nobody_is_removed(driver):
    """S97."""
    driver.stable("a", "b", session=600_000, rebalance=30_000)
    driver.at(599.0)
    assert driver.state() == "Stable"


def test_an_accepted_commit_is_a_sign_of_life(driver):
    """S97a."""
    (a,) = driver.stable("a", session=10_000)
    driver.at(9.0).commit(1, member_id=a, generation=1)
    driver.at(18.9)
    assert driver.state() == "Stable"
    driver.at(19.0)
    assert driver.state() == "Empty"


def test_the_first_rebalance_waits_for_others(make_driver):
    """S93."""
    driver = make_driver(initial_rebalance_delay_ms=3000)
    driver.join("a", version=3, rebalance=60_000)
    driver.at(2.9)
    assert "a" not in driver.answers
    driver.at(3.0)
    assert driver.answers["a"].generation_id == 1


def test_it_waits_again_while_members_come(make_driver):
    """S93."""
    driver = make_driver(initial_rebalance_delay_ms=3000)
    driver.join("a", version=3, rebalance=60_000)
    driver.at(1.0).join("b", version=3)
    driver.at(5.9)
    assert "a" not in driver.answers
    driver.at(6.0)
    assert driver.answers["a"].generation_id == driver.answers["b"].generation_id == 1


def test_but_no_longer_than_the_rebalance_timeout(make_driver):
    """S93."""
    driver = make_driver(initial_rebalance_delay_ms=3000)
    driver.join("t0", version=3, rebalance=7000)
    for second in range(1, 10):
        driver.at(second).join(f"t{second}", version=3, rebalance=7000)
    assert driver.answers["t0"].generation_id == 1
    assert len(driver.answers["t0"].members) == 7


def test_the_delay_is_for_empty_groups_only(make_driver):
    """S93."""
    driver = make_driver(initial_rebalance_delay_ms=3000)
    driver.join("a", version=3)
    driver.at(3.0)
    a = driver.answers["a"].member_id
    driver.sync("a syncs", a, 1, {})
    driver.at(4.0).join("b", version=3)
    assert driver.join("a2", a).generation_id == 2


def test_a_first_rebalance_that_nobody_waits_for_any_more_empties_the_group(make_driver):
    """S92."""
    driver = make_driver(initial_rebalance_delay_ms=3000)
    driver.join("a", version=3)
    driver.leave(*driver.member_ids())
    assert driver.state() == "PreparingRebalance"
    driver.at(3.0)
    assert (driver.state(), driver.coordinator.groups["g"].generation) == ("Empty", 1)


def test_if_only_absent_static_members_are_left_the_join_phase_goes_on(driver):
    """S94a."""
    driver.join("a", version=5, instance="i", session=300_000, rebalance=30_000)
    a = driver.answers["a"].member_id
    driver.sync("a syncs", a, 1, {}, instance="i")
    pending = driver.join("b", session=100_000).member_id
    driver.join("b2", pending, session=100_000, rebalance=30_000)
    driver.leave(pending)
    assert driver.state() == "PreparingRebalance"
    driver.at(30.0)
    assert (driver.state(), driver.member_ids()) == ("PreparingRebalance", [a])
    driver.at(59.0).join("a2", a, instance="i", session=300_000)
    assert driver.answers["a2"].generation_id == 2
