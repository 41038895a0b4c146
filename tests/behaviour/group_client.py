"""A group and its members in one line each. Each member has a connection of its own, since joining and syncing wait."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from raw_client import RawClient

from kafka_codecs.messages.describe_groups import DescribedGroup, DescribeGroupsRequest
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol, JoinGroupResponse
from kafka_codecs.messages.leave_group import LeaveGroupRequest, MemberIdentity
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from kafka_codecs.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
)
from kafka_codecs.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment, SyncGroupResponse

NONE = 0
COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR = 14, 15, 16
ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL, INVALID_GROUP_ID, UNKNOWN_MEMBER_ID = 22, 23, 24, 25
INVALID_SESSION_TIMEOUT, REBALANCE_IN_PROGRESS = 26, 27
MEMBER_ID_REQUIRED, FENCED_INSTANCE_ID = 79, 82
RANGE = (("range", b"subscription"),)


def await_coordinator(raw: RawClient, group: str) -> None:
    """Ask until the group's coordinator serves it: Kafka creates and loads ``__consumer_offsets`` on first need."""
    deadline = time.monotonic() + 30
    while True:
        (found,) = raw.call(FindCoordinatorRequest(key_type=0, coordinator_keys=[group]), 4).coordinators
        if found.error_code == NONE:
            (described,) = raw.call(DescribeGroupsRequest(groups=[group]), 5).groups
            if described.error_code == NONE:
                return
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


class Member:
    """One member, or somebody who wants to be one. ``member_id`` and ``generation`` are those of its last JoinGroup.

    ``options`` are fields of its JoinGroup. ``wants_to_join`` and ``wants_to_sync`` send only; ``joined`` and
    ``synced`` wait for the answer.
    """

    def __init__(self, connection: RawClient, group: str, instance: str | None = None, **options: Any) -> None:
        self.connection = connection
        self.group = group
        self.instance = instance
        self.member_id = ""
        self.generation = -1
        self.protocols: Sequence[tuple[str, bytes]] = options.pop("protocols", RANGE)
        self._options = options
        self._owed = 0

    def join_request(self, **options: Any) -> JoinGroupRequest:
        defaults: dict[str, Any] = {
            "group_id": self.group,
            "session_timeout_ms": 60_000,
            "rebalance_timeout_ms": 60_000,
            "member_id": self.member_id,
            "group_instance_id": self.instance,
            "protocol_type": "consumer",
        }
        protocols = options.pop("protocols", self.protocols)
        offers = [JoinGroupRequestProtocol(name=name, metadata=metadata) for name, metadata in protocols]
        return JoinGroupRequest(**{**defaults, **self._options, **options}, protocols=offers)

    def wants_to_join(self, *, version: int = 9, **options: Any) -> "Member":
        self._owed = self.connection.send(self.join_request(**options), version)
        return self

    def joined(self) -> JoinGroupResponse:
        answer = self.connection.receive(self._owed)
        assert isinstance(answer, JoinGroupResponse)
        if answer.error_code in (NONE, MEMBER_ID_REQUIRED):
            self.member_id, self.generation = answer.member_id, answer.generation_id
        return answer

    def join(self, *, version: int = 9, **options: Any) -> JoinGroupResponse:
        """Join and wait; a new dynamic member takes the id that it gets, and joins again with it."""
        answer = self.wants_to_join(version=version, **options).joined()
        if answer.error_code == MEMBER_ID_REQUIRED:
            answer = self.wants_to_join(version=version, **options).joined()
        return answer

    def begins_to_join(self, **options: Any) -> "Member":
        """Join without waiting for the others: a new dynamic member gets its id first."""
        if not self.member_id and self.instance is None:
            assert self.wants_to_join(**options).joined().error_code == MEMBER_ID_REQUIRED
        return self.wants_to_join(**options)

    def wants_to_sync(
        self, assignments: dict[str, bytes] | None = None, *, version: int = 5, **options: Any
    ) -> "Member":
        defaults: dict[str, Any] = {
            "group_id": self.group,
            "generation_id": self.generation,
            "member_id": self.member_id,
            "group_instance_id": self.instance if version >= 3 else None,
            "protocol_type": "consumer",
            "protocol_name": "range",
        }
        given = [
            SyncGroupRequestAssignment(member_id=who, assignment=what) for who, what in (assignments or {}).items()
        ]
        self._owed = self.connection.send(SyncGroupRequest(**{**defaults, **options}, assignments=given), version)
        return self

    def synced(self) -> SyncGroupResponse:
        answer = self.connection.receive(self._owed)
        assert isinstance(answer, SyncGroupResponse)
        return answer

    def sync(self, assignments: dict[str, bytes] | None = None, **options: Any) -> SyncGroupResponse:
        return self.wants_to_sync(assignments, **options).synced()

    def heartbeat(self, *, version: int = 4, **options: Any) -> int:
        defaults: dict[str, Any] = {
            "group_id": self.group,
            "generation_id": self.generation,
            "member_id": self.member_id,
            "group_instance_id": self.instance if version >= 3 else None,
        }
        code = self.connection.call(HeartbeatRequest(**{**defaults, **options}), version).error_code
        assert isinstance(code, int)
        return code

    def leave(self) -> int:
        codes = leave(self.connection, self.group, (self.member_id, self.instance))
        assert isinstance(codes, list)
        return codes[0]


def stable_group(
    connect: Callable[[], RawClient], group: str, size: int, *, instances: bool = False, **options: Any
) -> list[Member]:
    """Bring so many members into one generation, the first leading, each assigned "for <its number>"."""
    members: list[Member] = []
    watcher = connect()
    for number in range(size):
        newcomer = Member(connect(), group, f"instance-{number}" if instances else None, **options)
        newcomer.begins_to_join()
        if members:
            await_state(watcher, group, "PreparingRebalance")
        for member in members:
            member.wants_to_join()
        members.append(newcomer)
        for member in members:
            assert member.joined().error_code == NONE
        share_out(members)
    return members


def begin_rebalance(raw: RawClient, leader: Member) -> None:
    """Have the leader join again, and wait until the broker knows it: members may join now."""
    leader.wants_to_join()
    await_state(raw, leader.group, "PreparingRebalance")


def join_all_again(raw: RawClient, members: list[Member]) -> None:
    """Bring all into a new generation, and no further."""
    begin_rebalance(raw, members[0])
    for member in members[1:]:
        member.wants_to_join()
    for member in members:
        assert member.joined().error_code == NONE


def share_out(members: list[Member]) -> None:
    """Have all sync: the first, who leads, gives each "for <its number>"."""
    for member in members[1:]:
        member.wants_to_sync()
    members[0].wants_to_sync({member.member_id: f"for {at}".encode() for at, member in enumerate(members)})
    for at, member in enumerate(members):
        answer = member.synced()
        assert (answer.error_code, answer.assignment) == (NONE, f"for {at}".encode())


def leave(raw: RawClient, group: str, *identities: tuple[str, str | None], version: int = 5) -> int | list[int]:
    """Let members (id, instance id) go: their codes, or the one at the top."""
    members = [MemberIdentity(member_id=member_id, group_instance_id=instance) for member_id, instance in identities]
    answer = raw.call(LeaveGroupRequest(group_id=group, members=members), version)
    for member, asked in zip(answer.members, identities, strict=answer.error_code == NONE):
        assert (member.member_id, member.group_instance_id) == asked
    if answer.error_code:
        assert not answer.members
        return int(answer.error_code)
    return [member.error_code for member in answer.members]


def describe(raw: RawClient, group: str, version: int = 5) -> DescribedGroup:
    (described,) = raw.call(DescribeGroupsRequest(groups=[group]), version).groups
    assert isinstance(described, DescribedGroup)
    return described


def await_state(raw: RawClient, group: str, state: str, seconds: float = 20) -> DescribedGroup:
    """The group, once it is in this state."""
    deadline = time.monotonic() + seconds
    while (described := describe(raw, group)).group_state != state:
        assert time.monotonic() < deadline, described
        time.sleep(0.02)
    return described


Partition = tuple[int, int] | tuple[int, int, str | None]


def commit_request(
    group: str, topics: dict[str | bytes, list[Partition]], *, leader_epoch: int = -1, **options: Any
) -> OffsetCommitRequest:
    """Commit by topic name or id: ``{topic: [(partition, offset) or (partition, offset, metadata)]}``."""
    wanted = []
    for topic, partitions in topics.items():
        named = {"topic_id": topic} if isinstance(topic, bytes) else {"name": topic}
        offsets = [
            OffsetCommitRequestPartition(
                partition_index=partition[0],
                committed_offset=partition[1],
                committed_leader_epoch=leader_epoch,
                committed_metadata=partition[2] if len(partition) == 3 else "",
            )
            for partition in partitions
        ]
        wanted.append(OffsetCommitRequestTopic(**named, partitions=offsets))
    return OffsetCommitRequest(group_id=group, topics=wanted, **options)


def commit(
    raw: RawClient, group: str, topics: dict[str | bytes, list[Partition]], *, version: int = 9, **options: Any
) -> dict[Any, dict[int, int]]:
    """Commit; the codes by topic, as it was named, and partition."""
    answer = raw.call(commit_request(group, topics, **options), version)
    return {
        (topic.topic_id if version >= 10 else topic.name): {
            partition.partition_index: partition.error_code for partition in topic.partitions
        }
        for topic in answer.topics
    }


def fetch_request(
    group: str, topics: dict[str | bytes, list[int]] | None, version: int, *, require_stable: bool = False
) -> OffsetFetchRequest:
    if version < 8:
        old = None if topics is None else [OffsetFetchRequestTopic(str(name), asked) for name, asked in topics.items()]
        return OffsetFetchRequest(group_id=group, topics=old, require_stable=require_stable)
    return OffsetFetchRequest(groups=[fetch_group(group, topics)], require_stable=require_stable)


def fetch_group(group: str, topics: dict[str | bytes, list[int]] | None) -> OffsetFetchRequestGroup:
    wanted = None
    if topics is not None:
        wanted = [
            OffsetFetchRequestTopics(
                name=topic if isinstance(topic, str) else "",
                topic_id=topic if isinstance(topic, bytes) else bytes(16),
                partition_indexes=asked,
            )
            for topic, asked in topics.items()
        ]
    return OffsetFetchRequestGroup(group_id=group, topics=wanted)


def fetched(
    raw: RawClient, group: str, topics: dict[str | bytes, list[int]] | None, *, version: int = 9, **options: Any
) -> dict[Any, dict[int, tuple[int, int, str | None, int]]]:
    """Fetch from one group: (offset, leader epoch, metadata, code) by topic and partition; no error above those."""
    answer = raw.call(fetch_request(group, topics, version, **options), version)
    found = answer
    if version >= 8:
        (found,) = answer.groups
        assert found.group_id == group
    assert found.error_code == NONE
    return {
        (topic.topic_id if version >= 10 else topic.name): {
            partition.partition_index: (
                partition.committed_offset,
                partition.committed_leader_epoch,
                partition.metadata,
                partition.error_code,
            )
            for partition in topic.partitions
        }
        for topic in found.topics
    }
