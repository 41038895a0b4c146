"""A hand-cranked runtime: what an outcome says is done at once, and time passes when a test says so."""

from itertools import count

import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.heartbeat import HeartbeatRequest
from kafka_codecs.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from kafka_codecs.messages.leave_group import MemberIdentity
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from kafka_codecs.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from wirebroker.coordinators.group.classic import Caller
from wirebroker.coordinators.group.coordinator import GroupCoordinator
from wirebroker.coordinators.group.records import decode_record, encode_record
from wirebroker.coordinators.group.settings import GroupSettings
from wirebroker.coordinators.outcome import records_of, replies_of

TOPIC_ID = b"0123456789abcdef"


class Driver:
    """Groups whose clock stands until ``at`` moves it. Tickets are names that the test gives."""

    def __init__(self, **settings):
        self.settings = GroupSettings(**settings)
        numbers = count(1)
        self.new_uuid = lambda: f"u{next(numbers)}"
        self.coordinator = GroupCoordinator(self.settings, self.new_uuid)
        self.now = 0.0
        self.records = []
        self.answers = {}
        self.log_is_full = False

    def carry_out(self, outcome):
        records = records_of(outcome)
        if records and self.log_is_full:
            for ticket, _ in replies_of(outcome):
                self._answer(ticket, "refused")
            self.carry_out(self.coordinator.append_failed(records, now=self.now, timestamp_ms=self.timestamp_ms))
            return
        for record in records:
            self.records.append(encode_record(record))
            self.coordinator.replay(record)
        for ticket, response in replies_of(outcome):
            self._answer(ticket, response)

    def _answer(self, ticket, response):
        assert ticket not in self.answers, f"{ticket} is answered twice"
        self.answers[ticket] = response

    @property
    def timestamp_ms(self):
        return 1_000_000 + int(self.now * 1000)

    def at(self, now):
        """Let time pass until ``now``, and do what becomes due on the way, when it becomes due."""
        while (deadline := self.coordinator.next_deadline()) is not None and deadline <= now:
            self.now = max(self.now, deadline)
            self.carry_out(self.coordinator.expire(now=self.now, timestamp_ms=self.timestamp_ms))
        self.now = now
        return self

    def join(
        self,
        ticket,
        member_id="",
        *,
        group="g",
        version=9,
        session=10_000,
        rebalance=60_000,
        protocols=(("range", b"sub"),),
        protocol_type="consumer",
        instance=None,
        client="client",
    ):
        request = JoinGroupRequest(
            group_id=group,
            session_timeout_ms=session,
            rebalance_timeout_ms=rebalance,
            member_id=member_id,
            group_instance_id=instance,
            protocol_type=protocol_type,
            protocols=[JoinGroupRequestProtocol(name, metadata) for name, metadata in protocols],
        )
        founding = self.coordinator.create_group(request, timestamp_ms=self.timestamp_ms)
        if founding and self.log_is_full:
            self._answer(ticket, "refused")
            return "refused"
        self.carry_out(founding)
        caller = Caller(client, "/10.0.0.1", version)
        self.carry_out(self.coordinator.join(request, caller, ticket, now=self.now, timestamp_ms=self.timestamp_ms))
        self.at(self.now)
        return self.answers.get(ticket)

    def sync(self, ticket, member_id, generation, assignments=None, *, group="g", instance=None, **protocol):
        request = SyncGroupRequest(
            group_id=group,
            generation_id=generation,
            member_id=member_id,
            group_instance_id=instance,
            assignments=[SyncGroupRequestAssignment(*pair) for pair in (assignments or {}).items()],
            **protocol,
        )
        self.carry_out(self.coordinator.sync(request, ticket, now=self.now, timestamp_ms=self.timestamp_ms))
        self.at(self.now)
        return self.answers.get(ticket)

    def heartbeat(self, member_id, generation, *, group="g", instance=None):
        request = HeartbeatRequest(group, generation, member_id, instance)
        return self.coordinator.heartbeat(request, now=self.now)

    def leave(self, *members, group="g"):
        """Let members go, each an id or (id, instance id); gives their codes."""
        identities = [
            MemberIdentity(member) if isinstance(member, str) else MemberIdentity(*member) for member in members
        ]
        ticket = object()
        self.carry_out(self.coordinator.leave(group, identities, ticket, now=self.now, timestamp_ms=self.timestamp_ms))
        self.at(self.now)
        response = self.answers.pop(ticket)
        if response == "refused":
            return response
        return response.error_code or [member.error_code for member in response.members]

    def commit(
        self, offset, *, group="g", member_id="", generation=-1, instance=None, version=9, metadata="", retention=-1
    ):
        """Commit for partition 0 of topic t; gives the code."""
        partition = OffsetCommitRequestPartition(0, offset, 7, metadata)
        request = OffsetCommitRequest(
            group_id=group,
            generation_id_or_member_epoch=generation,
            member_id=member_id,
            group_instance_id=instance,
            retention_time_ms=retention,
            topics=[OffsetCommitRequestTopic("t", TOPIC_ID, [partition])],
        )
        ticket = object()
        self.carry_out(
            self.coordinator.commit_offsets(
                request, ticket, version=version, now=self.now, timestamp_ms=self.timestamp_ms
            )
        )
        response = self.answers.pop(ticket)
        return response if response == "refused" else response.topics[0].partitions[0].error_code

    def committed(self, group="g", topic="t"):
        """The offset of partition 0, or None."""
        for fetched in self.coordinator.offsets.fetch_all(group):
            if fetched.name == topic:
                return fetched.partitions[0].committed_offset
        return None

    def state(self, group="g"):
        described = self.coordinator.describe(group)
        return "Dead" if described is None else described.group_state

    def member_ids(self, group="g"):
        return [member.member_id for member in self.coordinator.describe(group).members]

    def stable(self, *names, version=3, **options):
        """Bring members of these names into one stable generation; gives their ids. The first leads."""
        ids = []
        for name in names:
            known = list(ids)
            self.join(f"{name} joins", version=version, client=name, **options)
            for number, member_id in enumerate(known):
                self.join(f"{names[number]} joins with {name}", member_id, version=version, **options)
            ids.append(self.answers[f"{name} joins"].member_id)
            generation = self.answers[f"{name} joins"].generation_id
            for number, member_id in reversed(list(enumerate(ids))):
                assignments = {owner: f"of {owner}".encode() for owner in ids} if number == 0 else None
                self.sync(f"{names[number]} syncs {generation}", member_id, generation, assignments)
        assert self.state() == "Stable"
        return ids

    def reloaded(self):
        """A coordinator that starts from what was written."""
        fresh = GroupCoordinator(self.settings, self.new_uuid)
        for key, value in self.records:
            fresh.replay(decode_record(key, value))
        return fresh

    def restart(self):
        """Stop and start."""
        self.coordinator = self.reloaded()
        self.carry_out(self.coordinator.loaded(now=self.now, timestamp_ms=self.timestamp_ms))


@pytest.fixture
def driver():
    return Driver()


@pytest.fixture(scope="session")
def make_driver():
    """For other settings than this broker's own."""
    return Driver


@pytest.fixture(scope="session")
def codes():
    return ErrorCode
