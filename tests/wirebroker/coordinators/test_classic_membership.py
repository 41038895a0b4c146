"""Joining, syncing, staying and leaving: what members of a classic group are told, without waiting."""

import pytest


def test_a_newcomer_gets_an_id_first(driver, codes):
    """S89, S89a."""
    answer = driver.join("a", client="app")
    assert (answer.error_code, answer.member_id, answer.generation_id) == (codes.MEMBER_ID_REQUIRED, "app-u1", -1)
    assert driver.state() == "Empty"
    joined = driver.join("b", "app-u1")
    assert (joined.error_code, joined.generation_id, joined.leader) == (0, 1, "app-u1")
    assert [member.metadata for member in joined.members] == [b"sub"]


def test_before_version_4_it_joins_at_once(driver):
    """S89."""
    assert driver.join("a", version=3).generation_id == 1


def test_a_new_group_is_written_as_soon_as_an_id_is_handed_out(driver):
    """S108a, S92."""
    driver.join("a")
    assert len(driver.records) == 1
    assert driver.reloaded().describe("g").group_state == "Empty"
    assert driver.reloaded().groups["g"].generation == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"group": "", "session": 1}, "INVALID_GROUP_ID"),
        ({"session": 5999}, "INVALID_SESSION_TIMEOUT"),
        ({"session": 1_800_001}, "INVALID_SESSION_TIMEOUT"),
        ({"session": 6000, "member_id": "x", "protocols": ()}, "UNKNOWN_MEMBER_ID"),
        ({"session": 1_800_000, "protocols": ()}, "INCONSISTENT_GROUP_PROTOCOL"),
        ({"protocol_type": ""}, "INCONSISTENT_GROUP_PROTOCOL"),
    ],
)
def test_what_is_refused_without_a_group(driver, codes, options, code):
    """S89b, S89c, S90, S91."""
    answer = driver.join("a", **options)
    assert answer.error_code == codes[code]
    assert (answer.generation_id, answer.leader, answer.members) == (-1, "", [])
    assert answer.member_id == options.get("member_id", "")


def test_a_refused_newcomer_leaves_an_empty_group(driver):
    """S108a: Kafka creates the group before it looks at the protocols."""
    driver.join("a", protocols=())
    assert driver.state() == "Empty"


def test_an_id_that_no_answer_could_carry_is_not_made(driver, codes):
    """Kafka fails when it writes the answer, and keeps the member."""
    assert driver.join("a", client="c" * 32_767).error_code == codes.UNKNOWN_SERVER_ERROR
    assert driver.join("b", instance="i" * 32_767).error_code == codes.UNKNOWN_SERVER_ERROR
    assert driver.member_ids() == []


def test_other_protocols_are_refused_while_there_are_members(driver, codes):
    """S91."""
    (a,) = driver.stable("a")
    assert driver.join("x", protocol_type="connect").error_code == codes.INCONSISTENT_GROUP_PROTOCOL
    assert driver.join("y", protocols=[("other", b"")]).error_code == codes.INCONSISTENT_GROUP_PROTOCOL
    assert driver.join("z", a, protocols=[("other", b"")]).member_id == a
    assert driver.answers["z"].error_code == codes.INCONSISTENT_GROUP_PROTOCOL
    driver.leave(a)
    assert driver.join("w", version=3, protocol_type="connect", protocols=[("other", b"")]).error_code == 0


def test_the_protocol_with_most_votes_wins(driver):
    """S91."""
    driver.join("a", version=3, protocols=[("x", b""), ("y", b"a")])
    a = driver.answers["a"].member_id
    driver.join("b", version=3, protocols=[("y", b"b"), ("x", b"")])
    driver.join("c", version=3, protocols=[("y", b"c"), ("x", b"")])
    answer = driver.join("a2", a, protocols=[("x", b""), ("y", b"a")])
    assert answer.protocol_name == "y"
    assert [member.metadata for member in answer.members] == [b"a", b"b", b"c"]


def test_followers_sync_when_the_leader_has(driver):
    """S96: a member that the leader forgot gets nothing, one that does not exist is passed over."""
    a, _ = driver.stable("a", "b")
    driver.join("a3", a)
    b = driver.member_ids()[1]
    driver.join("b3", b)
    generation = driver.answers["a3"].generation_id
    assert driver.sync("b syncs", b, generation) is None
    assert driver.state() == "CompletingRebalance"
    assert driver.sync("a syncs", a, generation, {a: b"all", "stranger": b"x"}).assignment == b"all"
    assert driver.answers["b syncs"].assignment == b""
    assert driver.answers["b syncs"].protocol_name == "range"
    assert driver.state() == "Stable"
    assert driver.sync("again", a, generation).assignment == b"all"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"generation": 2}, "ILLEGAL_GENERATION"),
        ({"member_id": "x", "generation": 2}, "UNKNOWN_MEMBER_ID"),
        ({"protocol_type": "connect"}, "INCONSISTENT_GROUP_PROTOCOL"),
        ({"protocol_name": "other"}, "INCONSISTENT_GROUP_PROTOCOL"),
        ({"protocol_name": "other", "generation": 0}, "ILLEGAL_GENERATION"),
        ({"protocol_type": "consumer", "protocol_name": "range"}, "NONE"),
        ({"group": "unknown"}, "UNKNOWN_MEMBER_ID"),
        ({"group": ""}, "INVALID_GROUP_ID"),
        ({"instance": "i"}, "UNKNOWN_MEMBER_ID"),
    ],
)
def test_what_a_sync_must_name(driver, codes, given, code):
    """S96a, S89b."""
    (a,) = driver.stable("a")
    arguments = {"member_id": a, "generation": 1} | given
    assert driver.sync("s", **arguments).error_code == codes[code]


def test_a_sync_during_a_join_phase_and_in_an_empty_group(driver, codes):
    """S96, S96a."""
    a, b = driver.stable("a", "b")
    driver.join("a2", a)
    assert driver.sync("s", b, 2).error_code == codes.REBALANCE_IN_PROGRESS
    driver.leave(a, b)
    assert driver.sync("t", b, 2).error_code == codes.UNKNOWN_MEMBER_ID


def test_parked_syncs_end_when_a_new_rebalance_begins(driver, codes):
    """S96."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.join("b3", b)
    driver.sync("b syncs", b, 3)
    driver.join("c", version=3)
    answer = driver.answers["b syncs"]
    assert answer.error_code == codes.REBALANCE_IN_PROGRESS
    assert (answer.protocol_type, answer.protocol_name, answer.assignment) == (None, None, b"")
    assert driver.state() == "PreparingRebalance"


def test_every_generation_counts_one(driver):
    """S92."""
    a, b = driver.stable("a", "b")
    assert driver.coordinator.groups["g"].generation == 2
    driver.leave(a, b)
    assert (driver.state(), driver.coordinator.groups["g"].generation) == ("Empty", 3)
    assert driver.join("c", version=3).generation_id == 4


def test_joining_again_in_stable(driver):
    """S94."""
    a, b = driver.stable("a", "b")
    same = driver.join("b same", b)
    assert (same.error_code, same.generation_id, same.members, same.leader) == (0, 2, [], a)
    assert driver.state() == "Stable"
    driver.join("b changed", b, protocols=[("range", b"new")])
    assert driver.state() == "PreparingRebalance"


def test_the_leader_that_joins_again_starts_a_rebalance(driver):
    """S94."""
    a, b = driver.stable("a", "b")
    assert driver.join("a again", a) is None
    assert driver.state() == "PreparingRebalance"
    driver.join("b again", b)
    assert [member.member_id for member in driver.answers["a again"].members] == [a, b]


def test_joining_again_before_the_leader_synced(driver):
    """S94."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.join("b3", b)
    again = driver.join("a repeats", a)
    assert (again.generation_id, [member.member_id for member in again.members]) == (3, [a, b])
    assert driver.join("b repeats", b).members == []
    driver.join("b changes", b, protocols=[("range", b"new")])
    assert driver.state() == "PreparingRebalance"


def test_joining_again_after_the_group_was_emptied(driver, codes):
    """S94."""
    (a,) = driver.stable("a")
    driver.leave(a)
    assert driver.join("a again", a).error_code == codes.UNKNOWN_MEMBER_ID


def test_a_leader_that_leaves_hands_over(driver):
    """S94a."""
    a, b = driver.stable("a", "b")
    driver.leave(a)
    answer = driver.join("b again", b)
    assert (answer.leader, answer.generation_id) == (b, 3)


def test_a_second_call_of_the_same_member_ends_the_first(driver, codes):
    """Nobody waits for ever: Kafka never answers the first."""
    a, b = driver.stable("a", "b")
    driver.join("a first", a)
    driver.join("a second", a)
    assert driver.answers["a first"].error_code == codes.REBALANCE_IN_PROGRESS
    driver.join("b again", b)
    driver.sync("b first", b, 3)
    driver.sync("b second", b, 3)
    assert driver.answers["b first"].error_code == codes.REBALANCE_IN_PROGRESS
    driver.sync("a syncs", a, 3, {b: b"x"})
    assert driver.answers["b second"].assignment == b"x"


def test_heartbeats_by_state(driver, codes):
    """S95."""
    a, b = driver.stable("a", "b")
    assert driver.heartbeat(a, 2) is codes.NONE
    assert driver.heartbeat(a, 1) is codes.ILLEGAL_GENERATION
    assert driver.heartbeat("x", 1) is codes.UNKNOWN_MEMBER_ID
    assert driver.heartbeat(a, 2, instance="i") is codes.UNKNOWN_MEMBER_ID
    assert driver.heartbeat(a, 2, group="unknown") is codes.UNKNOWN_MEMBER_ID
    assert driver.heartbeat(a, 2, group="") is codes.INVALID_GROUP_ID
    driver.join("a3", a)
    assert driver.heartbeat(b, 2) is codes.REBALANCE_IN_PROGRESS
    driver.join("b3", b)
    assert driver.heartbeat(b, 3) is codes.NONE


def test_leaving(driver, codes):
    """S104."""
    a, b = driver.stable("a", "b")
    assert driver.leave("x", (a, "i"), ("", "i"), "") == [codes.UNKNOWN_MEMBER_ID] * 4
    assert driver.state() == "Stable"
    assert driver.leave("x", b) == [codes.UNKNOWN_MEMBER_ID, 0]
    assert driver.state() == "PreparingRebalance"
    assert driver.leave("x", "y", group="unknown") == [codes.UNKNOWN_MEMBER_ID] * 2
    assert driver.leave("x", group="") == codes.INVALID_GROUP_ID


def test_who_waits_in_a_join_and_is_sent_away_learns_it(driver, codes):
    """S89d."""
    a, b = driver.stable("a", "b")
    driver.join("a waits", a)
    driver.leave(a)
    answer = driver.answers["a waits"]
    assert (answer.error_code, answer.member_id) == (codes.UNKNOWN_MEMBER_ID, "")
    assert driver.join("b again", b).generation_id == 3


def test_who_waits_in_a_sync_and_is_sent_away_learns_it(driver, codes):
    """Kafka never answers."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.join("b3", b)
    driver.sync("b syncs", b, 3)
    driver.leave(b)
    assert driver.answers["b syncs"].error_code == codes.UNKNOWN_MEMBER_ID


def test_an_id_that_was_handed_out_holds_the_join_phase(driver):
    """S89."""
    (a,) = driver.stable("a")
    pending = driver.join("b").member_id
    driver.join("a2", a)
    assert driver.state() == "PreparingRebalance"
    assert driver.leave(pending) == [0]
    assert driver.answers["a2"].generation_id == 2


def test_an_id_that_was_given_up_is_unknown(driver, codes):
    """S89."""
    pending = driver.join("a").member_id
    driver.leave(pending)
    assert driver.join("b", pending).error_code == codes.UNKNOWN_MEMBER_ID


def test_a_full_group_refuses_newcomers(make_driver, codes):
    """S103, S89d."""
    driver = make_driver(max_size=2)
    a, b = driver.stable("a", "b")
    answer = driver.join("c", version=3)
    assert (answer.error_code, answer.member_id) == (codes.GROUP_MAX_SIZE_REACHED, "")
    assert driver.state() == "Stable"
    driver.join("a3", a)
    driver.join("b3", b)
    assert driver.answers["b3"].error_code == 0


def test_the_last_to_join_are_out_when_the_limit_was_lowered(driver, codes):
    """S103, S140."""
    a, b = driver.stable("a", "b")
    driver.settings = driver.settings._replace(max_size=1)
    driver.restart()
    assert driver.state() == "PreparingRebalance"
    driver.join("b2", b)
    assert driver.join("a2", a).error_code == codes.GROUP_MAX_SIZE_REACHED
    driver.at(60.0)
    assert driver.answers["b2"].generation_id == 3


def test_describing_a_group(driver):
    """S106, S106a."""
    a, _ = driver.stable("a", "b")
    described = driver.coordinator.describe("g")
    assert (described.group_state, described.protocol_type, described.protocol_data) == ("Stable", "consumer", "range")
    member = described.members[0]
    assert (member.member_id, member.client_id, member.client_host) == (a, "a", "/10.0.0.1")
    assert (member.member_metadata, member.member_assignment) == (b"sub", b"of " + a.encode())
    driver.join("a3", a)
    described = driver.coordinator.describe("g")
    assert (described.group_state, described.protocol_data) == ("PreparingRebalance", "")
    assert described.members[0].member_metadata == b""
    assert driver.coordinator.describe("unknown") is None


def test_listing_groups(driver):
    """S106b."""
    driver.stable("a")
    driver.join("x", group="other")
    driver.commit(1, group="simple")

    def listed(states=(), types=()):
        return [group.group_id for group in driver.coordinator.list_groups(states, types)]

    assert listed() == ["g", "other", "simple"]
    assert listed(["stable"]) == ["g"]
    assert listed(["EMPTY", "nonsense"]) == ["other", "simple"]
    assert listed(["nonsense"]) == []
    assert listed(types=["Classic"]) == ["g", "other", "simple"]
    assert listed(types=["consumer"]) == []
    assert [group.protocol_type for group in driver.coordinator.list_groups((), ())] == ["consumer", "", ""]
    assert driver.coordinator.list_groups((), ())[0].group_type == "classic"


def test_after_an_unload_nobody_waits(driver, codes):
    """S95a."""
    a, b = driver.stable("a", "b")
    driver.join("a3", a)
    driver.carry_out(driver.coordinator.unload(codes.NOT_COORDINATOR))
    assert driver.answers["a3"].error_code == codes.NOT_COORDINATOR
    assert driver.heartbeat(b, 2) is codes.UNKNOWN_MEMBER_ID
