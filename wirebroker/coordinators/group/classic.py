"""A classic group: the machine behind JoinGroup, SyncGroup, Heartbeat and LeaveGroup.

``states.py`` is the map. Two kinds of state live here, and only the first survives a restart:

- what was written: the generation, its protocol, leader, members and their assignments. ``replay`` makes the group what
  its newest record says: Stable, or Empty if the record has no members.
- the rebalance under way, and who is alive: ids handed out, parked callers, deadlines. Verbs change it at once.

Kafka's ``ClassicGroup`` and the classic half of its ``GroupMetadataManager`` are the model, down to the order of the
checks; what is different is said where it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.classic_groups import GroupMetadataValue
from kafka_codecs.messages.describe_groups import DescribedGroup
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafka_codecs.messages.leave_group import LeaveGroupResponse, MemberIdentity, MemberResponse
from kafka_codecs.messages.list_groups import ListedGroup
from kafka_codecs.messages.sync_group import SyncGroupRequest
from kafka_codecs.wire import MAX_STRING_BYTES
from wirebroker.coordinators.group.answers import described, join_refused, left, members_for_leader, sync_refused
from wirebroker.coordinators.group.generations import COMPLETING, EMPTY, JOIN, PREPARING, STABLE, SYNC, Generations
from wirebroker.coordinators.group.members import Member, Members
from wirebroker.coordinators.group.protocols import CONSUMER, Protocols, names_of, select_protocol
from wirebroker.coordinators.group.settings import GroupSettings
from wirebroker.coordinators.group.written import (
    is_described_by,
    loaded_member,
    stable_group_record,
)
from wirebroker.coordinators.outcome import Outcome, Step, Ticket

NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000
"""How long the first JoinGroup of a member may wait, whatever its session timeout: it cannot send heartbeats yet."""

RETRY_MS = 1000
"""How soon an emptied group is written again after the log refused it."""


class Caller(NamedTuple):
    """Who asks: as DescribeGroups shows it later, and in which version, where the answer depends on it."""

    client_id: str
    client_host: str
    version: int


class _Join(NamedTuple):
    """A JoinGroup at work."""

    request: JoinGroupRequest
    caller: Caller
    ticket: Ticket
    protocols: Protocols

    @property
    def rebalance_timeout_ms(self) -> int:
        """Version 0 has no rebalance timeout: the session timeout serves as both."""
        return self.request.session_timeout_ms if self.caller.version == 0 else self.request.rebalance_timeout_ms


class ClassicGroup(Generations):
    """One group. ``new_uuid`` gives the random part of member ids."""

    group_type = "classic"

    def __init__(self, group_id: str, settings: GroupSettings, new_uuid: Callable[[], str]) -> None:
        super().__init__(group_id, settings)
        self._new_uuid = new_uuid
        self._successor: Member | None = None
        """A static member under its new id, until the record that says so is replayed."""

    def is_subscribed_to(self, topic: str) -> bool:
        """Whether offsets of this topic are in use. Consumers whose subscriptions are unknown may use any."""
        if self.subscribed_topics is None:
            return self.protocol_type == CONSUMER
        return topic in self.subscribed_topics

    # Joining

    def join(
        self, request: JoinGroupRequest, caller: Caller, ticket: Ticket, *, now: float, timestamp_ms: int
    ) -> Outcome:
        """Answer now, or park the ticket until the join phase ends."""
        step = Step(now, timestamp_ms)
        call = _Join(request, caller, ticket, [(offer.name, offer.metadata) for offer in request.protocols])
        member_id = request.member_id
        if not self._has_room_for(member_id):
            self._forget(member_id, step)
            step.reply(ticket, join_refused(ErrorCode.GROUP_MAX_SIZE_REACHED))
        elif not self._supports(request.protocol_type, call.protocols):
            step.reply(ticket, join_refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, member_id))
        elif member_id:
            self._join_again(call, step)
        else:
            self._join_anew(call, step)
        return step.outcome

    def _has_room_for(self, member_id: str) -> bool:
        """While a rebalance begins only those count who wait: so the late ones go where the limit was lowered."""
        if self.state is EMPTY:
            return True
        member = self.members.get(member_id)
        if self.state is not PREPARING:
            return member is not None or len(self.members) < self._settings.max_size
        is_waiting = member is not None and member.join_ticket is not None
        return is_waiting or self.members.waiting_to_join < self._settings.max_size

    def _supports(self, protocol_type: str, protocols: Protocols) -> bool:
        if self.state is EMPTY:
            return bool(protocol_type and protocols)
        return protocol_type == self.protocol_type and self.members.offer_one_of(names_of(protocols))

    def _join_anew(self, call: _Join, step: Step) -> None:
        """Someone without a member id."""
        instance = call.request.group_instance_id
        member_id = f"{call.caller.client_id if instance is None else instance}-{self._new_uuid()}"
        old = self.members.static(instance)
        if len(member_id.encode()) > MAX_STRING_BYTES:  # no answer could carry it (Kafka fails to write the answer)
            step.reply(call.ticket, join_refused(ErrorCode.UNKNOWN_SERVER_ERROR))
        elif old is not None:
            self._replace(old, member_id, call, step)
        elif instance is None and call.caller.version >= 4:  # KIP-394: an id first, so that retries leave no ghosts
            self._pending_joins.add(member_id)
            self.deadlines.set((member_id,), step.now + call.request.session_timeout_ms / 1000)
            step.reply(call.ticket, join_refused(ErrorCode.MEMBER_ID_REQUIRED, member_id))
        else:
            self._add(member_id, call, step)

    def _join_again(self, call: _Join, step: Step) -> None:
        """Someone with a member id: one that was just handed out, or one of a member."""
        member_id, instance = call.request.member_id, call.request.group_instance_id
        if member_id in self._pending_joins:
            if instance is None:
                self._add(member_id, call, step)
            else:  # ids are handed out to dynamic members only: to Kafka a state that cannot be
                step.reply(call.ticket, join_refused(ErrorCode.UNKNOWN_SERVER_ERROR))
            return
        code = self.members.check(member_id, instance)
        if code is not ErrorCode.NONE:
            step.reply(call.ticket, join_refused(code, member_id))
            return
        member = self.members[member_id]
        is_follower_of_stable = self.state is STABLE and not self.members.is_leader(member_id)
        if member.protocols == call.protocols and (self.state is COMPLETING or is_follower_of_stable):
            step.reply(call.ticket, self._joined(member))
            return
        self._supersede(member, step)
        self.members.update(member, call.protocols, call.rebalance_timeout_ms, call.request.session_timeout_ms)
        member.join_ticket = call.ticket
        self._rebalance_or_complete(step)

    def _add(self, member_id: str, call: _Join, step: Step) -> None:
        if self.state is PREPARING and self._is_initial_rebalance:
            self._member_added = True
        if not self.members:
            self.protocol_type = call.request.protocol_type
        self._pending_joins.discard(member_id)
        self.members.add(
            Member(
                member_id,
                call.request.group_instance_id,
                call.caller.client_id,
                call.caller.client_host,
                call.rebalance_timeout_ms,
                call.request.session_timeout_ms,
                call.protocols,
                join_ticket=call.ticket,
                is_new=True,
            )
        )
        self.deadlines.set((member_id,), step.now + NEW_MEMBER_JOIN_TIMEOUT_MS / 1000)
        self._rebalance_or_complete(step)

    def _replace(self, old: Member, member_id: str, call: _Join, step: Step) -> None:
        """Let a static member come back under a new id (KIP-345)."""
        new = replace(
            old,
            member_id=member_id,
            protocols=call.protocols,
            rebalance_timeout_ms=call.rebalance_timeout_ms,
            session_timeout_ms=call.request.session_timeout_ms,
            join_ticket=None,
            sync_ticket=None,
            is_new=False,
        )
        if self.state is STABLE:
            offers = [(new if member is old else member).protocols for member in self.members]
            if select_protocol(offers) == self.protocol_name:
                self._succeed(old, new, call, step)
                return
        step.reply(old.join_ticket, join_refused(ErrorCode.FENCED_INSTANCE_ID, old.member_id))
        step.reply(old.sync_ticket, sync_refused(ErrorCode.FENCED_INSTANCE_ID))
        self.deadlines.cancel((old.member_id,))
        self._pending_syncs.discard(old.member_id)
        self.members.replace(old, new)
        new.join_ticket = call.ticket
        self._restart_session(new, step.now)
        self._rebalance_or_complete(step)

    def _succeed(self, old: Member, new: Member, call: _Join, step: Step) -> None:
        """Replace without a rebalance: the new member takes over the assignment, once that is written.

        Up to version 8 the answer names the old leader, so that no member takes itself for the leader and assigns anew;
        from version 9 on it is told to skip that (KIP-814).
        """
        members = [new if member is old else member for member in self.members]
        old_leader = self.members.leader or ""
        is_leader = old_leader == old.member_id
        leader = new.member_id if is_leader else old_leader
        self._successor = new
        self._restart_session(new, step.now)
        self._write(members, leader, {member.member_id: member.assignment for member in members}, step)
        may_skip = call.caller.version >= 9
        step.reply(
            call.ticket,
            JoinGroupResponse(
                generation_id=self.generation,
                protocol_type=self.protocol_type,
                protocol_name=self.protocol_name,
                leader=leader if may_skip else old_leader,
                skip_assignment=may_skip and is_leader,
                member_id=new.member_id,
                members=members_for_leader(members, self.protocol_name) if may_skip and is_leader else [],
            ),
        )

    # Assignments

    def sync(self, request: SyncGroupRequest, ticket: Ticket, *, now: float, timestamp_ms: int) -> Outcome:
        """Take the leader's assignment, or park the ticket until it comes."""
        step = Step(now, timestamp_ms)
        code = self._check_sync(request)
        if code is not ErrorCode.NONE:
            step.reply(ticket, sync_refused(code))
            return step.outcome
        member = self.members[request.member_id]
        self._pending_syncs.discard(member.member_id)
        if not self._pending_syncs:
            self.deadlines.cancel(SYNC)
        if self.state is STABLE:
            self._restart_session(member, now)
            step.reply(ticket, self._assigned(member.assignment))
            return step.outcome
        self._supersede(member, step)
        member.sync_ticket = ticket
        if self.members.is_leader(member.member_id):
            given = {assignment.member_id: assignment.assignment for assignment in request.assignments}
            assignments = {member.member_id: given.get(member.member_id, b"") for member in self.members}
            self._write(list(self.members), member.member_id, assignments, step)
            self._answer_syncs(ErrorCode.NONE, step, assignments)
        return step.outcome

    def _check_sync(self, request: SyncGroupRequest) -> ErrorCode:
        code = self._check_member(request.member_id, request.group_instance_id, request.generation_id)
        if code is not ErrorCode.NONE:
            return code
        for given, own in (request.protocol_type, self.protocol_type), (request.protocol_name, self.protocol_name):
            if given is not None and own is not None and given != own:
                return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
        return ErrorCode.REBALANCE_IN_PROGRESS if self.state is PREPARING else ErrorCode.NONE

    # Staying and leaving

    def heartbeat(self, member_id: str, group_instance_id: str | None, generation: int, *, now: float) -> ErrorCode:
        """Say whether all is well, and start the member's session anew if it is a member of this generation."""
        code = self._check_member(member_id, group_instance_id, generation)
        if code is not ErrorCode.NONE:
            return code
        self._restart_session(self.members[member_id], now)
        return ErrorCode.REBALANCE_IN_PROGRESS if self.state is PREPARING else ErrorCode.NONE

    def _check_member(self, member_id: str, group_instance_id: str | None, generation: int) -> ErrorCode:
        """Membership first, then the generation."""
        code = self.members.check(member_id, group_instance_id)
        if code is ErrorCode.NONE and generation != self.generation:
            return ErrorCode.ILLEGAL_GENERATION
        return code

    def leave(self, identities: Sequence[MemberIdentity], ticket: Ticket, *, now: float, timestamp_ms: int) -> Outcome:
        """Let members go; each has its own result. The others rebalance."""
        step = Step(now, timestamp_ms)
        responses = [self._leave(identity, step) for identity in identities]
        if any(response.error_code == ErrorCode.NONE for response in responses):
            if self.state in (STABLE, COMPLETING):
                self._prepare_rebalance(step)
            else:
                self._maybe_complete_join(step)
        step.reply(ticket, LeaveGroupResponse(members=responses))
        return step.outcome

    def _leave(self, identity: MemberIdentity, step: Step) -> MemberResponse:
        """Remove by member id, or, as an administrator does, by instance id alone."""
        member_id = identity.member_id
        if not member_id:
            static = self.members.static(identity.group_instance_id)
            if static is None:
                return left(identity, ErrorCode.UNKNOWN_MEMBER_ID)
            member_id = static.member_id
        elif member_id not in self._pending_joins:
            code = self.members.check(member_id, identity.group_instance_id)
            if code is not ErrorCode.NONE:
                return left(identity, code)
        self._forget(member_id, step)
        return left(identity, ErrorCode.NONE)

    # Committing offsets

    def check_offset_commit(self, member_id: str, group_instance_id: str | None, generation: int) -> ErrorCode:
        """Say whether this caller may commit. Whoever is no member (generation < 0) may while the group is Empty."""
        if generation < 0:
            if self.state is EMPTY:
                return ErrorCode.NONE
            if not member_id and group_instance_id is None:
                return ErrorCode.UNKNOWN_MEMBER_ID
        code = self._check_member(member_id, group_instance_id, generation)
        if code is ErrorCode.NONE and self.state is COMPLETING:
            return ErrorCode.REBALANCE_IN_PROGRESS
        return code

    def committed(self, member_id: str, *, now: float) -> None:
        """Count an accepted commit as a sign of life."""
        member = self.members.get(member_id)
        if member is not None:
            self._restart_session(member, now)

    # What is written

    def _write(self, members: Sequence[Member], leader: str, assignments: dict[str, bytes], step: Step) -> None:
        protocol = self.protocol_type or "", self.protocol_name or ""
        step.append(
            stable_group_record(
                self.group_id, self.generation, protocol, leader, members, assignments, step.timestamp_ms
            )
        )

    def replay(self, value: GroupMetadataValue) -> None:
        """Become what the record says.

        A member of whom it was written keeps what was not written: that it waits, what else it offers.
        """
        known = {member.member_id: member for member in self.members}
        if self._successor is not None:
            known[self._successor.member_id] = self._successor
            self._successor = None
        self.members = Members()
        for written in value.members:
            member = known.get(written.member_id)
            if member is None or not is_described_by(member, written, value.protocol):
                member = loaded_member(written, value.protocol)
            member.assignment = written.assignment
            self.members.add(member)
        self.members.leader = value.leader
        self._pending_syncs = {member_id for member_id in self._pending_syncs if member_id in self.members}
        self.generation = value.generation
        self.protocol_type = value.protocol_type or None
        self.protocol_name = value.protocol
        self.state = STABLE if value.members else EMPTY
        self.state_timestamp_ms = value.current_state_timestamp

    def loaded(self, *, now: float, timestamp_ms: int) -> Outcome:
        """Begin to live after a start: every member has a whole session; a group that is too large rebalances."""
        step = Step(now, timestamp_ms)
        self._read_subscriptions()
        for member in self.members:
            self._restart_session(member, now)
        if len(self.members) > self._settings.max_size:
            self._prepare_rebalance(step)
        return step.outcome

    def append_failed(self, *, now: float, timestamp_ms: int) -> Outcome:
        """Go on after the log refused a record: nobody was answered as planned, and nothing was replayed."""
        step = Step(now, timestamp_ms)
        self._successor = None
        if self.state is COMPLETING:
            self._prepare_rebalance(step)
        elif self.state is PREPARING and not self.members:
            self.deadlines.set(JOIN, now + RETRY_MS / 1000)
        return step.outcome

    def unload(self, code: ErrorCode) -> Outcome:
        """Answer whoever waits: this broker does not coordinate the group any more."""
        step = Step(0.0, 0)
        for member in self.members:
            step.reply(member.join_ticket, join_refused(code, member.member_id))
            step.reply(member.sync_ticket, sync_refused(code))
            member.join_ticket = member.sync_ticket = None
        return step.outcome

    # What others see

    def describe(self) -> DescribedGroup:
        protocol = self.protocol_name if self.state is STABLE else None
        return DescribedGroup(
            group_id=self.group_id,
            group_state=self.state.value,
            protocol_type=self.protocol_type or "",
            protocol_data=protocol or "",
            members=[described(member, protocol) for member in self.members],
        )

    def listed(self) -> ListedGroup:
        return ListedGroup(
            group_id=self.group_id,
            protocol_type=self.protocol_type or "",
            group_state=self.state.value,
            group_type=self.group_type,
        )
