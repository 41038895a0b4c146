"""What a group is after a restart, and what it does where the log refuses."""


def test_members_and_assignments_come_back(driver):
    """S140, S139."""
    a, b = driver.stable("a", "b")
    driver.at(5.0).restart()
    assert (driver.state(), driver.member_ids()) == ("Stable", [a, b])
    assert driver.sync("a", a, 2).assignment == b"of " + a.encode()
    assert driver.heartbeat(b, 2) == 0


def test_sessions_begin_anew(driver):
    """S139."""
    driver.stable("a", session=10_000)
    driver.at(9.0).restart()
    driver.at(18.9)
    assert driver.state() == "Stable"
    driver.at(19.0)
    assert driver.state() == "Empty"


def test_a_rebalance_under_way_is_forgotten(driver, codes):
    """S108b, S140."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.join("c", version=3)
    driver.restart()
    assert (driver.state(), driver.member_ids()) == ("Stable", [a, b])
    assert driver.heartbeat(a, 2) is codes.NONE
    driver.join("a3 again", a)
    driver.join("b3", b)
    assert driver.answers["b3"].generation_id == 3
    driver.restart()
    assert driver.heartbeat(b, 3) is codes.ILLEGAL_GENERATION


def test_members_that_never_synced_are_unknown(driver, codes):
    """S140."""
    a = driver.join("a", version=3).member_id
    driver.restart()
    assert driver.state() == "Empty"
    assert driver.sync("a syncs", a, 1, {}).error_code == codes.UNKNOWN_MEMBER_ID


def test_the_generation_goes_on(driver):
    """S92, S139."""
    a, b = driver.stable("a", "b")
    driver.leave(a, b)
    driver.restart()
    assert driver.join("c", version=3).generation_id == 4


def test_a_member_that_changed_is_loaded_as_it_was_last(driver):
    """S140."""
    (a,) = driver.stable("a")
    driver.join("a2", a, protocols=[("other", b"x"), ("range", b"new")], session=20_000)
    driver.sync("a syncs", a, 2, {a: b"2"})
    driver.restart()
    (member,) = driver.coordinator.groups["g"].members
    assert member.protocols == [("other", b"x")]
    assert member.session_timeout_ms == 20_000


def test_if_the_assignment_cannot_be_written_the_members_join_again(driver, codes):
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.join("b3", b)
    driver.sync("b syncs", b, 3)
    driver.log_is_full = True
    assert driver.sync("a syncs", a, 3, {a: b"x"}) == "refused"
    assert driver.answers["b syncs"] == "refused"
    assert driver.state() == "PreparingRebalance"
    driver.log_is_full = False
    driver.join("a4", a)
    driver.join("b4", b)
    assert driver.answers["b4"].generation_id == 4


def test_if_the_end_of_a_group_cannot_be_written_it_is_tried_again(driver):
    (a,) = driver.stable("a")
    driver.log_is_full = True
    assert driver.leave(a) == "refused"
    assert driver.state() == "PreparingRebalance"
    driver.log_is_full = False
    driver.at(1.0)
    assert driver.state() == "Empty"
    assert driver.reloaded().describe("g").group_state == "Empty"
