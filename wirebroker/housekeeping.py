"""Work on logs that nobody asked for: old segments are deleted, their files removed some time later.

Each task goes in small steps and lets requests through after each of them; what may take long runs on a thread.
"""

import logging

import trio

from wirebroker.apis.context import Clock
from wirebroker.config.broker import BrokerConfig
from wirebroker.errors import KafkaError
from wirebroker.log.storage import Storage
from wirebroker.partitions.partition import Partition
from wirebroker.partitions.partitions import Partitions

__all__ = ["delete_old_segments", "remove_doomed_files"]

_log = logging.getLogger(__name__)

REMOVAL_CHECK_SECONDS = 1.0


async def delete_old_segments(partitions: Partitions, config: BrokerConfig, clock: Clock) -> None:
    """Look every ``log.retention.check.interval.ms`` which segments have to go (Kafka's ``LogManager.cleanupLogs``)."""
    await trio.sleep(config.log_initial_task_delay_ms / 1000)
    while True:
        for partition in list(partitions):
            await trio.lowlevel.checkpoint()
            if _is_here(partition, partitions):
                delete_from(partition, clock.timestamp_ms())
        await trio.sleep(config.log_retention_check_interval_ms / 1000)


def delete_from(partition: Partition, now_ms: int) -> None:
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
