"""What a classic group writes of itself, and a member read back from that."""

from collections.abc import Mapping, Sequence

from kafka_codecs.internal.classic_groups import GroupMetadataKey, GroupMetadataValue, MemberMetadata
from wirebroker.coordinators.group.members import Member
from wirebroker.coordinators.group.protocols import names_of
from wirebroker.coordinators.group.records import GroupRecord


def new_group_record(group_id: str, timestamp_ms: int) -> GroupRecord:
    """Write down that a group begins: Empty, generation 0, no protocol type."""
    value = GroupMetadataValue(protocol=None, leader=None, current_state_timestamp=timestamp_ms)
    return GroupRecord(GroupMetadataKey(group=group_id), value)


def empty_group_record(group_id: str, generation: int, protocol_type: str | None, timestamp_ms: int) -> GroupRecord:
    """Write down that the last member is gone; the protocol type stays."""
    value = GroupMetadataValue(
        protocol_type=protocol_type or "",
        generation=generation,
        protocol=None,
        leader=None,
        current_state_timestamp=timestamp_ms,
    )
    return GroupRecord(GroupMetadataKey(group=group_id), value)


def stable_group_record(
    group_id: str,
    generation: int,
    protocol: tuple[str, str],
    leader: str,
    members: Sequence[Member],
    assignments: Mapping[str, bytes],
    timestamp_ms: int,
) -> GroupRecord:
    """Write down a generation: ``protocol`` is its type and name, ``assignments`` has the bytes of every member."""
    protocol_type, protocol_name = protocol
    value = GroupMetadataValue(
        protocol_type=protocol_type,
        generation=generation,
        protocol=protocol_name,
        leader=leader,
        current_state_timestamp=timestamp_ms,
        members=[
            MemberMetadata(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                rebalance_timeout=member.rebalance_timeout_ms,
                session_timeout=member.session_timeout_ms,
                subscription=member.metadata(protocol_name),
                assignment=assignments[member.member_id],
            )
            for member in members
        ],
    )
    return GroupRecord(GroupMetadataKey(group=group_id), value)


def loaded_member(written: MemberMetadata, protocol: str | None) -> Member:
    """Build a member from a record: of the protocols that it offered only the chosen one was written."""
    timeout_ms = written.session_timeout if written.rebalance_timeout == -1 else written.rebalance_timeout
    return Member(
        written.member_id,
        written.group_instance_id,
        written.client_id,
        written.client_host,
        timeout_ms,
        written.session_timeout,
        [(protocol or "", written.subscription)],
    )


def is_described_by(member: Member, written: MemberMetadata, protocol: str | None) -> bool:
    """Whether the record was written of this very member, as it is: then what was not written of it holds too."""
    return (
        member.rebalance_timeout_ms == written.rebalance_timeout
        and member.session_timeout_ms == written.session_timeout
        and protocol in names_of(member.protocols)
        and member.metadata(protocol) == written.subscription
    )
