"""Classic groups on raw frames: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, DescribeGroups, ListGroups."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import fresh_name
from group_client import (
    FENCED_INSTANCE_ID,
    ILLEGAL_GENERATION,
    INCONSISTENT_GROUP_PROTOCOL,
    INVALID_GROUP_ID,
    INVALID_SESSION_TIMEOUT,
    MEMBER_ID_REQUIRED,
    NONE,
    RANGE,
    REBALANCE_IN_PROGRESS,
    UNKNOWN_MEMBER_ID,
    Member,
    await_coordinator,
    await_state,
    begin_rebalance,
    describe,
    join_all_again,
    leave,
    stable_group,
)
from raw_client import RawClient

from kafka_codecs.messages.describe_groups import DescribeGroupsRequest
from kafka_codecs.messages.leave_group import LeaveGroupRequest
from kafka_codecs.messages.list_groups import ListGroupsRequest

Connect = Callable[[], RawClient]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UNKNOWN_SERVER_ERROR, GROUP_ID_NOT_FOUND, GROUP_MAX_SIZE_REACHED = -1, 69, 81


@pytest.fixture
def group(raw: RawClient, group_name: str) -> str:
    """A name that no group has, and whose coordinator serves."""
    await_coordinator(raw, group_name)
    return group_name


# Joining


@pytest.mark.parametrize("version", range(4, 10))
def test_a_newcomer_gets_an_id_and_joins_with_it(raw: RawClient, group: str, version: int) -> None:
    """S89, S89a."""
    member = Member(raw, group)
    answer = member.wants_to_join(version=version).joined()
    assert (answer.error_code, answer.generation_id) == (MEMBER_ID_REQUIRED, -1)
    assert (answer.leader, answer.members) == ("", [])
    assert answer.protocol_name == (None if version >= 7 else "")
    assert re.fullmatch(f"raw-{UUID}", answer.member_id)
    if version >= 5:
        static = member.join(version=version, group_instance_id="i")
        assert (static.error_code, static.member_id) == (UNKNOWN_SERVER_ERROR, "")
    joined = member.wants_to_join(version=version).joined()
    assert (joined.error_code, joined.generation_id, joined.member_id) == (NONE, 1, answer.member_id)
    assert joined.leader == answer.member_id
    assert (joined.protocol_type, joined.protocol_name) == ("consumer" if version >= 7 else None, "range")
    assert [(member.member_id, member.metadata) for member in joined.members] == [(answer.member_id, b"subscription")]


@pytest.mark.parametrize("version", range(4))
def test_older_newcomers_join_at_once(raw: RawClient, group: str, version: int) -> None:
    """S89."""
    answer = Member(raw, group).wants_to_join(version=version).joined()
    assert (answer.error_code, answer.generation_id) == (NONE, 1)
    assert answer.leader == answer.member_id


def test_an_id_that_was_given_up_is_unknown(raw: RawClient, group: str) -> None:
    """S89."""
    member = Member(raw, group)
    member.wants_to_join().joined()
    assert leave(raw, group, (member.member_id, None)) == [NONE]
    answer = member.wants_to_join().joined()
    assert (answer.error_code, answer.member_id) == (UNKNOWN_MEMBER_ID, member.member_id)


def test_an_id_that_was_handed_out_keeps_a_join_phase_open(raw: RawClient, connect: Connect, group: str) -> None:
    """S89."""
    (first,) = stable_group(connect, group, 1)
    pending = Member(raw, group)
    pending.wants_to_join().joined()
    first.wants_to_join()
    assert first.connection.is_silent()
    assert leave(raw, group, (pending.member_id, None)) == [NONE]
    assert first.joined().generation_id == 2


@pytest.mark.parametrize("version", [0, 5, 9])
def test_join_without_a_group_id(raw: RawClient, version: int) -> None:
    """S89b, S89c, S89d."""
    answer = Member(raw, "").wants_to_join(version=version, session_timeout_ms=1, member_id="x").joined()
    assert (answer.error_code, answer.member_id, answer.generation_id) == (INVALID_GROUP_ID, "x", -1)
    assert answer.protocol_name == (None if version >= 7 else "")


@pytest.mark.parametrize(("timeout", "code"), [(5999, INVALID_SESSION_TIMEOUT), (1_800_001, INVALID_SESSION_TIMEOUT)])
def test_session_timeouts_out_of_bounds(raw: RawClient, group: str, timeout: int, code: int) -> None:
    """S90; S89c: before the member is looked at."""
    answer = Member(raw, group).wants_to_join(session_timeout_ms=timeout, member_id="x").joined()
    assert (answer.error_code, answer.member_id) == (code, "x")


@pytest.mark.parametrize("timeout", [6000, 1_800_000])
def test_session_timeouts_at_the_bounds(raw: RawClient, group: str, timeout: int) -> None:
    """S90."""
    member = Member(raw, group)
    assert member.wants_to_join(session_timeout_ms=timeout).joined().error_code == MEMBER_ID_REQUIRED
    member.leave()


def test_a_member_of_an_unknown_group(raw: RawClient, group: str) -> None:
    """S89c: before protocols are looked at."""
    answer = Member(raw, group).wants_to_join(member_id="x", protocols=()).joined()
    assert (answer.error_code, answer.member_id) == (UNKNOWN_MEMBER_ID, "x")
    assert describe(raw, group).group_state == "Dead"


def test_protocols_of_a_joiner_to_an_empty_group(raw: RawClient, group: str) -> None:
    """S91, S89d, S108a: the group is there all the same."""
    for options in {"protocol_type": ""}, {"protocols": ()}:
        answer = Member(raw, group).wants_to_join(**options).joined()
        assert (answer.error_code, answer.member_id) == (INCONSISTENT_GROUP_PROTOCOL, "")
    assert describe(raw, group).group_state == "Empty"
    assert Member(raw, group).join(protocol_type="anything", protocols=[("own", b"")]).error_code == NONE


def test_protocols_of_a_joiner_to_others(raw: RawClient, connect: Connect, group: str) -> None:
    """S91, S89c, S89d."""
    (first,) = stable_group(connect, group, 1)
    for options in {"protocol_type": "connect"}, {"protocols": [("other", b"")]}:
        answer = Member(raw, group).wants_to_join(**options).joined()
        assert (answer.error_code, answer.member_id) == (INCONSISTENT_GROUP_PROTOCOL, "")
        answer = Member(raw, group).wants_to_join(member_id="x", **options).joined()
        assert (answer.error_code, answer.member_id) == (INCONSISTENT_GROUP_PROTOCOL, "x")
        answer = Member(raw, group).wants_to_join(member_id=first.member_id, **options).joined()
        assert answer.error_code == INCONSISTENT_GROUP_PROTOCOL
    assert first.heartbeat() == NONE


def test_the_members_vote_and_the_leader_has_no_say(connect: Connect, group: str) -> None:
    """S91."""
    leader, second, third = (Member(connect(), group) for _ in range(3))
    leader.protocols = [("x", b"1x"), ("y", b"1y")]
    second.protocols = [("y", b"2y"), ("x", b"2x")]
    third.protocols = [("z", b"3z"), ("y", b"3y"), ("x", b"3x")]
    leader.join()
    second.begins_to_join()
    third.begins_to_join()
    answer = leader.wants_to_join().joined()
    assert answer.protocol_name == "y"
    assert sorted(member.metadata for member in answer.members) == [b"1y", b"2y", b"3y"]
    for member in second, third:
        answer = member.joined()
        assert (answer.protocol_name, answer.leader, answer.members) == ("y", leader.member_id, [])


def test_a_member_that_is_not_one(raw: RawClient, connect: Connect, group: str) -> None:
    """S89d."""
    stable_group(connect, group, 1)
    answer = Member(raw, group).wants_to_join(member_id="x").joined()
    assert (answer.error_code, answer.member_id) == (UNKNOWN_MEMBER_ID, "x")


def test_generations_count_on(raw: RawClient, connect: Connect, group: str) -> None:
    """S92: also when the group is emptied, and when members come back."""
    (first,) = stable_group(connect, group, 1)
    assert first.generation == 1
    assert first.join().generation_id == 2
    assert first.leave() == NONE
    assert describe(raw, group).group_state == "Empty"
    assert Member(raw, group).join().generation_id == 4


def test_the_same_follower_again(connect: Connect, group: str) -> None:
    """S94."""
    leader, follower = stable_group(connect, group, 2)
    answer = follower.join()
    assert (answer.error_code, answer.generation_id, answer.leader) == (NONE, 2, leader.member_id)
    assert (answer.members, answer.skip_assignment) == ([], False)
    assert leader.heartbeat() == NONE


@pytest.mark.parametrize(
    "protocols", [[("range", b"changed")], [("range", b"subscription"), ("new", b"")], [("new", b""), *RANGE]]
)
def test_a_changed_follower(raw: RawClient, connect: Connect, group: str, protocols: list[tuple[str, bytes]]) -> None:
    """S94."""
    leader, follower = stable_group(connect, group, 2)
    follower.wants_to_join(protocols=protocols)
    await_state(raw, group, "PreparingRebalance")
    assert leader.heartbeat() == REBALANCE_IN_PROGRESS


def test_the_leader_again(raw: RawClient, connect: Connect, group: str) -> None:
    """S94."""
    leader, follower = stable_group(connect, group, 2)
    begin_rebalance(raw, leader)
    assert follower.join().generation_id == 3
    assert len(leader.joined().members) == 2


def test_joining_again_before_the_leader_has_synced(raw: RawClient, connect: Connect, group: str) -> None:
    """S94: unchanged members get the answer again, changed ones begin anew."""
    leader, follower = stable_group(connect, group, 2)
    join_all_again(raw, [leader, follower])
    assert describe(raw, group).group_state == "CompletingRebalance"
    again = leader.join()
    assert (again.generation_id, len(again.members)) == (3, 2)
    again = follower.join()
    assert (again.generation_id, len(again.members)) == (3, 0)
    follower.wants_to_join(protocols=[("range", b"changed")])
    await_state(raw, group, "PreparingRebalance")


def test_joining_again_when_the_group_is_empty(connect: Connect, group: str) -> None:
    """S94."""
    (member,) = stable_group(connect, group, 1)
    member.leave()
    assert member.wants_to_join().joined().error_code == UNKNOWN_MEMBER_ID


def test_a_leader_that_leaves_hands_over(connect: Connect, group: str) -> None:
    """S94a."""
    leader, follower = stable_group(connect, group, 2)
    leader.leave()
    answer = follower.join()
    assert (answer.leader, answer.generation_id) == (follower.member_id, 3)
    assert [member.member_id for member in answer.members] == [follower.member_id]


def test_who_is_sent_away_while_it_waits_learns_it(raw: RawClient, connect: Connect, group: str) -> None:
    """S89d."""
    leader, _ = stable_group(connect, group, 2)
    begin_rebalance(raw, leader)
    assert leave(raw, group, (leader.member_id, None)) == [NONE]
    answer = leader.joined()
    assert (answer.error_code, answer.member_id, answer.generation_id) == (UNKNOWN_MEMBER_ID, "", -1)


def test_a_member_stays_when_its_connection_drops_while_it_waits(raw: RawClient, connect: Connect, group: str) -> None:
    """S13, S94b."""
    leader, follower = stable_group(connect, group, 2)
    begin_rebalance(raw, leader)
    leader.connection.close()
    answer = follower.join()
    assert (answer.generation_id, answer.leader, answer.members) == (3, leader.member_id, [])
    assert len(describe(raw, group).members) == 2


# Syncing


@pytest.mark.parametrize("version", range(6))
def test_the_leader_shares_out(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S96: followers wait; who was forgotten gets nothing; strangers are passed over."""
    leader, follower = stable_group(connect, group, 2)
    join_all_again(raw, [leader, follower])
    follower.wants_to_sync(version=version)
    assert follower.connection.is_silent()
    mine = leader.sync({leader.member_id: b"mine", "stranger": b"x"}, version=version)
    theirs = follower.synced()
    for answer, assignment in (mine, b"mine"), (theirs, b""):
        assert (answer.error_code, answer.assignment) == (NONE, assignment)
        assert (answer.protocol_type, answer.protocol_name) == (("consumer", "range") if version >= 5 else (None, None))
    assert leader.sync({leader.member_id: b"too late"}, version=version).assignment == b"mine"


def test_a_parked_sync_ends_with_a_new_rebalance(raw: RawClient, connect: Connect, group: str) -> None:
    """S96."""
    leader, follower = stable_group(connect, group, 2)
    join_all_again(raw, [leader, follower])
    follower.wants_to_sync()
    assert follower.connection.is_silent()
    Member(raw, group).begins_to_join()
    answer = follower.synced()
    assert (answer.error_code, answer.assignment) == (REBALANCE_IN_PROGRESS, b"")
    assert (answer.protocol_type, answer.protocol_name) == (None, None)


def test_syncing_during_a_join_phase(raw: RawClient, connect: Connect, group: str) -> None:
    """S96."""
    leader, follower = stable_group(connect, group, 2)
    begin_rebalance(raw, leader)
    assert follower.sync().error_code == REBALANCE_IN_PROGRESS


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"protocol_type": None, "group_id": ""}, INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_name": None, "member_id": "x"}, INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_type": "connect"}, INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_name": "other"}, INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_name": "other", "generation_id": 9}, ILLEGAL_GENERATION),
        ({"generation_id": 9, "member_id": "x"}, UNKNOWN_MEMBER_ID),
        ({"group_instance_id": "i"}, UNKNOWN_MEMBER_ID),
        ({"group_id": ""}, INVALID_GROUP_ID),
        ({"group_id": "no group has this name"}, UNKNOWN_MEMBER_ID),
    ],
)
def test_what_a_sync_names(connect: Connect, group: str, options: dict[str, object], code: int) -> None:
    """S96a, S89b."""
    (member,) = stable_group(connect, group, 1)
    answer = member.sync(**options)
    assert (answer.error_code, answer.protocol_type, answer.protocol_name, answer.assignment) == (code, None, None, b"")


def test_syncing_in_an_empty_group(connect: Connect, group: str) -> None:
    """S96a."""
    (member,) = stable_group(connect, group, 1)
    member.leave()
    assert member.sync().error_code == UNKNOWN_MEMBER_ID


# Heartbeats


@pytest.mark.parametrize("version", range(5))
def test_heartbeats(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S95."""
    leader, follower = stable_group(connect, group, 2)
    assert leader.heartbeat(version=version) == NONE
    assert leader.heartbeat(version=version, generation_id=1) == ILLEGAL_GENERATION
    assert leader.heartbeat(version=version, generation_id=1, member_id="x") == UNKNOWN_MEMBER_ID
    assert leader.heartbeat(version=version, group_id="no group has this name") == UNKNOWN_MEMBER_ID
    assert leader.heartbeat(version=version, group_id="") == INVALID_GROUP_ID
    begin_rebalance(raw, leader)
    assert follower.heartbeat(version=version) == REBALANCE_IN_PROGRESS
    follower.join()
    assert follower.heartbeat(version=version) == NONE
    assert describe(raw, group).group_state == "CompletingRebalance"


# Leaving


@pytest.mark.parametrize("version", [3, 4, 5])
def test_leaving_is_answered_per_member(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S104."""
    leader, follower = stable_group(connect, group, 2)
    identities = [("x", None), (leader.member_id, None), ("", "no such instance"), ("", None)]
    assert leave(raw, group, *identities, version=version) == [UNKNOWN_MEMBER_ID, NONE] + [UNKNOWN_MEMBER_ID] * 2
    assert follower.heartbeat() == REBALANCE_IN_PROGRESS
    unknown = [("x", None), ("y", "i")]
    assert leave(raw, fresh_name("g"), *unknown, version=version) == [UNKNOWN_MEMBER_ID] * 2
    assert leave(raw, group, version=version) == []
    assert leave(raw, "", *unknown, version=version) == INVALID_GROUP_ID


@pytest.mark.parametrize("version", range(3))
def test_leaving_alone(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S104."""
    (member,) = stable_group(connect, group, 1)

    def code(group_id: str, member_id: str) -> int:
        return int(raw.call(LeaveGroupRequest(group_id=group_id, member_id=member_id), version).error_code)

    assert code(group, "x") == UNKNOWN_MEMBER_ID
    assert code(fresh_name("g"), "x") == UNKNOWN_MEMBER_ID
    assert code("", "x") == INVALID_GROUP_ID
    assert code(group, member.member_id) == NONE
    assert describe(raw, group).group_state == "Empty"


# Static members


def test_a_static_member_needs_no_id_first(raw: RawClient, group: str) -> None:
    """S101b, S89a."""
    answer = Member(raw, group, "host-1").wants_to_join().joined()
    assert answer.error_code == NONE
    assert re.fullmatch(f"host-1-{UUID}", answer.member_id)
    assert answer.members[0].group_instance_id == "host-1"


def test_a_static_leader_comes_back(raw: RawClient, connect: Connect, group: str) -> None:
    """S101: same generation and assignment; it is told who is there and that it need not assign."""
    leader, follower = stable_group(connect, group, 2, instances=True)
    back = Member(raw, group, leader.instance)
    answer = back.wants_to_join(protocols=[("range", b"changed")]).joined()
    assert answer.error_code == NONE
    assert answer.member_id not in (leader.member_id, follower.member_id)
    assert (answer.generation_id, answer.leader, answer.skip_assignment) == (2, answer.member_id, True)
    assert {member.member_id: member.metadata for member in answer.members} == {
        answer.member_id: b"changed",
        follower.member_id: b"subscription",
    }
    assert back.sync().assignment == b"for 0"
    assert follower.heartbeat() == NONE


def test_a_static_follower_comes_back(raw: RawClient, connect: Connect, group: str) -> None:
    """S101."""
    leader, follower = stable_group(connect, group, 2, instances=True)
    back = Member(raw, group, follower.instance)
    answer = back.wants_to_join().joined()
    assert (answer.leader, answer.skip_assignment, answer.members) == (leader.member_id, False, [])
    assert back.sync().assignment == b"for 1"


def test_before_version_9_the_old_leader_is_named(raw: RawClient, connect: Connect, group: str) -> None:
    """S101."""
    leader, _ = stable_group(connect, group, 2, instances=True)
    answer = Member(raw, group, leader.instance).wants_to_join(version=8).joined()
    assert (answer.leader, answer.members) == (leader.member_id, [])


def test_a_static_member_with_another_choice_of_protocol(raw: RawClient, connect: Connect, group: str) -> None:
    """S101: a rebalance if the vote changes."""
    member = Member(connect(), group, "i")
    member.protocols = [("range", b""), ("sticky", b"")]
    member.join()
    member.sync()
    back = Member(raw, group, "i")
    answer = back.wants_to_join(protocols=[("sticky", b""), ("range", b"")]).joined()
    assert (answer.generation_id, answer.protocol_name) == (2, "sticky")


def test_the_replaced_id_is_fenced(raw: RawClient, connect: Connect, group: str) -> None:
    """S101a, S95, S98."""
    leader, _ = stable_group(connect, group, 2, instances=True)
    assert Member(raw, group, leader.instance).wants_to_join().joined().error_code == NONE
    assert leader.heartbeat() == FENCED_INSTANCE_ID
    assert leader.heartbeat(group_instance_id=None) == UNKNOWN_MEMBER_ID
    assert leader.sync().error_code == FENCED_INSTANCE_ID
    assert leader.wants_to_join().joined().error_code == FENCED_INSTANCE_ID
    assert leader.leave() == FENCED_INSTANCE_ID


def test_a_parked_join_of_the_replaced_id(raw: RawClient, connect: Connect, group: str) -> None:
    """S101a: in PreparingRebalance its successor takes its place."""
    leader, follower = stable_group(connect, group, 2, instances=True)
    begin_rebalance(raw, leader)
    back = Member(raw, group, leader.instance).wants_to_join()
    old_id = leader.member_id
    answer = leader.joined()
    assert (answer.error_code, answer.member_id) == (FENCED_INSTANCE_ID, old_id)
    assert follower.join().generation_id == 3
    assert back.joined().generation_id == 3


def test_a_parked_sync_of_the_replaced_id(raw: RawClient, connect: Connect, group: str) -> None:
    """S101a: in CompletingRebalance its successor starts a new rebalance."""
    leader, follower = stable_group(connect, group, 2, instances=True)
    join_all_again(raw, [leader, follower])
    follower.wants_to_sync()
    assert follower.connection.is_silent()
    Member(raw, group, follower.instance).wants_to_join()
    assert follower.synced().error_code == FENCED_INSTANCE_ID
    assert leader.heartbeat() == REBALANCE_IN_PROGRESS


def test_unknown_and_foreign_instances(raw: RawClient, connect: Connect, group: str) -> None:
    """S101b, S95."""
    first, second = stable_group(connect, group, 2, instances=True)
    for instance, code in ("unknown", UNKNOWN_MEMBER_ID), (second.instance, FENCED_INSTANCE_ID):
        stranger = Member(raw, group, instance)
        answer = stranger.wants_to_join(member_id=first.member_id).joined()
        assert (answer.error_code, answer.member_id) == (code, first.member_id)
        assert first.heartbeat(group_instance_id=instance) == code
        assert first.heartbeat(group_instance_id=instance, generation_id=77) == code
        assert first.sync(group_instance_id=instance).error_code == code


def test_a_static_member_leaves_by_its_instance_id(raw: RawClient, connect: Connect, group: str) -> None:
    """S102."""
    _, second = stable_group(connect, group, 2, instances=True)
    assert leave(raw, group, ("x", second.instance), ("", "unknown")) == [FENCED_INSTANCE_ID, UNKNOWN_MEMBER_ID]
    assert len(describe(raw, group).members) == 2
    assert leave(raw, group, ("", second.instance)) == [NONE]
    assert len(describe(raw, group).members) == 1


# Looking


@pytest.mark.parametrize("version", range(7))
def test_describing_a_stable_group(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S106a."""
    members = stable_group(connect, group, 2, instances=True)
    described = describe(raw, group, version)
    assert (described.error_code, described.error_message, described.group_id) == (NONE, None, group)
    assert (described.group_state, described.protocol_type, described.protocol_data) == ("Stable", "consumer", "range")
    assert described.authorized_operations == -0x8000_0000
    by_id = {member.member_id: member for member in described.members}
    for at, member in enumerate(members):
        shown = by_id[member.member_id]
        assert shown.group_instance_id == (member.instance if version >= 4 else None)
        assert (shown.client_id, shown.client_host) == ("raw", "/127.0.0.1")
        assert (shown.member_metadata, shown.member_assignment) == (b"subscription", f"for {at}".encode())


def test_describing_groups_in_other_states(raw: RawClient, connect: Connect, group: str) -> None:
    """S106a: nothing of the protocol but its type. The last assignment stays until the leader joined again."""
    leader, follower = stable_group(connect, group, 2)
    begin_rebalance(raw, leader)
    described = describe(raw, group)
    assert (described.protocol_type, described.protocol_data) == ("consumer", "")
    assert {member.member_metadata for member in described.members} == {b""}
    assert {member.member_assignment for member in described.members} == {b"for 0", b"for 1"}
    follower.join()
    leader.joined()
    described = describe(raw, group)
    assert (described.group_state, described.protocol_type, described.protocol_data) == (
        "CompletingRebalance",
        "consumer",
        "",
    )
    assert {member.member_metadata for member in described.members} == {b""}
    assert leave(raw, group, (leader.member_id, None), (follower.member_id, None)) == [NONE, NONE]
    described = describe(raw, group)
    assert (described.group_state, described.protocol_type, described.members) == ("Empty", "consumer", [])


@pytest.mark.parametrize("version", range(7))
def test_describing_unknown_groups(raw: RawClient, group: str, version: int) -> None:
    """S106."""
    described = describe(raw, group, version)
    assert (described.group_id, described.group_state, described.members) == (group, "Dead", [])
    assert described.error_code == (GROUP_ID_NOT_FOUND if version >= 6 else NONE)
    assert described.error_message == (f"Group {group} not found." if version >= 6 else None)


def test_describing_the_group_without_a_name(raw: RawClient, group: str) -> None:
    """S89b: a name like others."""
    assert describe(raw, "").error_code == NONE


def test_describing_many_groups(raw: RawClient, connect: Connect, group: str) -> None:
    """S106: each has its own answer, and what one may do where it is asked for (KIP-430)."""
    stable_group(connect, group, 1)
    other = fresh_name("g")
    await_coordinator(raw, other)
    request = DescribeGroupsRequest(groups=[group, other], include_authorized_operations=True)
    described = {answer.group_id: answer for answer in raw.call(request, 6).groups}
    assert {name: answer.group_state for name, answer in described.items()} == {group: "Stable", other: "Dead"}
    assert described[group].authorized_operations == 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11
    assert described[other].authorized_operations == -0x8000_0000


@pytest.mark.parametrize("version", range(6))
def test_listing_groups(raw: RawClient, connect: Connect, group: str, version: int) -> None:
    """S106b."""
    stable_group(connect, group, 1)
    answer = raw.call(ListGroupsRequest(), version)
    assert answer.error_code == NONE
    (listed,) = [listed for listed in answer.groups if listed.group_id == group]
    assert listed.protocol_type == "consumer"
    assert listed.group_state == ("Stable" if version >= 4 else "")
    assert listed.group_type == ("classic" if version >= 5 else "")


def test_filtering_groups(raw: RawClient, connect: Connect, group: str) -> None:
    """S106b: case does not matter, unknown names match nothing."""
    stable_group(connect, group, 1)

    def is_listed(states: list[str] = [], types: list[str] = []) -> bool:  # noqa: B006 - not changed
        answer = raw.call(ListGroupsRequest(states_filter=states, types_filter=types), 5)
        assert answer.error_code == NONE
        return group in [listed.group_id for listed in answer.groups]

    assert is_listed(["sTABLE"])
    assert is_listed(["nonsense", "Stable"])
    assert not is_listed(["Empty"])
    assert not is_listed(["nonsense"])
    assert is_listed(types=["CLASSIC"])
    assert is_listed(["stable"], ["classic", "consumer"])
    assert not is_listed(types=["consumer"])
    assert not is_listed(types=["nonsense"])


# Settings and time


def test_the_first_rebalance_waits_for_others(
    start_broker: Callable[..., str], connect: Callable[..., RawClient]
) -> None:
    """S93."""
    broker = start_broker({"group.initial.rebalance.delay.ms": "400"})
    await_coordinator(connect(broker), "g")
    first, second = (Member(connect(broker), "g") for _ in range(2))
    started = time.monotonic()
    first.begins_to_join()
    second.begins_to_join()
    assert first.joined().generation_id == second.joined().generation_id == 1
    assert 0.4 <= time.monotonic() - started < 2


def test_the_bounds_of_session_timeouts_are_settings(
    start_broker: Callable[..., str], connect: Callable[..., RawClient]
) -> None:
    """S90."""
    broker = start_broker({"group.min.session.timeout.ms": "10", "group.max.session.timeout.ms": "300"})
    raw = connect(broker)
    await_coordinator(raw, "g")
    assert Member(raw, "g").wants_to_join(session_timeout_ms=301).joined().error_code == INVALID_SESSION_TIMEOUT
    member = Member(raw, "g", session_timeout_ms=300)
    member.join()
    member.sync()
    await_state(raw, "g", "Empty", 5)
    assert member.heartbeat() == UNKNOWN_MEMBER_ID


def test_a_full_group(start_broker: Callable[..., str], connect: Callable[..., RawClient]) -> None:
    """S103, S89d."""
    broker = start_broker({"group.max.size": "1"})
    await_coordinator(connect(broker), "g")
    (member,) = stable_group(lambda: connect(broker), "g", 1)
    answer = Member(connect(broker), "g").wants_to_join().joined()
    assert (answer.error_code, answer.member_id) == (GROUP_MAX_SIZE_REACHED, "")
    assert member.heartbeat() == NONE


def test_a_restart(tmp_path: Path, is_external: bool) -> None:
    """S139, S140: members, generation and assignments come back; who had not synced is unknown."""
    if is_external:
        pytest.skip("stops and starts its own broker")
    from wirebroker.testing import Broker

    with ExitStack() as stack:
        with Broker(data_dir=tmp_path) as broker:
            to = broker.bootstrap
            await_coordinator(stack.enter_context(RawClient(to)), "g")
            leader, follower = stable_group(lambda: stack.enter_context(RawClient(to)), "g", 2, instances=True)
            unsynced = Member(stack.enter_context(RawClient(to)), "h")
            unsynced.join()
        with Broker(data_dir=tmp_path) as broker:
            for member in leader, follower, unsynced:
                member.connection = stack.enter_context(RawClient(broker.bootstrap))
            assert describe(leader.connection, "g").group_state == "Stable"
            assert (leader.heartbeat(), follower.heartbeat()) == (NONE, NONE)
            assert follower.sync().assignment == b"for 1"
            assert unsynced.sync().error_code == UNKNOWN_MEMBER_ID
            back = Member(stack.enter_context(RawClient(broker.bootstrap)), "g", leader.instance)
            assert back.wants_to_join().joined().skip_assignment


@pytest.mark.slow
def test_timeouts(raw: RawClient, connect: Connect) -> None:
    """S89, S94b, S97, S97a, S102: all waiting for sessions in one go, with the shortest that there is."""
    groups = [fresh_name("g") for _ in range(4)]
    for name in groups:
        await_coordinator(raw, name)
    of_silent, of_static, of_pending, of_unsynced = groups
    short = {"session_timeout_ms": 6000}
    (silent,) = stable_group(connect, of_silent, 1, **short)
    stable_group(connect, of_static, 1, instances=True, **short)
    (awaiting,) = stable_group(connect, of_pending, 1)
    pending = Member(connect(), of_pending, **short)
    pending.wants_to_join().joined()
    awaiting.wants_to_join()
    started = time.monotonic()
    syncs, never_syncs = stable_group(connect, of_unsynced, 2, rebalance_timeout_ms=3000)
    join_all_again(raw, [syncs, never_syncs])
    syncs.sync({syncs.member_id: b"all"})

    await_state(raw, of_unsynced, "PreparingRebalance", 6)
    assert [member.member_id for member in describe(raw, of_unsynced).members] == [syncs.member_id]
    assert time.monotonic() - started > 2.9
    assert describe(raw, of_silent).group_state == "Stable"
    assert describe(raw, of_static).group_state == "Stable"

    assert awaiting.joined().generation_id == 2
    assert time.monotonic() - started > 5
    assert pending.wants_to_join().joined().error_code == UNKNOWN_MEMBER_ID
    await_state(raw, of_silent, "Empty", 5)
    await_state(raw, of_static, "Empty", 5)
    assert silent.heartbeat() == UNKNOWN_MEMBER_ID


def test_a_member_that_does_not_join_again_in_time(raw: RawClient, connect: Connect, group: str) -> None:
    """S94b, S94a."""
    (leader,) = stable_group(connect, group, 1, rebalance_timeout_ms=800)
    follower = Member(connect(), group, rebalance_timeout_ms=400)
    answer = follower.begins_to_join().joined()
    assert (answer.generation_id, answer.leader) == (2, follower.member_id)
    assert leader.heartbeat() == UNKNOWN_MEMBER_ID
    assert [member.member_id for member in describe(raw, group).members] == [follower.member_id]
