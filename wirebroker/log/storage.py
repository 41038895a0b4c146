"""Where logs are kept: a data directory, or memory. The seam behind which another engine could stand.

A storage opens, lists and deletes logs; it knows nothing of topics' configurations, leaders or groups. One process at a
time may use a directory. A clean stop leaves a marker, which the next start takes away before it opens a log; without
it each log is checked from its recovery point on.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from kafka_codecs.error_codes import ErrorCode
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.files import DiskFiles, Files
from wirebroker.log.format import (
    CLEAN_SHUTDOWN,
    DELETE_SUFFIX,
    LOG_START_OFFSETS,
    META_PROPERTIES,
    PARTITION_METADATA,
    RECOVERY_POINTS,
    REPLICATION_OFFSETS,
    STRAY_SUFFIX,
    FormatError,
    MetaProperties,
    pack_clean_shutdown,
    pack_meta_properties,
    partition_of,
    read_meta_properties,
    read_partition_metadata,
    read_partition_offsets,
    write_partition_offsets,
)
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.producer_state import ProducerState
from wirebroker.log.recovery import Damaged, load
from wirebroker.log.segment import Segment

__all__ = ["Storage", "StorageError"]

LONGEST_NAME = 255

_log = logging.getLogger(__name__)


class StorageError(Exception):
    """The data directory cannot be used; the text is one line for the user."""


class Storage:
    """The logs of one directory, or of memory. ``meta`` says whose it is, ``was_clean`` how the last stop was."""

    def __init__(self, files: Files, name: str) -> None:
        """Use ``files``, which messages call ``name``, without looking at them: ``open`` is for callers."""
        self._files = files
        self._name = name
        self._unlock: Callable[[], None] | None = None
        self._logs: dict[tuple[str, int], PartitionLog] = {}
        self._log_starts: dict[tuple[str, int], int] = {}
        self._recovery_points: dict[tuple[str, int], int] = {}
        self._directories: set[str] = set()
        self.meta = MetaProperties("", -1, "")
        self.was_clean = True

    @classmethod
    def open(
        cls, root: Path | Files | None, *, node_id: int, cluster_id: str | None = None, new_id: Callable[[], str]
    ) -> Self:
        """Lock the directory and read whose it is; an empty one becomes this node's. None means memory.

        ``cluster_id`` None accepts what the directory says, or takes a new id. ``new_id`` gives random uuids as 22
        characters. Raises StorageError.
        """
        files = MemoryFiles() if root is None else DiskFiles(root) if isinstance(root, Path) else root
        storage = cls(files, "memory" if root is None else str(root))
        try:
            storage._take(node_id, cluster_id, new_id)
        except FormatError as fault:
            storage._release()
            raise StorageError(f"{storage._name}: {fault}") from fault
        except OSError as fault:
            storage._release()
            raise StorageError(f"{storage._name} cannot be used: {fault.strerror or fault}") from fault
        except StorageError:
            storage._release()
            raise
        return storage

    def _take(self, node_id: int, cluster_id: str | None, new_id: Callable[[], str]) -> None:
        self._files.make_directory("")
        try:
            self._unlock = self._files.lock()
        except BlockingIOError:
            raise StorageError(f"{self._name} is in use by another broker") from None
        saved = self._files.load(META_PROPERTIES)
        if saved is None:
            self.meta = MetaProperties(cluster_id or new_id(), node_id, new_id())
            self._files.save(META_PROPERTIES, pack_meta_properties(self.meta), sync=True)
        else:
            self.meta = read_meta_properties(saved)
            if self.meta.node_id != node_id:
                raise StorageError(f"{self._name} belongs to node {self.meta.node_id}, not to node {node_id}")
            if cluster_id not in (None, self.meta.cluster_id):
                raise StorageError(f"{self._name} belongs to cluster {self.meta.cluster_id}, not to {cluster_id}")
        self._log_starts = self._read_offsets(LOG_START_OFFSETS)
        self._recovery_points = self._read_offsets(RECOVERY_POINTS)
        names = self._files.names("")
        self.was_clean = CLEAN_SHUTDOWN in names
        self._files.remove(CLEAN_SHUTDOWN)
        for name in names:
            if name.endswith(DELETE_SUFFIX):
                self._files.remove_tree(name)
        self._directories = {name for name in names if partition_of(name) is not None}

    def _read_offsets(self, name: str) -> dict[tuple[str, int], int]:
        data = self._files.load(name)
        try:
            return read_partition_offsets(data) if data else {}
        except FormatError as fault:
            raise FormatError(f"{name}: {fault}") from None

    def _release(self) -> None:
        if self._unlock is not None:
            self._unlock()
            self._unlock = None

    # ---- logs

    def open_log(self, topic: str, partition: int, topic_id: bytes, config: TopicConfig) -> PartitionLog:
        """Return the partition's log, new or as it was left. A new one touches the disk at its first append.

        A directory of this name that belongs to another topic id is the rest of a deleted topic, and goes. A log that
        is damaged below its recovery point is returned offline. Raises StorageError.
        """
        key = topic, partition
        if key in self._logs:
            return self._logs[key]
        directory = f"{topic}-{partition}"
        try:
            exists = directory in self._directories and self._belongs(directory, topic_id)
            log = (
                self._load(topic, partition, topic_id, config)
                if exists
                else self._new(topic, partition, topic_id, config)
            )
        except OSError as fault:
            raise StorageError(f"{self._name}/{directory} cannot be read: {fault.strerror or fault}") from fault
        self._logs[key] = log
        return log

    def _belongs(self, directory: str, topic_id: bytes) -> bool:
        data = self._files.load(f"{directory}/{PARTITION_METADATA}")
        try:
            if data is None or read_partition_metadata(data) == topic_id:
                return True
        except FormatError as fault:
            _log.warning("%s/%s is not used: %s", directory, PARTITION_METADATA, fault)
            return True
        _log.warning("%s belongs to a deleted topic of the same name and is removed", directory)
        self._remove(directory, topic_id)
        return False

    def _new(self, topic: str, partition: int, topic_id: bytes, config: TopicConfig) -> PartitionLog:
        segment = Segment(self._files, f"{topic}-{partition}", 0)
        return PartitionLog(
            self._files, topic, partition, topic_id, config, segments=[segment], producers=ProducerState()
        )

    def _load(self, topic: str, partition: int, topic_id: bytes, config: TopicConfig) -> PartitionLog:
        key = topic, partition
        try:
            found = load(
                self._files,
                f"{topic}-{partition}",
                clean=self.was_clean,
                log_start_offset=self._log_starts.get(key, 0),
                recovery_point=self._recovery_points.get(key, 0),
                index_interval=config.index_interval_bytes,
            )
        except Damaged as fault:
            log = self._new(topic, partition, topic_id, config)
            log.take_offline(str(fault))
            return log
        return PartitionLog(
            self._files,
            topic,
            partition,
            topic_id,
            config,
            segments=found.segments,
            producers=found.producers,
            leader_epochs=found.leader_epochs,
            log_start_offset=found.log_start_offset,
            recovery_point=found.recovery_point,
            exists=True,
            saved=found.as_saved,
        )

    def logs(self) -> Iterator[PartitionLog]:
        """Go over the logs that are open."""
        return iter(list(self._logs.values()))

    def set_aside_strays(self, known: Iterable[tuple[str, int]]) -> None:
        """Rename the partition directories of the start that are none of the ``known`` partitions.

        A crash between a topic's deletion and its directory's leaves them, or somebody's copy. They end in ``-stray``
        then, as Kafka's do, and nobody looks at them again. Raises StorageError.
        """
        wanted = {f"{topic}-{partition}" for topic, partition in (*known, *self._logs)}
        try:
            for directory in sorted(self._directories - wanted):
                _log.warning("%s/%s belongs to no topic and is set aside", self._name, directory)
                self._files.rename(directory, _out_of_the_way(directory, self.meta.directory_id, STRAY_SUFFIX))
                self._directories.discard(directory)
        except OSError as fault:
            reason = fault.strerror or fault
            raise StorageError(f"{self._name}: a stray partition cannot be renamed: {reason}") from fault

    def delete_log(self, topic: str, partition: int) -> None:
        """Delete a log, open or not. A send from it that is under way goes on. Raises KafkaError."""
        key = topic, partition
        log = self._logs.pop(key, None)
        self._log_starts.pop(key, None)
        self._recovery_points.pop(key, None)
        if log is not None:
            log.let_go()
        try:
            self._remove(f"{topic}-{partition}", log.topic_id if log else b"")
        except OSError as fault:
            _log.error("%s-%d cannot be deleted: %s", topic, partition, fault)
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR) from fault

    def _remove(self, directory: str, unique: bytes) -> None:
        """Rename first: whatever happens then, the directory is not taken for a partition any more."""
        self._directories.discard(directory)
        if not self._files.names(directory):
            self._files.remove_tree(directory)
            return
        doomed = _out_of_the_way(directory, unique.hex(), DELETE_SUFFIX)
        self._files.remove_tree(doomed)
        self._files.rename(directory, doomed)
        self._files.remove_tree(doomed)

    # ---- stopping

    def checkpoint(self) -> None:
        """Write log starts, recovery points and high watermarks down. Raises KafkaError."""
        logs = {key: log for key, log in self._logs.items() if log.exists}
        offsets = {
            LOG_START_OFFSETS: {key: log.log_start_offset for key, log in logs.items() if log.log_start_offset},
            RECOVERY_POINTS: {key: log.recovery_point for key, log in logs.items()},
            REPLICATION_OFFSETS: {key: log.log_end_offset for key, log in logs.items()},
        }
        # what was not opened since the start keeps what is known of it
        offsets[LOG_START_OFFSETS] = self._log_starts | offsets[LOG_START_OFFSETS]
        offsets[RECOVERY_POINTS] = self._recovery_points | offsets[RECOVERY_POINTS]
        try:
            for name, values in offsets.items():
                self._files.save(name, write_partition_offsets(values), sync=True)
        except OSError as fault:
            _log.error("%s: no checkpoint: %s", self._name, fault)
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR) from fault

    def close(self) -> None:
        """Flush and close all logs, and say that the stop was clean if it was. The directory is free then."""
        clean = True
        for log in self._logs.values():
            try:
                log.close()
            except KafkaError:
                clean = False
            clean = clean and not log.is_offline
        try:
            self.checkpoint()
            if clean and self._was_checked():
                self._files.save(CLEAN_SHUTDOWN, pack_clean_shutdown(), sync=True)
        except (OSError, KafkaError) as fault:
            _log.error("%s: the stop is not clean: %s", self._name, fault)
        self._logs.clear()
        self._release()

    def _was_checked(self) -> bool:
        """A log that was never opened since an unclean stop was never checked either."""
        opened = {f"{topic}-{partition}" for topic, partition in self._logs}
        return self.was_clean or self._directories <= opened


def _out_of_the_way(directory: str, unique: str, suffix: str) -> str:
    """Make up a name that is no partition's, cut to what file systems take (``LocalLog.logDeleteDirName``)."""
    ending = f".{unique}{suffix}"
    return directory[: LONGEST_NAME - len(ending)] + ending
