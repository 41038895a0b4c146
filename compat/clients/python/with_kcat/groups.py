import re
from collections.abc import Callable, Sequence
from functools import partial

from scenario import error_codes
from scenario.expectations import expect_code
from scenario.members import PARTITIONS, Consume, Member, fence_instance, keep_static_members, share_partitions
from scenario.program import Task
from scenario.records import Record

from with_kcat.command import CommandError, Process, code_of, send, settings
from with_kcat.topics import create_topic

_REBALANCED = re.compile(r"% Group .* rebalanced.*\b(assign|revo)")
_PARTITION = re.compile(r"\[(\d+)\]")


def member_of(task: Task, topic: str, assignor: str, *, static: bool = False) -> Consume:
    """A process that is terminated when its member leaves; what it has read it commits then."""
    timeouts = settings(session_timeout_ms=10_000, heartbeat_interval_ms=500, auto_offset_reset="earliest")

    def consume(member: Member) -> None:
        instance = settings(group_instance_id=member.name) if static else []
        assigned_by = settings(partition_assignment_strategy=assignor)
        with Process(task, "-G", task.name(), "-u", "-J", *timeouts, *assigned_by, *instance, topic) as process:
            follow = _Follower(process, member)
            while not member.leaves.is_set():
                follow.wait()
                if process.has_ended():
                    raise CommandError(" ".join(process.notices))
            process.interrupt()
            process.end()

    return consume


class _Follower:
    """Tells of each record and rebalance once."""

    def __init__(self, process: Process, member: Member) -> None:
        self._process = process
        self._member = member
        self._records = 0
        self._notices = 0

    def wait(self) -> None:
        self._process.wait_for_change(self._records + self._notices, 0.2)
        notices, self._notices = self._process.notices[self._notices :], len(self._process.notices)
        for notice in notices:
            self._notice(notice)
        records, self._records = self._process.records[self._records :], len(self._process.records)
        for message in records:
            self._member.read(message["partition"], message["payload"].encode())
        if records:
            self._member.committed()

    def _notice(self, notice: str) -> None:
        if "FATAL" in notice:
            raise CommandError(notice)
        rebalanced = _REBALANCED.match(notice)
        if rebalanced is not None:
            partitions = [int(number) for number in _PARTITION.findall(notice)]
            (self._member.gained if rebalanced[1] == "assign" else self._member.lost)(partitions)


def shared_by(assignor: str) -> Callable[[Task], None]:
    def share(task: Task) -> None:
        topic = create_topic(task, task.name(), PARTITIONS)
        share_partitions(member_of(task, topic, assignor), partial(_produce, task, topic))

    return share


def static_members(task: Task) -> None:
    topic = create_topic(task, task.name(), PARTITIONS)
    keep_static_members(member_of(task, topic, "range", static=True))


def fenced_instance(task: Task) -> None:
    topic = create_topic(task, task.name(), PARTITIONS)
    with expect_code(code_of, error_codes.FENCED_INSTANCE_ID):
        raise fence_instance(member_of(task, topic, "range", static=True), partial(_produce, task, topic))


def _produce(task: Task, topic: str, records: Sequence[tuple[int, Record]]) -> None:
    for partition in range(PARTITIONS):
        send(task, topic, [record for place, record in records if place == partition], partition=partition)
