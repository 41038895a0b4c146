"""The members of one classic group, and the rules of being one (Kafka's ``ClassicGroupMember``, ``ClassicGroup``)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kafka_codecs.error_codes import ErrorCode
from wirebroker.coordinators.group.protocols import Protocols, metadata_of, names_of
from wirebroker.coordinators.outcome import Ticket


@dataclass(slots=True)
class Member:
    """One member. ``join_ticket`` or ``sync_ticket`` is there while it waits in JoinGroup or SyncGroup.

    ``is_new``: its first JoinGroup is not answered yet, so it does not know its id and cannot send heartbeats.
    """

    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocols: Protocols
    assignment: bytes = b""
    join_ticket: Ticket | None = None
    sync_ticket: Ticket | None = None
    is_new: bool = False

    @property
    def is_static(self) -> bool:
        return self.group_instance_id is not None

    def may_be_silent(self) -> bool:
        """Whether its silence says nothing, because it waits for an answer of ours."""
        return not self.is_new and (self.join_ticket is not None or self.sync_ticket is not None)

    def metadata(self, protocol_name: str | None) -> bytes:
        return metadata_of(self.protocols, protocol_name)


class Members:
    """Members by id, in the order in which they joined; the first of them leads."""

    def __init__(self) -> None:
        self._by_id: dict[str, Member] = {}
        self._static: dict[str, str] = {}
        self._offered: Counter[str] = Counter()
        self.leader: str | None = None

    def __iter__(self) -> Iterator[Member]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, member_id: object) -> bool:
        return member_id in self._by_id

    def get(self, member_id: str) -> Member | None:
        return self._by_id.get(member_id)

    def __getitem__(self, member_id: str) -> Member:
        return self._by_id[member_id]

    def static(self, group_instance_id: str | None) -> Member | None:
        """Return the member that has this instance id, if one has."""
        if group_instance_id is None or group_instance_id not in self._static:
            return None
        return self._by_id[self._static[group_instance_id]]

    def check(self, member_id: str, group_instance_id: str | None) -> ErrorCode:
        """Say whether these name a member: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID (another has the instance) or NONE."""
        if group_instance_id is not None:
            static = self.static(group_instance_id)
            if static is None:
                return ErrorCode.UNKNOWN_MEMBER_ID
            if static.member_id != member_id:
                return ErrorCode.FENCED_INSTANCE_ID
        return ErrorCode.NONE if member_id in self._by_id else ErrorCode.UNKNOWN_MEMBER_ID

    def add(self, member: Member) -> None:
        self._by_id[member.member_id] = member
        if member.group_instance_id is not None:
            self._static[member.group_instance_id] = member.member_id
        self._offered.update(names_of(member.protocols))
        if self.leader is None:
            self.leader = member.member_id

    def remove(self, member_id: str) -> Member | None:
        """Take a member out; a leader that goes hands over to the member that joined before all others."""
        member = self._by_id.pop(member_id, None)
        if member is not None:
            self._offered.subtract(names_of(member.protocols))
            if member.group_instance_id is not None:
                del self._static[member.group_instance_id]
        if self.leader == member_id:
            self.leader = next(iter(self._by_id), None)
        return member

    def replace(self, old: Member, new: Member) -> None:
        """Put ``new`` in the place of ``old``: its rank, its leadership, its instance id."""
        self._by_id = {
            (new if member is old else member).member_id: (new if member is old else member) for member in self
        }
        if new.group_instance_id is not None:
            self._static[new.group_instance_id] = new.member_id
        self._offered.subtract(names_of(old.protocols))
        self._offered.update(names_of(new.protocols))
        if self.leader == old.member_id:
            self.leader = new.member_id

    def update(self, member: Member, protocols: Protocols, rebalance_timeout_ms: int, session_timeout_ms: int) -> None:
        """Take over what a member says of itself when it joins again."""
        self._offered.subtract(names_of(member.protocols))
        self._offered.update(names_of(protocols))
        member.protocols = protocols
        member.rebalance_timeout_ms = rebalance_timeout_ms
        member.session_timeout_ms = session_timeout_ms

    def offer_one_of(self, names: list[str]) -> bool:
        """Whether all members offer at least one of these protocols."""
        return any(self._offered[name] == len(self._by_id) for name in names)

    def is_leader(self, member_id: str) -> bool:
        return self.leader == member_id

    def elect_joined_leader(self) -> bool:
        """Give the lead to a member that waits in JoinGroup, if the leader does not. False if none waits."""
        leader = self._by_id.get(self.leader) if self.leader is not None else None
        if leader is not None and leader.join_ticket is not None:
            return True
        for member in self:
            if member.join_ticket is not None:
                self.leader = member.member_id
                return True
        return False

    @property
    def rebalance_timeout_ms(self) -> int:
        """The longest that a member asks for; 0 without members."""
        return max((member.rebalance_timeout_ms for member in self), default=0)

    @property
    def waiting_to_join(self) -> int:
        """How many wait in JoinGroup."""
        return sum(member.join_ticket is not None for member in self)
