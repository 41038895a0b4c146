"""A classic group as it goes from one generation to the next: the phases of a rebalance, and what time does to them.

A rebalance has two phases. In the join phase all members send JoinGroup and wait; it ends when all are there, or with
the rebalance timeout. In the sync phase the leader shares out, and the others wait for it in SyncGroup. ``states.py``
is the map; ``classic.py`` adds the requests.
"""

from collections.abc import Set as AbstractSet

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.join_group import JoinGroupResponse
from kafka_codecs.messages.sync_group import SyncGroupResponse
from wirebroker.coordinators.deadlines import Deadlines
from wirebroker.coordinators.group.answers import join_refused, members_for_leader, sync_refused
from wirebroker.coordinators.group.members import Member, Members
from wirebroker.coordinators.group.protocols import CONSUMER, select_protocol, subscribed_topics
from wirebroker.coordinators.group.settings import GroupSettings
from wirebroker.coordinators.group.states import NEXT_STATES, ClassicGroupState
from wirebroker.coordinators.group.written import empty_group_record
from wirebroker.coordinators.outcome import Outcome, Step

EMPTY = ClassicGroupState.EMPTY
PREPARING = ClassicGroupState.PREPARING_REBALANCE
COMPLETING = ClassicGroupState.COMPLETING_REBALANCE
STABLE = ClassicGroupState.STABLE

JOIN, SYNC = "join", "sync"
"""Deadlines of the group: the end of the join phase, and of the time that members have to sync. The session of a member
is named ``(member id,)``: a tuple, so that no member id can be mistaken for one of these."""


class Generations:
    """The members of one group and the generation that they are in, or on the way to."""

    def __init__(self, group_id: str, settings: GroupSettings) -> None:
        self.group_id = group_id
        self._settings = settings
        self.state = EMPTY
        self.state_timestamp_ms = -1
        self.generation = 0
        self.protocol_type: str | None = None
        self.protocol_name: str | None = None
        self.subscribed_topics: AbstractSet[str] | None = None
        """As of the last rebalance; None where they are not known: not consumers, or one that cannot be read."""
        self.members = Members()
        self.deadlines = Deadlines()
        self._pending_joins: set[str] = set()
        """Ids handed out with MEMBER_ID_REQUIRED and not used yet."""
        self._pending_syncs: set[str] = set()
        """Members that have joined this generation and have not asked for their assignment yet."""
        self._is_initial_rebalance = False
        self._member_added = False
        self._delay_ms = 0
        self._delay_left_ms = 0
        """The initial rebalance: the delay that runs, and how much may follow if members still come."""

    # A rebalance

    def _rebalance_or_complete(self, step: Step) -> None:
        if self.state is PREPARING:
            self._maybe_complete_join(step)
        else:
            self._prepare_rebalance(step)

    def _prepare_rebalance(self, step: Step) -> None:
        """Have everybody join again."""
        if self.state is COMPLETING:
            for member in self.members:
                member.assignment = b""
            self._answer_syncs(ErrorCode.REBALANCE_IN_PROGRESS, step)
        self._pending_syncs.clear()
        self.deadlines.cancel(SYNC)
        self._is_initial_rebalance = self.state is EMPTY
        self._move_to(PREPARING, step)
        if self._is_initial_rebalance:
            self._member_added = False
            self._delay_ms = self._settings.initial_rebalance_delay_ms
            self._delay_left_ms = max(self.members.rebalance_timeout_ms - self._delay_ms, 0)
            self.deadlines.set(JOIN, step.now + self._delay_ms / 1000)
        elif self._all_have_joined():
            self._complete_join(step)
        else:
            self.deadlines.set(JOIN, step.now + self.members.rebalance_timeout_ms / 1000)

    def _all_have_joined(self) -> bool:
        return not self._pending_joins and self.members.waiting_to_join == len(self.members)

    def _maybe_complete_join(self, step: Step) -> None:
        """End the join phase if nobody is awaited. The delay of an initial rebalance is waited for in any case."""
        if self.state is PREPARING and not self._is_initial_rebalance and self._all_have_joined():
            self._complete_join(step)

    def _complete_join(self, step: Step) -> None:
        """End the join phase: who did not join is out (unless static), everybody else learns the new generation."""
        self.deadlines.cancel(JOIN)
        for member in [member for member in self.members if member.join_ticket is None and not member.is_static]:
            self._forget(member.member_id, step)
        if not self.members:
            self._read_subscriptions()
            step.append(empty_group_record(self.group_id, self.generation + 1, self.protocol_type, step.timestamp_ms))
            return
        if not self.members.elect_joined_leader():
            self.deadlines.set(JOIN, step.now + self.members.rebalance_timeout_ms / 1000)
            return
        self.generation += 1
        self.protocol_name = select_protocol([member.protocols for member in self.members])
        self._read_subscriptions()
        self._move_to(COMPLETING, step)
        for member in self.members:
            step.reply(member.join_ticket, self._joined(member))
            member.join_ticket = None
            member.is_new = False
            self._restart_session(member, step.now)
        self._pending_syncs = {member.member_id for member in self.members}
        self.deadlines.set(SYNC, step.now + self.members.rebalance_timeout_ms / 1000)

    def _read_subscriptions(self) -> None:
        """Learn which topics the members subscribe to (``ClassicGroup.computeSubscribedTopics``)."""
        self.subscribed_topics = None
        if self.protocol_type == CONSUMER and not self.members:
            self.subscribed_topics = frozenset()
        elif self.protocol_type == CONSUMER and self.protocol_name is not None:
            self.subscribed_topics = subscribed_topics(member.metadata(self.protocol_name) for member in self.members)

    def _joined(self, member: Member) -> JoinGroupResponse:
        """Tell a member of the generation that it is in; the leader also of all others."""
        is_leader = self.members.is_leader(member.member_id)
        return JoinGroupResponse(
            generation_id=self.generation,
            protocol_type=self.protocol_type,
            protocol_name=self.protocol_name,
            leader=self.members.leader or "",
            member_id=member.member_id,
            members=members_for_leader(self.members, self.protocol_name) if is_leader else [],
        )

    def _answer_syncs(self, code: ErrorCode, step: Step, assignments: dict[str, bytes] | None = None) -> None:
        for member in self.members:
            if member.sync_ticket is not None:
                answer = sync_refused(code) if assignments is None else self._assigned(assignments[member.member_id])
                step.reply(member.sync_ticket, answer)
                member.sync_ticket = None
                self._restart_session(member, step.now)

    def _assigned(self, assignment: bytes) -> SyncGroupResponse:
        return SyncGroupResponse(
            protocol_type=self.protocol_type, protocol_name=self.protocol_name, assignment=assignment
        )

    # Time

    def expire(self, *, now: float, timestamp_ms: int) -> Outcome:
        """Do the first thing that has become due. To be called until ``deadlines.next()`` lies ahead."""
        step = Step(now, timestamp_ms)
        name = self.deadlines.pop_due(now)
        if name == JOIN:
            self._end_join_phase(step)
        elif name == SYNC:
            self._end_sync_phase(step)
        elif isinstance(name, tuple):
            self._end_session(name[0], step)
        return step.outcome

    def _end_join_phase(self, step: Step) -> None:
        """The rebalance timeout has passed; or the delay of an initial rebalance, which goes on if a member came."""
        if self._is_initial_rebalance and self._member_added and self._delay_left_ms > 0:
            self._member_added = False
            ended_ms = self._delay_ms
            self._delay_ms = min(self._settings.initial_rebalance_delay_ms, self._delay_left_ms)
            self._delay_left_ms = max(self._delay_left_ms - ended_ms, 0)
            self.deadlines.set(JOIN, step.now + self._delay_ms / 1000)
        else:
            self._complete_join(step)

    def _end_sync_phase(self, step: Step) -> None:
        """Members that joined and never asked for their assignment are out."""
        if not self._pending_syncs:
            return
        for member_id in sorted(self._pending_syncs):
            self._forget(member_id, step)
        self._prepare_rebalance(step)

    def _end_session(self, member_id: str, step: Step) -> None:
        member = self.members.get(member_id)
        if member is None and member_id not in self._pending_joins:
            return
        if member is not None and member.may_be_silent():
            return
        self._forget(member_id, step)
        if member is not None and self.state in (STABLE, COMPLETING):
            self._prepare_rebalance(step)
        elif self.state is PREPARING and self._all_have_joined():
            self._complete_join(step)

    def _restart_session(self, member: Member, now: float) -> None:
        self.deadlines.set((member.member_id,), now + member.session_timeout_ms / 1000)

    # Members

    def _forget(self, member_id: str, step: Step) -> None:
        """Remove a member, or an id that was handed out; if it waits it learns that it is no member.

        (Kafka leaves a caller who waits in SyncGroup without an answer.)
        """
        self.deadlines.cancel((member_id,))
        self._pending_joins.discard(member_id)
        self._pending_syncs.discard(member_id)
        member = self.members.remove(member_id)
        if member is not None:
            step.reply(member.join_ticket, join_refused(ErrorCode.UNKNOWN_MEMBER_ID))
            step.reply(member.sync_ticket, sync_refused(ErrorCode.UNKNOWN_MEMBER_ID))

    def _supersede(self, member: Member, step: Step) -> None:
        """Let go of an earlier call of this member: it has called again, so nobody reads that answer any more.

        (Kafka never answers it.)
        """
        step.reply(member.join_ticket, join_refused(ErrorCode.REBALANCE_IN_PROGRESS, member.member_id))
        step.reply(member.sync_ticket, sync_refused(ErrorCode.REBALANCE_IN_PROGRESS))
        member.join_ticket = member.sync_ticket = None

    def _move_to(self, state: ClassicGroupState, step: Step) -> None:
        assert state in NEXT_STATES[self.state], (self.group_id, self.state, state)
        self.state = state
        self.state_timestamp_ms = step.timestamp_ms
