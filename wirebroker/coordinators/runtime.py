"""Drives the coordinators' machines: the only place here that waits, looks at the clock, and writes to a log.

The law of this room stands in ``_carry_out``: append first, then replay what was appended, then answer. Everything in
between runs without a pause, so no two requests ever see each other's half-done work.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from math import inf

import trio

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.delete_groups import DeleteGroupsResponse
from kafka_codecs.messages.describe_groups import DescribedGroup
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.join_group import JoinGroupRequest
from kafka_codecs.messages.leave_group import LeaveGroupResponse, MemberIdentity
from kafka_codecs.messages.list_groups import ListedGroup
from kafka_codecs.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafka_codecs.messages.offset_delete import OffsetDeleteRequestTopic, OffsetDeleteResponse
from kafka_codecs.messages.offset_fetch import OffsetFetchRequestTopics, OffsetFetchResponseTopics
from kafka_codecs.messages.sync_group import SyncGroupRequest
from wirebroker.config.broker import BrokerConfig
from wirebroker.coordinators.group.classic import Caller
from wirebroker.coordinators.group.coordinator import GroupCoordinator
from wirebroker.coordinators.group.records import GROUP_METADATA_TOPIC, GroupRecord
from wirebroker.coordinators.group.settings import GroupSettings
from wirebroker.coordinators.group_log import GroupLog
from wirebroker.coordinators.outcome import Outcome, records_of, replies_of
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import ClusterImage
from wirebroker.partitions.partitions import Partitions

_log = logging.getLogger(__name__)


class Call:
    """One caller's place: the ticket by which a machine knows it, and the answer once there is one."""

    __slots__ = ("_answered", "_error", "_response")

    def __init__(self) -> None:
        self._answered: trio.Event | None = None
        self._error: KafkaError | None = None
        self._response: object = None

    @property
    def is_answered(self) -> bool:
        return self._response is not None or self._error is not None

    def answer(self, response: object, error: KafkaError | None = None) -> None:
        """Give the answer, or the error that stands for it. Nobody need be there to take it."""
        self._response, self._error = response, error
        if self._answered is not None:
            self._answered.set()

    async def wait(self) -> None:
        """Return once there is an answer: at once if there is one."""
        if not self.is_answered:
            self._answered = trio.Event()
            await self._answered.wait()

    def result(self) -> object:
        """Return the answer, which must be there. Raises KafkaError if the call was refused."""
        if self._error is not None:
            raise self._error
        return self._response


class GroupService:
    """The group coordinator as handlers see it. ``run`` is its task: it loads the groups and keeps their deadlines.

    ``now`` gives monotonic seconds, ``timestamp_ms`` the wall clock, ``new_uuid`` the text of a random UUID,
    ``ensure_internal_topic`` creates an internal topic that does not exist yet (it may raise KafkaError).
    """

    def __init__(
        self,
        config: BrokerConfig,
        partitions: Partitions,
        *,
        now: Callable[[], float],
        timestamp_ms: Callable[[], int],
        new_uuid: Callable[[], str],
        ensure_internal_topic: Callable[[str], None],
    ) -> None:
        self._coordinator = GroupCoordinator(GroupSettings.of(config), new_uuid)
        self._now = now
        self._timestamp_ms = timestamp_ms
        self._ensure_internal_topic = ensure_internal_topic
        self._log = GroupLog(partitions, self.ensure_topic)
        self._sleeping_until = inf
        self._woken = trio.Event()

    # The task

    async def load(self) -> None:
        """Read the groups that an earlier run has left, before anybody asks for one."""
        for index in range(self._log.partition_count):
            for record in self._log.read(index):
                self._coordinator.replay(record)
            await trio.lowlevel.checkpoint()
        self._carry_out(self._coordinator.loaded(now=self._now(), timestamp_ms=self._timestamp_ms()))
        self._expire()

    async def run(self) -> None:
        """Wake up at each deadline, until cancelled."""
        self._coordinator.look_for_old_offsets(now=self._now())
        while True:
            deadline = self._coordinator.next_deadline()
            self._sleeping_until = inf if deadline is None else deadline
            self._woken = trio.Event()
            with trio.move_on_after(max(self._sleeping_until - self._now(), 0)):
                await self._woken.wait()
            self._expire()

    def _expire(self) -> None:
        """Do what is due; one group's fault does not stop the others."""
        while True:
            now = self._now()
            deadline = self._coordinator.next_deadline()
            if deadline is None or deadline > now:
                return
            try:
                self._carry_out(self._coordinator.expire(now=now, timestamp_ms=self._timestamp_ms()))
            except Exception:  # noqa: BLE001 - logged; a fault in one group is not the others' end
                _log.exception("a group's deadline could not be kept")

    def _carry_out(self, outcome: Outcome) -> KafkaError | None:
        """Append, replay, answer. If the log refuses, everybody is answered with the error, which is returned too."""
        records = records_of(outcome)
        if records:
            try:
                written = self._log.append(records, self._timestamp_ms())
            except KafkaError as error:
                return self._give_up(outcome, records, error)
            for record in written.records:
                self._coordinator.replay(record)
            self._coordinator.written(lambda group_id: self._log.partition_of(group_id) in written.partitions)
            if written.error is not None:
                return self._give_up(outcome, written.refused, written.error)
        for ticket, response in replies_of(outcome):
            assert isinstance(ticket, Call)
            ticket.answer(response)
        return None

    def _give_up(self, outcome: Outcome, refused: Sequence[GroupRecord], error: KafkaError) -> KafkaError:
        _log.error("records of a group could not be written (%s): %s", error.code.name, error)
        told = KafkaError(_APPEND_ERRORS.get(error.code, error.code))
        for ticket, _ in replies_of(outcome):
            assert isinstance(ticket, Call)
            ticket.answer(None, told)
        now, timestamp_ms = self._now(), self._timestamp_ms()
        self._carry_out(self._coordinator.append_failed(refused, now=now, timestamp_ms=timestamp_ms))
        return told

    def _done(self) -> None:
        """After a verb: what is due at once is done at once, and the task learns of an earlier deadline."""
        self._expire()
        deadline = self._coordinator.next_deadline()
        if deadline is not None and deadline < self._sleeping_until:
            self._sleeping_until = deadline
            self._woken.set()

    # Verbs for handlers

    def join(self, request: JoinGroupRequest, caller: Caller) -> Call:
        """Join; the answer (a JoinGroupResponse) may take as long as a rebalance. Raises KafkaError."""
        call = Call()
        now, timestamp_ms = self._now(), self._timestamp_ms()
        error = self._carry_out(self._coordinator.create_group(request, timestamp_ms=timestamp_ms))
        if error is not None:
            raise error
        self._carry_out(self._coordinator.join(request, caller, call, now=now, timestamp_ms=timestamp_ms))
        self._done()
        return call

    def sync(self, request: SyncGroupRequest) -> Call:
        """Ask for or give assignments; the answer (a SyncGroupResponse) may take as long as the leader does."""
        call = Call()
        self._carry_out(self._coordinator.sync(request, call, now=self._now(), timestamp_ms=self._timestamp_ms()))
        self._done()
        return call

    def heartbeat(self, request: HeartbeatRequest) -> ErrorCode:
        code = self._coordinator.heartbeat(request, now=self._now())
        self._done()
        return code

    def leave(self, group_id: str, identities: Sequence[MemberIdentity]) -> LeaveGroupResponse:
        """Let members go. Raises KafkaError."""
        call = Call()
        now, timestamp_ms = self._now(), self._timestamp_ms()
        self._carry_out(self._coordinator.leave(group_id, identities, call, now=now, timestamp_ms=timestamp_ms))
        self._done()
        response = call.result()
        assert isinstance(response, LeaveGroupResponse)
        return response

    def describe(self, group_id: str) -> DescribedGroup | None:
        return self._coordinator.describe(group_id)

    def list_groups(self, states: Iterable[str], types: Iterable[str]) -> list[ListedGroup]:
        return self._coordinator.list_groups(states, types)

    def commit_offsets(self, request: OffsetCommitRequest, version: int) -> OffsetCommitResponse:
        """Commit for topics that exist, named by name and id. Raises KafkaError."""
        call = Call()
        now, timestamp_ms = self._now(), self._timestamp_ms()
        self._carry_out(
            self._coordinator.commit_offsets(request, call, version=version, now=now, timestamp_ms=timestamp_ms)
        )
        self._done()
        response = call.result()
        assert isinstance(response, OffsetCommitResponse)
        return response

    def delete_offsets(self, group_id: str, topics: Sequence[OffsetDeleteRequestTopic]) -> OffsetDeleteResponse:
        """Take offsets of partitions that exist back. Raises KafkaError."""
        call = Call()
        self._carry_out(self._coordinator.delete_offsets(group_id, topics, call))
        response = call.result()
        assert isinstance(response, OffsetDeleteResponse)
        return response

    def delete_groups(self, group_ids: Iterable[str]) -> DeleteGroupsResponse:
        """Delete empty groups with their offsets. Raises KafkaError."""
        call = Call()
        self._carry_out(self._coordinator.delete_groups(group_ids, call))
        response = call.result()
        assert isinstance(response, DeleteGroupsResponse)
        return response

    def fetch_offsets(
        self, group_id: str, topics: Sequence[OffsetFetchRequestTopics] | None
    ) -> list[OffsetFetchResponseTopics]:
        """Look up offsets; without topics, all of the group."""
        offsets = self._coordinator.offsets
        return offsets.fetch_all(group_id) if topics is None else offsets.fetch(group_id, topics)

    # The topic

    def ensure_topic(self) -> None:
        """Have ``__consumer_offsets`` created if it does not exist. Raises KafkaError."""
        if not self._log.partition_count:
            self._ensure_internal_topic(GROUP_METADATA_TOPIC)

    def topics_changed(self, old: ClusterImage, new: ClusterImage) -> None:
        """Follow the metadata, as the journal's subscriber: after the partitions, which open the logs."""
        before, after = old.topics.get(GROUP_METADATA_TOPIC), new.topics.get(GROUP_METADATA_TOPIC)
        if before is not None and (after is None or after.topic_id != before.topic_id):
            self._carry_out(self._coordinator.unload(ErrorCode.NOT_COORDINATOR))
        self._log.partition_count = 0 if after is None else len(after.partitions)
        if old.topics_by_id is new.topics_by_id:
            return
        deleted = [
            (topic.name, topic_id) for topic_id, topic in old.topics_by_id.items() if topic_id not in new.topics_by_id
        ]
        if deleted:
            self._carry_out(self._coordinator.topics_deleted(deleted))


_APPEND_ERRORS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.REQUEST_TIMED_OUT: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER: ErrorCode.NOT_COORDINATOR,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
    ErrorCode.MESSAGE_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.RECORD_LIST_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.INVALID_FETCH_SIZE: ErrorCode.UNKNOWN_SERVER_ERROR,
}
"""What callers are told where the log refused (Kafka's ``appendGroupMetadataErrorToResponseError``)."""
