"""Brings logs to stable storage off the event loop, and lets those wait who may answer only then.

A log that should be flushed is put on a list; workers take what is on it, sync it on a thread, and look again. What is
appended during a sync waits for the next, so that a hundred producers share a few syncs: group commit. Several
workers, since a file system carries out several syncs in little more than the time of one.
"""

import math
from collections.abc import Iterable, Sequence

import trio

from kafka_codecs.error_codes import ErrorCode
from wirebroker.errors import KafkaError
from wirebroker.log.flush import Flush
from wirebroker.log.partition_log import PartitionLog

__all__ = ["WORKERS", "Syncer"]

WORKERS = 4
"""Tasks that run ``Syncer.work``. Measured on ext4: 100 files take 40 ms one after another, 15 by 4, 13 by 8."""
MOST_LOGS = 64
"""Synced by one worker at a time: each needs a few open files."""


class Syncer:
    """The logs that are to be flushed, and the tasks that wait for them.

    ``rounds`` counts the batches of syncs. ``owed`` are logs with records of the broker's own that are not safe yet.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        """``own``: topics of the broker's own, for which every answer waits (see ``settled``)."""
        self.rounds = 0
        self.owed: dict[PartitionLog, None] = {}
        self._own = frozenset(own)
        self._wanted: dict[PartitionLog, None] = {}
        self._under_way: set[PartitionLog] = set()
        self._waiting: dict[PartitionLog, trio.Event] = {}
        self._work = trio.Event()
        self._idle = 0

    def want(self, log: PartitionLog) -> None:
        """Have a log flushed up to its ``flush_wanted``; this is a ``LogDirectory.flush_due``."""
        self._wanted[log] = None
        if log.syncs_answers and log.topic in self._own:
            self.owed[log] = None
        if log not in self._under_way:
            self._work.set()

    async def reached(self, log: PartitionLog, offset: int) -> None:
        """Return when all before ``offset`` is on stable storage.

        Raises KafkaError: KAFKA_STORAGE_ERROR if the disk fails, UNKNOWN_TOPIC_OR_PARTITION if the log is deleted.
        """
        while log.recovery_point < offset:
            if log.is_offline:
                raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
            if log.is_gone:
                raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
            event = self._waiting.get(log)
            if event is None:
                event = self._waiting[log] = trio.Event()
            await event.wait()

    async def all_reached(self, wanted: Sequence[tuple[PartitionLog, int]], seconds: float) -> list[ErrorCode]:
        """Wait for some logs, each up to an offset: return for each what ``reached`` says, or REQUEST_TIMED_OUT."""
        codes = [ErrorCode.REQUEST_TIMED_OUT] * len(wanted)
        with trio.move_on_after(max(seconds, 0)):
            for n, (log, offset) in enumerate(wanted):
                try:
                    await self.reached(log, offset)
                    codes[n] = ErrorCode.NONE
                except KafkaError as refusal:
                    codes[n] = refusal.code
        return codes

    async def settled(self) -> None:
        """Return when all that the broker has written for itself by now is safe: then an answer may tell of it.

        Raises KafkaError: KAFKA_STORAGE_ERROR.
        """
        for log, offset in [(log, log.log_end_offset) for log in self.owed]:
            try:
                await self.reached(log, offset)
            except KafkaError as refusal:
                self.owed.pop(log, None)
                if refusal.code is ErrorCode.KAFKA_STORAGE_ERROR:
                    raise
            if log.recovery_point >= log.log_end_offset:
                self.owed.pop(log, None)

    def look_again(self) -> None:
        """Have everybody who waits look again: logs went offline, or were deleted."""
        for event in self._waiting.values():
            event.set()
        self._waiting.clear()

    async def work(self) -> None:
        """Flush what is wanted, until cancelled: a sync that has begun is waited for."""
        while True:
            logs = self._take()
            if not logs:
                self._idle += 1
                try:
                    await self._work.wait()
                finally:
                    self._idle -= 1
                continue
            await self.flush(logs)

    def _take(self) -> list[PartitionLog]:
        """Take this worker's share of what nobody works at."""
        free = [log for log in self._wanted if log not in self._under_way]
        if not free:
            self._work = trio.Event()
            return []
        share = free[: min(MOST_LOGS, math.ceil(len(free) / (self._idle + 1)))]
        for log in share:
            del self._wanted[log]
        return share

    async def flush(self, logs: Sequence[PartitionLog], *, aids: bool = False) -> None:
        """Flush logs up to their ``flush_wanted``, with ``aids`` completely (``PartitionLog.begin_flush``)."""
        self._under_way.update(logs)
        begun = []
        for log in logs:
            flush = log.begin_flush(log.log_end_offset if aids else log.flush_wanted, aids=aids)
            if flush is not None:
                begun.append((log, flush))
        try:
            if begun:
                self.rounds += 1
                await trio.to_thread.run_sync(_carry_out, [flush for _, flush in begun])
                for log, flush in begun:
                    log.end_flush(flush)
        finally:
            self._under_way.difference_update(logs)
            for log in logs:
                event = self._waiting.pop(log, None)
                if event is not None:
                    event.set()
                if log in self._wanted:
                    self._work.set()


def _carry_out(flushes: list[Flush]) -> None:
    for flush in flushes:
        flush.carry_out()
