"""Answers of the classic group protocol, built from what a group knows."""

from collections.abc import Iterable

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.describe_groups import DescribedGroupMember
from kafka_codecs.messages.join_group import JoinGroupResponse, JoinGroupResponseMember
from kafka_codecs.messages.leave_group import MemberIdentity, MemberResponse
from kafka_codecs.messages.sync_group import SyncGroupResponse
from wirebroker.coordinators.group.members import Member


def join_refused(code: ErrorCode, member_id: str = "") -> JoinGroupResponse:
    """Refuse a join: generation -1, no leader, no members, no protocol."""
    return JoinGroupResponse(error_code=code, member_id=member_id, protocol_name=None)


def members_for_leader(members: Iterable[Member], protocol_name: str | None) -> list[JoinGroupResponseMember]:
    """What the leader needs to assign partitions: every member's metadata of the chosen protocol."""
    return [
        JoinGroupResponseMember(
            member_id=member.member_id,
            group_instance_id=member.group_instance_id,
            metadata=member.metadata(protocol_name),
        )
        for member in members
    ]


def sync_refused(code: ErrorCode) -> SyncGroupResponse:
    return SyncGroupResponse(error_code=code)


def left(identity: MemberIdentity, code: ErrorCode) -> MemberResponse:
    return MemberResponse(member_id=identity.member_id, group_instance_id=identity.group_instance_id, error_code=code)


def described(member: Member, protocol_name: str | None) -> DescribedGroupMember:
    """Describe a member of a stable group; without a protocol name, one of a group that is not stable."""
    return DescribedGroupMember(
        member_id=member.member_id,
        group_instance_id=member.group_instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        member_metadata=b"" if protocol_name is None else member.metadata(protocol_name),
        member_assignment=member.assignment,
    )
