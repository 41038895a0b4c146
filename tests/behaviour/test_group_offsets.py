"""Committed offsets on raw frames: OffsetCommit and OffsetFetch."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Topic, fresh_name
from group_client import (
    FENCED_INSTANCE_ID,
    ILLEGAL_GENERATION,
    INVALID_GROUP_ID,
    NONE,
    REBALANCE_IN_PROGRESS,
    UNKNOWN_MEMBER_ID,
    Member,
    await_coordinator,
    begin_rebalance,
    commit,
    commit_request,
    describe,
    fetch_group,
    fetched,
    stable_group,
)
from raw_client import RawClient

from kafka_codecs.messages.delete_groups import DeleteGroupsRequest
from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.list_groups import ListGroupsRequest
from kafka_codecs.messages.offset_fetch import OffsetFetchRequest
from kafka_codecs.messages.sync_group import SyncGroupRequest

Connect = Callable[[], RawClient]
MakeTopic = Callable[..., Topic]
UNKNOWN_TOPIC_OR_PARTITION, OFFSET_METADATA_TOO_LARGE, GROUP_ID_NOT_FOUND, UNKNOWN_TOPIC_ID = 3, 12, 69, 100
NOTHING = (-1, -1, "", NONE)


@pytest.fixture
def group(raw: RawClient, group_name: str) -> str:
    """A name that no group has, and whose coordinator serves."""
    await_coordinator(raw, group_name)
    return group_name


@pytest.fixture
def topic(make_topic: MakeTopic) -> Topic:
    return make_topic(partitions=2)


def named(topic: Topic, version: int) -> str | bytes:
    """How a version names a topic."""
    return topic.topic_id if version >= 10 else topic.name


# Committing


@pytest.mark.parametrize("version", range(2, 11))
def test_a_commit_without_a_group_makes_one(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S98, S106a: a simple group, whatever the member id."""
    asked = named(topic, version)
    codes = commit(raw, group, {asked: [(0, 5, "five"), (1, 6)]}, version=version, leader_epoch=3, member_id="anybody")
    assert codes == {asked: {0: NONE, 1: NONE}}
    epoch = 3 if version >= 6 else -1
    offsets = fetched(raw, group, {topic.name: [0, 1]})
    assert offsets == {topic.name: {0: (5, epoch, "five", NONE), 1: (6, epoch, "", NONE)}}
    described = describe(raw, group)
    assert (described.group_state, described.protocol_type, described.members) == ("Empty", "", [])


@pytest.mark.parametrize("retention_ms", [0, 1, 2**63 - 1, -(2**63)])
def test_a_retention_of_its_own(raw: RawClient, group: str, topic: Topic, retention_ms: int) -> None:
    """S99: v2 to v4; no number is too large."""
    code = commit(raw, group, {topic.name: [(0, 5)]}, version=4, retention_time_ms=retention_ms)
    assert code == {topic.name: {0: NONE}}
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: (5, -1, "", NONE)}}


def test_the_group_without_a_name_commits(raw: RawClient, topic: Topic) -> None:
    """S89b."""
    await_coordinator(raw, "")
    assert commit(raw, "", {topic.name: [(0, 5)]}) == {topic.name: {0: NONE}}
    assert fetched(raw, "", {topic.name: [0]}) == {topic.name: {0: (5, -1, "", NONE)}}


@pytest.mark.parametrize(("version", "code"), [(2, 22), (8, 22), (9, 69), (10, 69)])
def test_a_generation_of_an_unknown_group(raw: RawClient, group: str, topic: Topic, version: int, code: int) -> None:
    """S98a."""
    asked = named(topic, version)
    codes = commit(raw, group, {asked: [(0, 5), (1, 6)]}, version=version, generation_id_or_member_epoch=0)
    assert codes == {asked: {0: code, 1: code}}
    assert describe(raw, group).group_state == "Dead"


def test_who_may_commit(raw: RawClient, connect: Connect, group: str, topic: Topic) -> None:
    """S98: membership first, then the generation."""
    first, second = stable_group(connect, group, 2, instances=True)

    def code(member_id: str = "", generation: int = -1, instance: str | None = None) -> int:
        codes = commit(
            raw,
            group,
            {topic.name: [(0, 5)]},
            member_id=member_id,
            generation_id_or_member_epoch=generation,
            group_instance_id=instance,
        )
        return codes[topic.name][0]

    assert code() == UNKNOWN_MEMBER_ID
    assert code(first.member_id) == ILLEGAL_GENERATION
    assert code("x") == UNKNOWN_MEMBER_ID
    assert code(instance="unknown") == UNKNOWN_MEMBER_ID
    assert code("x", 9) == UNKNOWN_MEMBER_ID
    assert code(first.member_id, 9) == ILLEGAL_GENERATION
    assert code(first.member_id, 9, second.instance) == FENCED_INSTANCE_ID
    assert code(first.member_id, 2) == NONE
    assert code(first.member_id, 2, first.instance) == NONE
    begin_rebalance(raw, first)
    assert code(second.member_id, 2) == NONE
    second.wants_to_join().joined()
    first.joined()
    assert code(second.member_id, 2) == ILLEGAL_GENERATION
    assert code(second.member_id, 3) == REBALANCE_IN_PROGRESS
    first.leave()
    second.leave()
    assert code(first.member_id, 3) == UNKNOWN_MEMBER_ID
    assert code("x") == NONE


@pytest.mark.parametrize("version", [2, 9])
def test_what_does_not_exist(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S99: before the group is looked at; the rest is committed."""
    missing = fresh_name()
    codes = commit(raw, group, {topic.name: [(0, 1), (2, 2), (-1, 3)], missing: [(0, 4), (1, 5)]}, version=version)
    absent = UNKNOWN_TOPIC_OR_PARTITION
    assert codes == {topic.name: {0: NONE, 2: absent, -1: absent}, missing: {0: absent, 1: absent}}
    assert fetched(raw, group, None) == {topic.name: {0: (1, -1, "", NONE)}}


def test_with_nothing_left_to_commit_the_group_is_not_asked(raw: RawClient, connect: Connect, group: str) -> None:
    """S99."""
    stable_group(connect, group, 1)
    missing = fresh_name()
    assert commit(raw, group, {missing: [(0, 1)]}) == {missing: {0: UNKNOWN_TOPIC_OR_PARTITION}}
    assert commit(raw, group, {}) == {}


def test_an_id_that_no_topic_has(raw: RawClient, group: str, topic: Topic) -> None:
    """S99a."""
    unknown = b"no topic has me."
    codes = commit(raw, group, {topic.topic_id: [(0, 1), (7, 1)], unknown: [(0, 2), (1, 3)]}, version=10)
    assert codes == {
        topic.topic_id: {0: NONE, 7: UNKNOWN_TOPIC_OR_PARTITION},
        unknown: {0: UNKNOWN_TOPIC_ID, 1: UNKNOWN_TOPIC_ID},
    }


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ("x" * 4096, NONE),
        ("x" * 4097, OFFSET_METADATA_TOO_LARGE),
        ("é" * 4096, NONE),
        ("\N{ROCKET}" * 2048, NONE),
        ("\N{ROCKET}" * 2048 + "x", OFFSET_METADATA_TOO_LARGE),
    ],
)
def test_metadata_has_a_limit(raw: RawClient, group: str, topic: Topic, metadata: str, code: int) -> None:
    """S99: in UTF-16 code units; per partition."""
    assert commit(raw, group, {topic.name: [(0, 1, metadata), (1, 2)]}) == {topic.name: {0: code, 1: NONE}}
    stored = (1, -1, metadata, NONE) if code == NONE else NOTHING
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: stored}}


def test_a_commit_of_which_all_is_refused_makes_a_group(raw: RawClient, group: str, topic: Topic) -> None:
    """S99: it is not written, and so seen after the next write to its partition."""
    group, other = group + "Aa", group + "BB"  # Java's hashes of these are the same, and so the partitions
    for each in group, other:
        await_coordinator(raw, each)
    assert commit(raw, group, {topic.name: [(0, 5, "x" * 4097)]}) == {topic.name: {0: OFFSET_METADATA_TOO_LARGE}}
    assert commit(raw, other, {topic.name: [(0, 5)]}) == {topic.name: {0: NONE}}
    described = describe(raw, group)
    assert (described.group_state, described.protocol_type, described.members) == ("Empty", "", [])
    assert group in [listed.group_id for listed in raw.call(ListGroupsRequest(), 5).groups]
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: NOTHING}}
    codes = [raw.call(DeleteGroupsRequest(groups_names=[group]), 2).results[0].error_code for _ in range(2)]
    assert codes == [NONE, GROUP_ID_NOT_FOUND]


def test_it_can_be_joined_and_deleted_before_it_is_seen(raw: RawClient, group: str, topic: Topic) -> None:
    """S99."""
    too_long: dict[str | bytes, Any] = {topic.name: [(0, 5, "x" * 4097)]}
    assert commit(raw, group, too_long) == {topic.name: {0: OFFSET_METADATA_TOO_LARGE}}
    assert raw.call(DeleteGroupsRequest(groups_names=[group]), 2).results[0].error_code == NONE
    commit(raw, group, too_long)
    member = Member(raw, group)
    assert member.join(version=3).error_code == NONE
    member.sync()
    assert describe(raw, group).group_state == "Stable"


def test_any_offset_and_no_metadata(raw: RawClient, group: str, topic: Topic) -> None:
    """S99: offsets are not checked, null is stored as ""."""
    assert commit(raw, group, {topic.name: [(0, -7, None), (1, 2**63 - 1)]}) == {topic.name: {0: NONE, 1: NONE}}
    offsets = {0: (-7, -1, "", NONE), 1: (2**63 - 1, -1, "", NONE)}
    assert fetched(raw, group, {topic.name: [0, 1]}) == {topic.name: offsets}


def test_the_newest_commit_counts(raw: RawClient, group: str, topic: Topic) -> None:
    """S98."""
    commit(raw, group, {topic.name: [(0, 9, "new")]})
    commit(raw, group, {topic.name: [(0, 4)]}, version=2, retention_time_ms=3_600_000)
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: (4, -1, "", NONE)}}


def test_a_topic_named_twice(raw: RawClient, group: str, topic: Topic) -> None:
    """S98a: answered as often as it was named, or once; every partition has its code."""
    request = commit_request(group, {topic.name: [(0, 5)]})
    request.topics += commit_request(group, {topic.name: [(1, 6)]}).topics
    answer = raw.call(request, 9)
    codes = [(partition.partition_index, partition.error_code) for one in answer.topics for partition in one.partitions]
    assert codes == [(0, NONE), (1, NONE)]


def test_the_group_without_a_name_has_no_members(raw: RawClient, topic: Topic) -> None:
    """S95, S99: offsets can be committed to it, and it is there from then on."""
    await_coordinator(raw, "")
    assert commit(raw, "", {topic.name: [(0, 1)]}) == {topic.name: {0: NONE}}
    assert raw.call(HeartbeatRequest(group_id="", member_id="x"), 4).error_code == INVALID_GROUP_ID
    sync = SyncGroupRequest(group_id="", member_id="x", protocol_type="consumer", protocol_name="range")
    assert raw.call(sync, 5).error_code == INVALID_GROUP_ID


# Fetching


@pytest.mark.parametrize("version", range(1, 11))
def test_fetching(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S100: no commit is no error."""
    commit(raw, group, {topic.name: [(0, 5, "m")]}, leader_epoch=2)
    asked = named(topic, version)
    found = fetched(raw, group, {asked: [0, 1, 7]}, version=version)
    assert found == {asked: {0: (5, 2 if version >= 5 else -1, "m", NONE), 1: NOTHING, 7: NOTHING}}
    other = fresh_name("g")
    await_coordinator(raw, other)
    assert fetched(raw, other, {asked: [0]}, version=version) == {asked: {0: NOTHING}}


@pytest.mark.parametrize("epoch", [-1, -2, 0, 2**31 - 1])
def test_the_leader_epoch_comes_back_as_it_was(raw: RawClient, group: str, topic: Topic, epoch: int) -> None:
    """S99, S100: negative ones, too."""
    commit(raw, group, {topic.name: [(0, 5, "m")]}, leader_epoch=epoch)
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: (5, epoch, "m", NONE)}}


@pytest.mark.parametrize("version", [1, 9])
def test_fetching_for_a_topic_that_does_not_exist(raw: RawClient, group: str, version: int) -> None:
    """S100."""
    missing = fresh_name()
    assert fetched(raw, group, {missing: [0]}, version=version) == {missing: {0: NOTHING}}


@pytest.mark.parametrize("version", range(2, 11))
def test_fetching_all(raw: RawClient, group: str, make_topic: MakeTopic, version: int) -> None:
    """S100: null is all, an empty list is nothing."""
    one, two = make_topic(), make_topic()
    assert fetched(raw, group, None, version=version) == {}
    commit(raw, group, {one.name: [(0, 1)], two.name: [(0, 2)]})
    assert fetched(raw, group, None, version=version) == {
        named(one, version): {0: (1, -1, "", NONE)},
        named(two, version): {0: (2, -1, "", NONE)},
    }
    assert fetched(raw, group, {}, version=version) == {}


@pytest.mark.parametrize("version", [7, 9])
def test_stable_offsets_where_nothing_is_pending(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S100."""
    commit(raw, group, {topic.name: [(0, 5)]})
    found = fetched(raw, group, {topic.name: [0]}, version=version, require_stable=True)
    assert found == {topic.name: {0: (5, -1, "", NONE)}}


def test_fetching_by_an_id_that_no_topic_has(raw: RawClient, group: str, topic: Topic) -> None:
    """S99a."""
    commit(raw, group, {topic.name: [(0, 5)]})
    unknown = b"no topic has me."
    found = fetched(raw, group, {unknown: [0, 1], topic.topic_id: [0]}, version=10)
    nothing = (-1, -1, "", UNKNOWN_TOPIC_ID)
    assert found == {topic.topic_id: {0: (5, -1, "", NONE)}, unknown: {0: nothing, 1: nothing}}


@pytest.mark.parametrize("version", [8, 9, 10])
def test_fetching_from_many_groups(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S100a: one answer each, in the order of the request."""
    other, third = fresh_name("g"), fresh_name("g")
    for name in other, third:
        await_coordinator(raw, name)
    commit(raw, group, {topic.name: [(0, 1)]})
    commit(raw, third, {topic.name: [(0, 3)]})
    asked = {named(topic, version): [0]}
    groups = [fetch_group(name, asked) for name in (third, other, group)]
    answer = raw.call(OffsetFetchRequest(groups=groups), version)
    assert [found.group_id for found in answer.groups] == [third, other, group]
    assert [found.topics[0].partitions[0].committed_offset for found in answer.groups] == [3, -1, 1]
    assert {found.error_code for found in answer.groups} == {NONE}


def test_the_offsets_of_a_deleted_topic_are_gone(raw: RawClient, group: str, make_topic: MakeTopic) -> None:
    """S105, S99a: also for a new topic of that name; others stay."""
    gone, stays = make_topic(), make_topic()
    commit(raw, group, {gone.name: [(0, 5)], stays.name: [(0, 6)]})
    raw.call(DeleteTopicsRequest(topics=[DeleteTopicState(name=gone.name)], timeout_ms=30_000), 6)
    deadline = time.monotonic() + 10
    while gone.name in fetched(raw, group, None):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert fetched(raw, group, None) == {stays.name: {0: (6, -1, "", NONE)}}
    again = make_topic(name=gone.name)
    assert again.topic_id != gone.topic_id
    assert fetched(raw, group, {again.topic_id: [0]}, version=10) == {again.topic_id: {0: NOTHING}}
    assert fetched(raw, group, {gone.topic_id: [0]}, version=10)[gone.topic_id][0][3] == UNKNOWN_TOPIC_ID


def test_members_and_commits_together(raw: RawClient, connect: Connect, group: str, topic: Topic) -> None:
    """S98: what a group commits outlives its members."""
    (member,) = stable_group(connect, group, 1)
    request = commit_request(
        group,
        {topic.name: [(0, 8)]},
        member_id=member.member_id,
        generation_id_or_member_epoch=member.generation,
    )
    assert member.connection.call(request, 8).topics[0].partitions[0].error_code == NONE
    member.leave()
    assert fetched(raw, group, {topic.name: [0]}) == {topic.name: {0: (8, -1, "", NONE)}}
    assert Member(raw, group).join().generation_id == 3
