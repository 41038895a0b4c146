"""All groups of one broker, and their committed offsets: which machine a request is for.

Like every machine it neither waits nor looks at a clock; see ``outcome.py``. Each group's records lie in one partition
of ``__consumer_offsets``, but the machines live together: one broker coordinates them all.
"""

from collections.abc import Callable, Iterable, Sequence

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.classic_groups import GroupMetadataKey, GroupMetadataValue
from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from kafka_codecs.messages.delete_groups import DeletableGroupResult, DeleteGroupsResponse
from kafka_codecs.messages.describe_groups import DescribedGroup
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.join_group import JoinGroupRequest
from kafka_codecs.messages.leave_group import LeaveGroupResponse, MemberIdentity
from kafka_codecs.messages.list_groups import ListedGroup
from kafka_codecs.messages.offset_commit import OffsetCommitRequest
from kafka_codecs.messages.offset_delete import OffsetDeleteRequestTopic, OffsetDeleteResponse
from kafka_codecs.messages.sync_group import SyncGroupRequest
from wirebroker.coordinators.deadlines import Deadlines
from wirebroker.coordinators.group.answers import join_refused, left, sync_refused
from wirebroker.coordinators.group.classic import Caller, ClassicGroup
from wirebroker.coordinators.group.generations import EMPTY
from wirebroker.coordinators.group.offsets import Offsets, all_partitions
from wirebroker.coordinators.group.protocols import CONSUMER
from wirebroker.coordinators.group.records import GroupRecord
from wirebroker.coordinators.group.retention import expired_offsets
from wirebroker.coordinators.group.settings import GroupSettings
from wirebroker.coordinators.group.written import new_group_record
from wirebroker.coordinators.outcome import Append, Outcome, Reply, Ticket, records_of

RETENTION = ("offsets retention",)
"""The deadline at which old offsets are looked for; those of groups are named by their ids."""


class GroupCoordinator:
    """Verbs for each request; ``expire`` for time; ``replay`` for records."""

    def __init__(self, settings: GroupSettings, new_uuid: Callable[[], str]) -> None:
        self._settings = settings
        self._new_uuid = new_uuid
        self.groups: dict[str, ClassicGroup] = {}
        self._unseen: set[str] = set()
        """Groups that a refused commit has made: nobody sees them before something else is written beside them."""
        self.offsets = Offsets(settings.offset_metadata_max_size)
        self._deadlines = Deadlines()

    # Membership

    def create_group(self, request: JoinGroupRequest, *, timestamp_ms: int) -> Outcome:
        """Create the group that a newcomer wants to join, if there is none: the first part of a join."""
        group_id = request.group_id
        if group_id in self.groups or request.member_id or self._refuses(request) is not ErrorCode.NONE:
            return []
        return [Append(new_group_record(group_id, timestamp_ms))]

    def join(
        self, request: JoinGroupRequest, caller: Caller, ticket: Ticket, *, now: float, timestamp_ms: int
    ) -> Outcome:
        """Join a group, which ``create_group`` has created if need be. The ticket may be parked."""
        code = self._refuses(request)
        group = self.groups.get(request.group_id)
        if code is ErrorCode.NONE and group is None:
            code = ErrorCode.UNKNOWN_MEMBER_ID
        if group is None or code is not ErrorCode.NONE:
            return [Reply(ticket, join_refused(code, request.member_id))]
        return self._watch(group, group.join(request, caller, ticket, now=now, timestamp_ms=timestamp_ms))

    def _refuses(self, request: JoinGroupRequest) -> ErrorCode:
        """Check what can be checked without a group."""
        if not request.group_id:
            return ErrorCode.INVALID_GROUP_ID
        settings = self._settings
        if not settings.min_session_timeout_ms <= request.session_timeout_ms <= settings.max_session_timeout_ms:
            return ErrorCode.INVALID_SESSION_TIMEOUT
        return ErrorCode.NONE

    def sync(self, request: SyncGroupRequest, ticket: Ticket, *, now: float, timestamp_ms: int) -> Outcome:
        """Ask for an assignment, or give those of all. The ticket may be parked."""
        if not request.group_id:
            return [Reply(ticket, sync_refused(ErrorCode.INVALID_GROUP_ID))]
        group = self.groups.get(request.group_id)
        if group is None:
            return [Reply(ticket, sync_refused(ErrorCode.UNKNOWN_MEMBER_ID))]
        return self._watch(group, group.sync(request, ticket, now=now, timestamp_ms=timestamp_ms))

    def heartbeat(self, request: HeartbeatRequest, *, now: float) -> ErrorCode:
        if not request.group_id:
            return ErrorCode.INVALID_GROUP_ID  # even where offsets were committed to the group without a name
        group = self.groups.get(request.group_id)
        if group is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        code = group.heartbeat(request.member_id, request.group_instance_id, request.generation_id, now=now)
        self._watch(group, [])
        return code

    def leave(
        self, group_id: str, identities: Sequence[MemberIdentity], ticket: Ticket, *, now: float, timestamp_ms: int
    ) -> Outcome:
        """Let members go. Each has its own error, also where there is no such group."""
        if not group_id:
            return [Reply(ticket, LeaveGroupResponse(error_code=ErrorCode.INVALID_GROUP_ID))]
        group = self.groups.get(group_id)
        if group is None:
            members = [left(identity, ErrorCode.UNKNOWN_MEMBER_ID) for identity in identities]
            return [Reply(ticket, LeaveGroupResponse(members=members))]
        return self._watch(group, group.leave(identities, ticket, now=now, timestamp_ms=timestamp_ms))

    # Looking

    def describe(self, group_id: str) -> DescribedGroup | None:
        """Describe a classic group; None if there is none."""
        group = self.groups.get(group_id)
        return None if group is None or group_id in self._unseen else group.describe()

    def list_groups(self, states: Iterable[str], types: Iterable[str]) -> list[ListedGroup]:
        """List the groups in one of these states and of one of these types; none named: all. Case does not matter."""
        wanted_states = {state.strip().lower() for state in states}
        wanted_types = {kind.lower() for kind in types}
        return [
            group.listed()
            for group in self.groups.values()
            if group.group_id not in self._unseen
            and (not wanted_states or group.state.value.lower() in wanted_states)
            and (not wanted_types or group.group_type in wanted_types)
        ]

    # Offsets

    def commit_offsets(
        self, request: OffsetCommitRequest, ticket: Ticket, *, version: int, now: float, timestamp_ms: int
    ) -> Outcome:
        """Write offsets, if the group agrees. A commit without a generation makes a group where there is none.

        It does so even if all its offsets are refused: of such a group nothing is written, but it can be joined and
        deleted, and goes with the next look for old offsets (``OffsetMetadataManager.validateOffsetCommit``).
        """
        group = self.groups.get(request.group_id)
        generation = request.generation_id_or_member_epoch
        if group is None:
            unknown = ErrorCode.GROUP_ID_NOT_FOUND if version >= 9 else ErrorCode.ILLEGAL_GENERATION
            code = unknown if generation >= 0 else ErrorCode.NONE
        else:
            code = group.check_offset_commit(request.member_id, request.group_instance_id, generation)
        if code is not ErrorCode.NONE:
            return [Reply(ticket, all_partitions(request, code))]
        if group is not None:
            group.committed(request.member_id, now=now)
            self._watch(group, [])
        outcome = self.offsets.commit(request, ticket, timestamp_ms=timestamp_ms)
        if group is None and not records_of(outcome):
            self._group(request.group_id)
            self._unseen.add(request.group_id)
        return outcome

    def delete_offsets(self, group_id: str, topics: Sequence[OffsetDeleteRequestTopic], ticket: Ticket) -> Outcome:
        """Take back committed offsets of topics that no member reads (``ClassicGroup.validateOffsetDelete``)."""
        group = self.groups.get(group_id)
        code = ErrorCode.NONE
        if not group_id:
            code = ErrorCode.INVALID_GROUP_ID
        elif group is None:
            code = ErrorCode.GROUP_ID_NOT_FOUND
        elif group.state is not EMPTY and group.protocol_type != CONSUMER:
            code = ErrorCode.NON_EMPTY_GROUP
        if group is None or code is not ErrorCode.NONE:
            return [Reply(ticket, OffsetDeleteResponse(error_code=code))]
        return self.offsets.delete(group_id, topics, ticket, is_in_use=group.is_subscribed_to)

    def topics_deleted(self, topics: Iterable[tuple[str, bytes]]) -> Outcome:
        """Forget the offsets of topics (name, id) that are gone."""
        return self.offsets.topics_deleted(topics)

    # The end of a group

    def delete_groups(self, group_ids: Iterable[str], ticket: Ticket) -> Outcome:
        """Delete empty groups with their offsets; each stands and falls alone, and is answered once."""
        outcome: Outcome = []
        results = []
        for group_id in dict.fromkeys(group_ids):
            group = self.groups.get(group_id)
            code = ErrorCode.NONE
            if group is None:
                code = ErrorCode.GROUP_ID_NOT_FOUND
            elif group.state is not EMPTY:
                code = ErrorCode.NON_EMPTY_GROUP
            else:
                outcome += [Append(GroupRecord(key, None)) for key, _ in self.offsets.of(group_id)]
                outcome.append(Append(GroupRecord(GroupMetadataKey(group=group_id), None)))
            results.append(DeletableGroupResult(group_id=group_id, error_code=code))
        return [*outcome, Reply(ticket, DeleteGroupsResponse(results=results))]

    # Records and time

    def replay(self, record: GroupRecord) -> None:
        """Become what a record says."""
        if isinstance(record.key, OffsetCommitKey):
            assert record.value is None or isinstance(record.value, OffsetCommitValue)
            if record.value is not None:
                self._group(record.group_id)
            self.offsets.replay(record.key, record.value)
        elif isinstance(record.key, GroupMetadataKey):
            if record.value is None:
                self.groups.pop(record.group_id, None)
                self._unseen.discard(record.group_id)
                self._deadlines.cancel(record.group_id)
            else:
                assert isinstance(record.value, GroupMetadataValue)
                self._group(record.group_id).replay(record.value)

    def written(self, is_beside: Callable[[str], bool]) -> None:
        """Show the groups whose records lie, by ``is_beside``, where something was written: Kafka's snapshots do."""
        if self._unseen:
            self._unseen = {group_id for group_id in self._unseen if not is_beside(group_id)}

    def _group(self, group_id: str) -> ClassicGroup:
        group = self.groups.get(group_id)
        if group is None:
            group = self.groups[group_id] = ClassicGroup(group_id, self._settings, self._new_uuid)
        return group

    def loaded(self, *, now: float, timestamp_ms: int) -> Outcome:
        """Begin to live, when all records have been replayed."""
        outcome: Outcome = []
        for group in self.groups.values():
            outcome += self._watch(group, group.loaded(now=now, timestamp_ms=timestamp_ms))
        return outcome

    def unload(self, code: ErrorCode) -> Outcome:
        """Forget all groups and answer whoever waits with ``code``: their records are gone."""
        outcome = [effect for group in self.groups.values() for effect in group.unload(code)]
        self.offsets = Offsets(self._settings.offset_metadata_max_size)
        for group_id in self.groups:
            self._deadlines.cancel(group_id)
        self.groups.clear()
        self._unseen.clear()
        return outcome

    def look_for_old_offsets(self, *, now: float) -> None:
        """Begin to look at the interval that is set."""
        self._deadlines.set(RETENTION, now + self._settings.offsets_retention_check_interval_ms / 1000)

    def next_deadline(self) -> float | None:
        """When ``expire`` has something to do."""
        return self._deadlines.next()

    def expire(self, *, now: float, timestamp_ms: int) -> Outcome:
        """Do the first thing that has become due. To be called until ``next_deadline`` lies ahead."""
        name = self._deadlines.pop_due(now)
        if name == RETENTION:
            self.look_for_old_offsets(now=now)
            return self._drop_expired(timestamp_ms)
        group = self.groups.get(name) if isinstance(name, str) else None
        if group is None:
            return []
        return self._watch(group, group.expire(now=now, timestamp_ms=timestamp_ms))

    def _drop_expired(self, timestamp_ms: int) -> Outcome:
        """Drop offsets whose time is over, and empty groups that have none left."""
        outcome: Outcome = []
        retention_ms = self._settings.offsets_retention_ms
        for group_id, group in self.groups.items():
            committed = list(self.offsets.of(group_id))
            expired = expired_offsets(group, committed, timestamp_ms=timestamp_ms, retention_ms=retention_ms)
            outcome += [Append(GroupRecord(key, None)) for key in expired]
            if group.state is EMPTY and len(expired) == len(committed):
                outcome.append(Append(GroupRecord(GroupMetadataKey(group=group_id), None)))
        return outcome

    def append_failed(self, records: Iterable[GroupRecord], *, now: float, timestamp_ms: int) -> Outcome:
        """Go on after the log refused these records, and whoever waited for them was told."""
        answer: Outcome = []
        for group_id in {record.group_id for record in records if isinstance(record.key, GroupMetadataKey)}:
            group = self.groups.get(group_id)
            if group is not None:
                answer += self._watch(group, group.append_failed(now=now, timestamp_ms=timestamp_ms))
        return answer

    def _watch(self, group: ClassicGroup, outcome: Outcome) -> Outcome:
        """Hand the outcome on, and take note of when the group wants to be called."""
        when = group.deadlines.next()
        if when is None:
            self._deadlines.cancel(group.group_id)
        else:
            self._deadlines.set(group.group_id, when)
        return outcome
