"""Work on logs that nobody asked for: old segments are deleted, their files removed some time later; compaction.

Each task goes in small steps and lets requests through after each of them; what may take long runs on a thread.
"""

import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import trio

from wirebroker.apis.context import Clock
from wirebroker.config.broker import BrokerConfig
from wirebroker.errors import KafkaError
from wirebroker.log.format import FormatError
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.storage import Storage
from wirebroker.metadata.journal import Journal
from wirebroker.partitions.partition import Partition
from wirebroker.partitions.partitions import Partitions
from wirebroker.partitions.syncer import MOST_LOGS, Syncer

__all__ = [
    "compact",
    "delete_old_segments",
    "flush_old_records",
    "keep_checkpoints",
    "keep_snapshots",
    "remove_doomed_files",
]

if TYPE_CHECKING:
    from wirebroker.log.cleaned_batch import Step
    from wirebroker.log.compaction import Dirtiness

_log = logging.getLogger(__name__)

REMOVAL_CHECK_SECONDS = 1.0
WORTH_A_FLUSH = 4 * 1024 * 1024
"""Bytes that a start after a crash would have to check: from then on a log is flushed with the next checkpoint."""
SNAPSHOT_CHECK_SECONDS = 1.0
SHORTEST_FLUSH_CHECK, LONGEST_FLUSH_CHECK = 0.05, 1.0
"""Seconds."""


async def delete_old_segments(partitions: Partitions, config: BrokerConfig, clock: Clock) -> None:
    """Look every ``log.retention.check.interval.ms`` which segments have to go (Kafka's ``LogManager.cleanupLogs``)."""
    await trio.sleep(config.log_initial_task_delay_ms / 1000)
    while True:
        for partition in list(partitions):
            await trio.lowlevel.checkpoint()
            if _is_here(partition, partitions) and not partition.log.rules.compacted:
                _delete_from(partition, clock.timestamp_ms())
        await trio.sleep(config.log_retention_check_interval_ms / 1000)


def _delete_from(partition: Partition, now_ms: int) -> None:
    """Delete one partition's old segments. A log that fails is offline from then on, and has said so itself."""
    try:
        partition.log.delete_old_segments(now_ms)
    except KafkaError as failed:
        _log.error("%s-%d: no segment was deleted: %s", partition.topic, partition.index, failed)


def _is_here(partition: Partition, partitions: Partitions) -> bool:
    """Whether it was not deleted in the meantime."""
    return partitions.get(partition.topic, partition.index) is partition


async def remove_doomed_files(storage: Storage) -> None:
    """Remove files from the disk that were deleted ``file.delete.delay.ms`` ago."""
    while True:
        await trio.sleep(REMOVAL_CHECK_SECONDS)
        for directory in storage.directories:
            due = directory.doomed.take_due(trio.current_time())
            if due:
                try:
                    await trio.to_thread.run_sync(directory.doomed.remove, due)
                except OSError as fault:
                    _log.error("%s: deleted files remain: %s", directory.name, fault)


# ---- compaction


async def compact(partitions: Partitions, storage: Storage, config: BrokerConfig, clock: Clock) -> None:
    """Compact the dirtiest logs, ``log.cleaner.threads`` at a time, and rest when none is dirty enough.

    Kafka's ``LogCleaner``. The name is Kafka's: here they are tasks, whose long calls go to threads. Compacted topics'
    old segments are deleted here, too.
    """
    if not config.log_cleaner_enable:
        return
    cleaners = _Cleaners(partitions, storage, config, clock)
    async with trio.open_nursery() as nursery:
        for _ in range(config.log_cleaner_threads):
            nursery.start_soon(cleaners.work)


class _Cleaners:
    """What compactions at the same time share."""

    def __init__(self, partitions: Partitions, storage: Storage, config: BrokerConfig, clock: Clock) -> None:
        from wirebroker.log.cleaning_rate import CleaningRate  # noqa: PLC0415 - a start does not wait for it

        self.partitions = partitions
        self.storage = storage
        self.config = config
        self.clock = clock
        self.rate = CleaningRate(config.log_cleaner_io_max_bytes_per_second, trio.current_time())
        self.at_work = 0
        self._choosing = trio.Lock()
        self._saving = trio.Lock()

    async def work(self) -> None:
        """Take one log after another."""
        while True:
            await trio.sleep(self.config.log_cleaner_backoff_ms / 1000)
            has_cleaned = True
            while has_cleaned:
                has_cleaned = await self._clean_dirtiest()
                for partition in self._compacted():
                    await trio.lowlevel.checkpoint()
                    if _is_here(partition, self.partitions):
                        _delete_from(partition, self.clock.timestamp_ms())

    def _compacted(self) -> list[Partition]:
        return [partition for partition in self.partitions if partition.log.rules.compacted]

    async def _clean_dirtiest(self) -> bool:
        """Return False if there was nothing to do."""
        now_ms = self.clock.timestamp_ms()
        async with self._choosing:
            found = await self._dirtiest(now_ms)
            if found is None:
                return False
            log, dirt = found
            log.is_compacted = True  # so that nobody else takes it
        before = log.size
        try:
            done = await self._clean(log, dirt, now_ms)
        except OSError as fault:
            if not log.is_gone:
                log.report(fault)
            return False  # so that it rests: if something is short, there may be more of it later
        except Exception:  # noqa: BLE001 - one log that cannot be compacted must not keep the others from it
            log.is_uncleanable = True
            _log.exception("%s-%d cannot be compacted, and will not be until the next start", log.topic, log.partition)
            return True
        finally:
            log.is_compacted = False
        if done:
            words = "%s-%d is compacted up to %s: %d bytes, %d before"
            _log.info(words, log.topic, log.partition, log.cleaned_to, log.size, before)
            async with self._saving:
                await _save_cleaned(log, self.storage)
        return True

    async def _dirtiest(self, now_ms: int) -> "tuple[PartitionLog, Dirtiness] | None":
        from wirebroker.log.cleaner import dirtiness_of  # noqa: PLC0415 - a start does not wait for it

        found = None
        for partition in self._compacted():
            await trio.lowlevel.checkpoint()
            log = partition.log
            unusable = log.is_offline or log.is_uncleanable or log.is_compacted or not log.exists
            if unusable or not _is_here(partition, self.partitions):
                continue
            try:
                dirt = dirtiness_of(log, now_ms)
            except (OSError, FormatError):
                log.is_uncleanable = True
                _log.exception("%s-%d cannot be compacted", log.topic, log.partition)
                continue
            if dirt is not None and (found is None or dirt.ratio > found[1].ratio):
                found = log, dirt
        return found

    async def _clean(self, log: PartitionLog, dirt: "Dirtiness", now_ms: int) -> bool:
        """Compact a log as long as it is there. Return whether the work was done."""
        from wirebroker.log.cleaner import Means, clean  # noqa: PLC0415 - a start does not wait for it
        from wirebroker.log.key_offsets import KeyOffsets  # noqa: PLC0415 - nor for this

        config = self.config
        keys = KeyOffsets(
            config.log_cleaner_dedupe_buffer_size // config.log_cleaner_threads,
            config.log_cleaner_io_buffer_load_factor,
            most_keys=dirt.first_uncleanable - dirt.first_dirty,
        )
        means = Means(keys, config.log_cleaner_io_buffer_size // config.log_cleaner_threads // 2, self.rate)
        self.at_work += 1
        try:
            return await self._carry_out(clean(log, dirt, means, now_ms), log)
        finally:
            self.at_work -= 1

    async def _carry_out(self, work: "Generator[Step, Any, None]", log: PartitionLog) -> bool:
        """Go from step to step.

        After each step others have as long as it took, for every compaction under way: half of the time is theirs,
        whatever they do with it.
        """
        result = None
        try:
            while not (log.is_gone or log.is_offline):
                began = trio.current_time()
                step = work.send(result)
                if step is None:
                    result = None
                    now = trio.current_time()
                    await trio.sleep(max((now - began) * self.at_work, self.rate.pause(now)))
                else:
                    result = await trio.to_thread.run_sync(step)
        except StopIteration:
            return True
        finally:
            work.close()
        return False


async def _save_cleaned(log: "PartitionLog", storage: Storage) -> None:
    """Note up to where the log is compacted, so that the next start does not begin anew."""
    for directory in storage.directories:
        if directory.logs.get((log.topic, log.partition)) is log:
            checkpoint = directory.begin_cleaner_checkpoint()
            await trio.to_thread.run_sync(checkpoint.carry_out)
            directory.end_checkpoint(checkpoint)


async def keep_checkpoints(storage: Storage, syncer: Syncer, config: BrokerConfig) -> None:
    """Write down every ``log.flush.offset.checkpoint.interval.ms`` where logs start and how far they are safe.

    Kafka flushes a log when a segment is full, and a start after a crash may have to check a gigabyte of each. Here
    logs that have grown are flushed first, with what a start needs to begin there.
    """
    while True:
        await trio.sleep(max(config.log_flush_offset_checkpoint_interval_ms / 1000, 1.0))
        grown = [log for log in storage.logs() if log.unflushed_bytes >= WORTH_A_FLUSH]
        for at in range(0, len(grown), MOST_LOGS):
            await syncer.flush(grown[at : at + MOST_LOGS], aids=True)
        for directory, checkpoint in storage.begin_checkpoints():
            await trio.to_thread.run_sync(checkpoint.carry_out)
            directory.end_checkpoint(checkpoint)


async def keep_snapshots(journal: Journal, syncer: Syncer, config: BrokerConfig) -> None:
    """Take a snapshot of the metadata after so many bytes or so much time, and delete the history that is too old."""
    while True:
        await trio.sleep(SNAPSHOT_CHECK_SECONDS)
        try:
            if journal.wants_snapshot(
                max_bytes=config.metadata_log_max_record_bytes_between_snapshots,
                max_interval_ms=config.metadata_log_max_snapshot_interval_ms,
            ):
                await _take_snapshot(journal, syncer)
            journal.forget_history(
                max_bytes=config.metadata_max_retention_bytes, max_age_ms=config.metadata_max_retention_ms
            )
        except (KafkaError, OSError) as fault:  # the log serves without; the next attempt is that many bytes away
            _log.error("the metadata has no new snapshot: %s", fault)


async def _take_snapshot(journal: Journal, syncer: Syncer) -> None:
    snapshot_id, pieces = journal.begin_snapshot()
    batches = []
    for batch in pieces:
        batches.append(batch)
        await trio.lowlevel.checkpoint()
    await syncer.flush([journal.log], aids=True)  # the log is never behind what a snapshot says of it
    if journal.log.recovery_point >= snapshot_id.end_offset:
        saved = await trio.to_thread.run_sync(journal.save_snapshot, snapshot_id, batches)
        journal.end_snapshot(saved)
        _log.info("metadata: a snapshot of all below %d, %d bytes", snapshot_id.end_offset, saved.size)


async def flush_old_records(storage: Storage) -> None:
    """Flush the logs of topics with ``flush.ms`` when that is over (``LogManager.flushDirtyLogs``).

    Kafka looks every ``log.flush.scheduler.interval.ms``, by default never; here a topic's own setting is enough.
    """
    since: dict[PartitionLog, tuple[int, float]] = {}  # recovery point, and when it was first seen to lag behind
    while True:
        logs = [log for log in storage.logs() if log.flush_ms is not None]
        shortest = min((log.flush_ms / 1000 for log in logs if log.flush_ms is not None), default=LONGEST_FLUSH_CHECK)
        await trio.sleep(min(max(shortest / 2, SHORTEST_FLUSH_CHECK), LONGEST_FLUSH_CHECK))
        now = trio.current_time()
        lagging: dict[PartitionLog, tuple[int, float]] = {}
        for log in logs:
            if log.recovery_point < log.log_end_offset:
                point, first_seen = since.get(log, (-1, now))
                lagging[log] = (log.recovery_point, first_seen if point == log.recovery_point else now)
                if log.flush_ms is not None and now - lagging[log][1] >= log.flush_ms / 1000:
                    log.want_flush()
        since = lagging
