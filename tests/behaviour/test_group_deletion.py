"""The end of groups and of committed offsets on raw frames: DeleteGroups and OffsetDelete."""

from collections.abc import Callable, Sequence

import pytest
from conftest import Topic
from group_client import NONE, Member, await_coordinator, await_state, commit, describe, fetched, stable_group
from raw_client import RawClient

from kafka_codecs.compile import encode
from kafka_codecs.messages.consumer_protocol import ConsumerProtocolSubscription
from kafka_codecs.messages.delete_groups import DeleteGroupsRequest
from kafka_codecs.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)

Connect = Callable[[], RawClient]
MakeTopic = Callable[..., Topic]
UNKNOWN_TOPIC_OR_PARTITION, INVALID_GROUP_ID = 3, 24
NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, GROUP_SUBSCRIBED_TO_TOPIC = 68, 69, 86
NOT_COMMITTED = (-1, -1, "", NONE)


@pytest.fixture
def group(raw: RawClient, group_name: str) -> str:
    """A name that no group has, and whose coordinator serves."""
    await_coordinator(raw, group_name)
    return group_name


@pytest.fixture
def topic(make_topic: MakeTopic) -> Topic:
    return make_topic(partitions=2)


def delete_groups(raw: RawClient, groups: Sequence[str], version: int = 3) -> dict[str, int]:
    """Delete; the codes by group. No code here comes with a message."""
    results = raw.call(DeleteGroupsRequest(groups_names=list(groups)), version).results
    assert [result.error_message for result in results] == [None] * len(results)
    codes = {result.group_id: result.error_code for result in results}
    assert len(codes) == len(results)
    return codes


def delete_offsets(
    raw: RawClient, group: str, topics: dict[str, list[int]]
) -> tuple[int, dict[str, list[tuple[int, int]]]]:
    """Take offsets back: the code at the top, and the partitions with theirs, in order."""
    request = OffsetDeleteRequest(
        group_id=group,
        topics=[
            OffsetDeleteRequestTopic(
                name=name, partitions=[OffsetDeleteRequestPartition(partition_index=index) for index in partitions]
            )
            for name, partitions in topics.items()
        ],
    )
    answer = raw.call(request, 0)
    partitions = {
        topic.name: [(partition.partition_index, partition.error_code) for partition in topic.partitions]
        for topic in answer.topics
    }
    return answer.error_code, partitions


def subscription(*topics: str) -> bytes:
    """What a consumer says when it joins (version 0 of the consumer protocol)."""
    return b"\0\0" + encode(ConsumerProtocolSubscription, 0, ConsumerProtocolSubscription(topics=list(topics)))


# DeleteGroups


@pytest.mark.parametrize("version", range(4))
def test_an_empty_group_goes_with_its_offsets(raw: RawClient, group: str, topic: Topic, version: int) -> None:
    """S105, S105b."""
    commit(raw, group, {topic.name: [(0, 5), (1, 6)]})
    assert delete_groups(raw, [group], version) == {group: NONE}
    assert describe(raw, group).group_state == "Dead"
    assert fetched(raw, group, {topic.name: [0, 1]}) == {topic.name: {0: NOT_COMMITTED, 1: NOT_COMMITTED}}
    assert delete_groups(raw, [group], version) == {group: GROUP_ID_NOT_FOUND}


def test_each_group_stands_alone_and_is_answered_once(
    raw: RawClient, connect: Connect, group: str, topic: Topic
) -> None:
    """S105, S105b: a name twice is answered once."""
    busy, unknown = f"{group}-busy", f"{group}-unknown"
    await_coordinator(raw, busy)
    await_coordinator(raw, unknown)
    (member,) = stable_group(connect, busy, 1)
    commit(raw, group, {topic.name: [(0, 5)]})
    asked = [busy, unknown, group, group, busy]
    assert delete_groups(raw, asked) == {busy: NON_EMPTY_GROUP, unknown: GROUP_ID_NOT_FOUND, group: NONE}
    assert member.heartbeat() == NONE
    member.leave()
    await_state(raw, busy, "Empty")
    assert delete_groups(raw, [busy]) == {busy: NONE}


def test_a_group_in_a_rebalance_is_not_empty(raw: RawClient, connect: Connect, group: str) -> None:
    """S105."""
    first, second = stable_group(connect, group, 2)
    first.wants_to_join()
    await_state(raw, group, "PreparingRebalance")
    assert delete_groups(raw, [group]) == {group: NON_EMPTY_GROUP}
    second.wants_to_join()
    first.joined()
    second.joined()
    assert delete_groups(raw, [group]) == {group: NON_EMPTY_GROUP}


def test_the_group_without_a_name_can_be_deleted(raw: RawClient, topic: Topic) -> None:
    """S89b: it is a normal group here."""
    await_coordinator(raw, "")
    commit(raw, "", {topic.name: [(0, 5)]})
    assert delete_groups(raw, [""]) == {"": NONE}
    assert delete_groups(raw, []) == {}


def test_a_deleted_group_can_begin_again(raw: RawClient, connect: Connect, group: str, topic: Topic) -> None:
    (member,) = stable_group(connect, group, 1)
    member.leave()
    await_state(raw, group, "Empty")
    assert delete_groups(raw, [group]) == {group: NONE}
    assert member.heartbeat() == 25
    (again,) = stable_group(connect, group, 1)
    assert again.generation == 1


# OffsetDelete


def test_offsets_are_taken_back(raw: RawClient, group: str, topic: Topic) -> None:
    """S105a: one that was never committed is no error; the group stays."""
    commit(raw, group, {topic.name: [(0, 5)]})
    assert delete_offsets(raw, group, {topic.name: [1, 0]}) == (NONE, {topic.name: [(1, NONE), (0, NONE)]})
    assert fetched(raw, group, {topic.name: [0, 1]}) == {topic.name: {0: NOT_COMMITTED, 1: NOT_COMMITTED}}
    assert describe(raw, group).group_state == "Empty"


def test_what_does_not_exist_comes_first(raw: RawClient, group: str, topic: Topic) -> None:
    """S105a: topics and partitions that are not there are UNKNOWN_TOPIC_OR_PARTITION."""
    commit(raw, group, {topic.name: [(0, 5)]})
    code, partitions = delete_offsets(raw, group, {topic.name: [0, 7, -1], "not-there": [0, 1]})
    assert code == NONE
    assert partitions == {
        topic.name: [(7, UNKNOWN_TOPIC_OR_PARTITION), (-1, UNKNOWN_TOPIC_OR_PARTITION), (0, NONE)],
        "not-there": [(0, UNKNOWN_TOPIC_OR_PARTITION), (1, UNKNOWN_TOPIC_OR_PARTITION)],
    }


def test_topics_without_partitions(raw: RawClient, group: str, topic: Topic) -> None:
    """S105a: an unknown one is in the answer, another one is not."""
    commit(raw, group, {topic.name: [(0, 5)]})
    assert delete_offsets(raw, group, {"not-there": [], topic.name: []}) == (NONE, {"not-there": []})


def test_an_error_of_the_group_stands_alone(raw: RawClient, group: str, topic: Topic) -> None:
    """S105a, S89b."""
    assert delete_offsets(raw, group, {topic.name: [0], "not-there": [0]}) == (GROUP_ID_NOT_FOUND, {})
    assert delete_offsets(raw, "", {topic.name: [0]}) == (INVALID_GROUP_ID, {})


def test_topics_that_consumers_read_keep_their_offsets(
    raw: RawClient, connect: Connect, group: str, topic: Topic, make_topic: MakeTopic
) -> None:
    """S105a: those that a member subscribes to; of the others the offsets go."""
    other = make_topic(partitions=1)
    (member,) = stable_group(connect, group, 1, protocols=[("range", subscription(topic.name))])
    offsets = {"generation_id_or_member_epoch": member.generation, "member_id": member.member_id}
    commit(raw, group, {topic.name: [(0, 5)], other.name: [(0, 6)]}, **offsets)
    code, partitions = delete_offsets(raw, group, {topic.name: [0, 1], other.name: [0]})
    assert code == NONE
    assert partitions == {
        topic.name: [(0, GROUP_SUBSCRIBED_TO_TOPIC), (1, GROUP_SUBSCRIBED_TO_TOPIC)],
        other.name: [(0, NONE)],
    }
    assert fetched(raw, group, {topic.name: [0]})[topic.name][0][0] == 5
    member.leave()
    await_state(raw, group, "Empty")
    assert delete_offsets(raw, group, {topic.name: [0]}) == (NONE, {topic.name: [(0, NONE)]})


def test_subscriptions_that_cannot_be_read_are_to_everything(
    raw: RawClient, connect: Connect, group: str, topic: Topic
) -> None:
    """S105a."""
    stable_group(connect, group, 1, protocols=[("range", b"\0")])
    code, partitions = delete_offsets(raw, group, {topic.name: [0]})
    assert (code, partitions) == (NONE, {topic.name: [(0, GROUP_SUBSCRIBED_TO_TOPIC)]})


def test_members_of_another_kind_keep_all_offsets(raw: RawClient, connect: Connect, group: str, topic: Topic) -> None:
    """S105a: while it is active, the whole group is refused."""
    member = Member(connect(), group, protocol_type="connect")
    assert member.join().error_code == NONE
    assert delete_offsets(raw, group, {topic.name: [0]}) == (NON_EMPTY_GROUP, {})
    member.leave()
    await_state(raw, group, "Empty")
    assert delete_offsets(raw, group, {topic.name: [0]}) == (NONE, {topic.name: [(0, NONE)]})
