"""One data directory: its logs, whose it is, what its checkpoints say, and whether its disk still works.

One process at a time may use a directory. A clean stop leaves a marker, which the next start takes away before it opens
a log; without it each log is checked from its recovery point on. A disk that fails takes all its logs offline (Kafka's
``LogDirFailureChannel``) and is not asked again.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from kafka_codecs.error_codes import ErrorCode
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.checkpoints import Checkpoint, Checkpoints, Key
from wirebroker.log.doomed import DoomedFiles
from wirebroker.log.files import Files
from wirebroker.log.format import (
    CLEAN_SHUTDOWN,
    DELETE_SUFFIX,
    META_PROPERTIES,
    PARTITION_METADATA,
    STRAY_SUFFIX,
    FormatError,
    MetaProperties,
    pack_clean_shutdown,
    pack_meta_properties,
    partition_of,
    read_meta_properties,
    read_partition_metadata,
)
from wirebroker.log.partition_log import PartitionLog
from wirebroker.log.producer_state import ProducerState
from wirebroker.log.recovery import load
from wirebroker.log.segment import Segment

__all__ = ["METADATA_LOG", "LogDirectory", "StorageError"]

METADATA_LOG = "__cluster_metadata-0"
"""Not counted where partitions are: every cluster has one."""
LONGEST_NAME = 255
CLOSERS, LOGS_A_CLOSER = 8, 100
"""Threads that close logs, where there are so many of them."""

_log = logging.getLogger(__name__)


class StorageError(Exception):
    """The data directory cannot be used; the text is one line for the user."""


class LogDirectory:
    """``meta`` says whose it is, ``was_clean`` how the last stop was, ``fault`` why it is not used any more.

    ``flush_due`` is called when a log should be flushed soon, ``failed`` when the disk has failed. ``fsync``: see
    ``partition_log.Keeper``, which this is. ``metadata_only``: it is the metadata log's alone (``metadata.log.dir``);
    what else lies there is none of our business. It has no marker of a clean stop either: Kafka would neither write nor
    remove one there, so that it would tell of a stop long ago.
    """

    def __init__(self, files: Files, name: str, *, fsync: bool = False, metadata_only: bool = False) -> None:
        """Use ``files``, which messages call ``name``, without looking at them."""
        self.name = name
        self.metadata_only = metadata_only
        self.fsync = fsync and files.lasting
        self.flush_due: Callable[[PartitionLog], None] = PartitionLog.flush_as_wanted
        self.random_below: Callable[[int], int] = lambda limit: 0  # noqa: ARG005 - nobody draws
        self.failed: Callable[[LogDirectory], None] = lambda directory: None  # noqa: ARG005 - nobody listens
        self.meta = MetaProperties("", -1, "")
        self.was_clean = True
        self.fault: str | None = None
        self.doomed = DoomedFiles(files)
        self._files = files
        self._unlock: Callable[[], None] | None = None
        self._logs: dict[Key, PartitionLog] = {}
        self._checkpoints = Checkpoints(files)
        self._directories: set[str] = set()
        self._partitions: set[str] = set()

    # ---- whose

    def lock(self) -> None:
        """Take the directory for this process. Raises StorageError, OSError."""
        self._files.make_directory("")
        try:
            self._unlock = self._files.lock()
        except BlockingIOError:
            raise StorageError(f"{self.name} is in use by another broker") from None

    def release(self) -> None:
        """Let others use the directory."""
        if self._unlock is not None:
            self._unlock()
            self._unlock = None

    def load_meta(self) -> bool:
        """Read whose it is; False for an empty one. Raises FormatError, OSError."""
        saved = self._files.load(META_PROPERTIES)
        if saved is not None:
            self.meta = read_meta_properties(saved)
        return saved is not None

    def save_meta(self, meta: MetaProperties) -> None:
        """Make an empty directory somebody's. Raises OSError."""
        self.meta = meta
        self._files.save(META_PROPERTIES, pack_meta_properties(meta), sync=True)

    def load(self) -> None:
        """Read the checkpoints, and what is there. Raises FormatError, OSError."""
        self._checkpoints.load()
        names = self._files.names("")
        if self.metadata_only:
            names = [name for name in names if name == METADATA_LOG]
        self.was_clean = CLEAN_SHUTDOWN in names
        if self.was_clean:
            self._files.remove(CLEAN_SHUTDOWN)
            self._files.sync_directory("")  # or a power loss would bring it back
        for name in names:
            if name.endswith(DELETE_SUFFIX):
                self._files.remove_tree(name)
        self._directories = {name for name in names if partition_of(name) is not None}
        self._partitions = set(self._directories)

    # ---- logs

    @property
    def files(self) -> Files:
        """The tree, for what stands beside a log's own files."""
        return self._files

    @property
    def logs(self) -> dict[Key, PartitionLog]:
        """The open ones."""
        return self._logs

    def holds(self, key: Key) -> bool:
        """Whether this partition is here, open or not."""
        return f"{key[0]}-{key[1]}" in self._partitions

    @property
    def partitions(self) -> AbstractSet[str]:
        """The names of the partitions here, open or not; kept, since there may be ten thousand."""
        return self._partitions

    def open_log(
        self, topic: str, partition: int, topic_id: bytes, config: TopicConfig, *, least_end: int = 0
    ) -> PartitionLog:
        """See ``Storage.open_log``."""
        key = topic, partition
        directory = f"{topic}-{partition}"
        try:
            exists = directory in self._directories and self._belongs(key, topic_id)
            log = (
                self._load(topic, partition, topic_id, config, least_end)
                if exists
                else self._new(topic, partition, topic_id, config)
            )
        except OSError as fault:
            self.disk_failed(fault)
            raise StorageError(f"{self.name}/{directory} cannot be read: {fault.strerror or fault}") from fault
        self._logs[key] = log
        self._partitions.add(directory)
        return log

    def _belongs(self, key: Key, topic_id: bytes) -> bool:
        directory = f"{key[0]}-{key[1]}"
        data = self._files.load(f"{directory}/{PARTITION_METADATA}")
        try:
            if data is None or read_partition_metadata(data) == topic_id:
                return True
        except FormatError as fault:
            _log.warning("%s/%s is not used: %s", directory, PARTITION_METADATA, fault)
            return True
        _log.warning("%s belongs to a deleted topic of the same name and is removed", directory)
        self._checkpoints.forget(key)
        self._remove(directory, topic_id, 0)
        return False

    def _new(self, topic: str, partition: int, topic_id: bytes, config: TopicConfig) -> PartitionLog:
        key = topic, partition
        self._checkpoints.forget(key)
        if self._checkpoints.tell_of_old(key):
            self._save_checkpoint()  # the old log's offsets are not to meet the new one's records after a crash
        segment = Segment(self._files, f"{topic}-{partition}", 0)
        return PartitionLog(
            self._files,
            topic,
            partition,
            topic_id,
            config,
            segments=[segment],
            producers=ProducerState(),
            keeper=self,
            doomed=self.doomed,
        )

    def _load(self, topic: str, partition: int, topic_id: bytes, config: TopicConfig, least_end: int) -> PartitionLog:
        key = topic, partition
        found = load(
            self._files,
            f"{topic}-{partition}",
            clean=self.was_clean,
            log_start_offset=self._checkpoints.log_start_offset(key),
            recovery_point=self._checkpoints.recovery_point(key),
            index_interval=config.index_interval_bytes,
            least_end=least_end,
        )
        log = PartitionLog(
            self._files,
            topic,
            partition,
            topic_id,
            config,
            segments=found.segments,
            producers=found.producers,
            keeper=self,
            doomed=self.doomed,
            leader_epochs=found.leader_epochs,
            log_start_offset=found.log_start_offset,
            recovery_point=found.recovery_point,
            exists=True,
            saved=found.as_saved,
        )
        cleaned_to = self._checkpoints.cleaned_to(key)
        if cleaned_to is not None and cleaned_to <= log.log_end_offset:  # what a crash took away may come back dirty
            log.cleaned_to = cleaned_to
        if self.fsync and log.recovery_point < log.log_end_offset:
            self._bring_to_safety(log)
        return log

    def _bring_to_safety(self, log: PartitionLog) -> None:
        """Sync what a kill has left: readers have seen it, and the high watermark may not go back."""
        flush = log.begin_flush(log.log_end_offset)
        if flush is not None:
            flush.carry_out()
            if flush.fault is not None:
                raise flush.fault
            log.end_flush(flush)

    def delete_log(self, topic: str, partition: int) -> None:
        """See ``Storage.delete_log``."""
        key = topic, partition
        log = self._logs.pop(key, None)
        self._checkpoints.forget(key)
        if log is not None:
            log.let_go()
        try:
            self._remove(
                f"{topic}-{partition}", log.topic_id if log else b"", log.config.file_delete_delay_ms if log else 0
            )
        except OSError as fault:
            _log.error("%s-%d cannot be deleted: %s", topic, partition, fault)
            self.disk_failed(fault)
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR) from fault

    def _remove(self, directory: str, unique: bytes, delay_ms: int) -> None:
        """Rename first: whatever happens then, the directory is not taken for a partition any more."""
        self._directories.discard(directory)
        self._partitions.discard(directory)
        if not self._files.names(directory):
            self._files.remove_tree(directory)
            return
        doomed = _out_of_the_way(directory, unique.hex(), DELETE_SUFFIX)
        self._files.remove_tree(doomed)
        self._files.rename(directory, doomed)
        self.doomed.add_directory(doomed, delay_ms)

    def set_aside_strays(self, known: set[str]) -> None:
        """See ``Storage.set_aside_strays``. Raises OSError."""
        for directory in sorted(self._directories - known):
            _log.warning("%s/%s belongs to no topic and is set aside", self.name, directory)
            self._files.rename(directory, _out_of_the_way(directory, self.meta.directory_id, STRAY_SUFFIX))
            self._directories.discard(directory)
            self._partitions.discard(directory)

    # ---- the disk's end

    def disk_failed(self, fault: OSError) -> None:
        """Use the directory no more: its logs are offline, and nothing is written to it."""
        if self.fault is None:
            self.fault = fault.strerror or str(fault)
            _log.error("%s has failed, its %d logs are offline: %s", self.name, len(self._logs), fault)
            for log in self._logs.values():
                log.take_offline(self.fault)
            self.failed(self)

    # ---- stopping

    def begin_checkpoint(self) -> Checkpoint:
        """Take down log starts, recovery points and high watermarks as they are."""
        return self._checkpoints.begin(self._logs)

    def begin_cleaner_checkpoint(self) -> Checkpoint:
        """Take down up to where each log is compacted."""
        return self._checkpoints.begin_cleaner(self._logs)

    def end_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Take the directory offline if its checkpoints could not be written."""
        if checkpoint.fault is not None:
            self.disk_failed(checkpoint.fault)
        else:
            self._checkpoints.end(checkpoint)

    def _save_checkpoint(self) -> None:
        checkpoint = self.begin_checkpoint()
        checkpoint.carry_out()
        if checkpoint.fault is not None:
            raise checkpoint.fault
        self._checkpoints.end(checkpoint)

    def close(self, broker_epoch: int = -1) -> None:
        """Flush and close all logs, and say that the stop was clean if it was. The directory is free then.

        ``broker_epoch``: of the broker that stops, by which Kafka tells this stop from an older one.
        """
        self._close_logs()
        clean = (
            not self.metadata_only and self._was_checked() and not any(log.is_offline for log in self._logs.values())
        )
        if self.fault is None:
            try:
                self._save_checkpoint()
                if clean:
                    self._files.save(CLEAN_SHUTDOWN, pack_clean_shutdown(broker_epoch), sync=True)
            except OSError as fault:
                self.disk_failed(fault)
        if self.fault is not None:
            _log.error("%s: the stop is not clean: %s", self.name, self.fault)
        self._logs.clear()
        self.release()

    def _close_logs(self) -> None:
        """Close many at once, as Kafka does, since that is some syncs each, which share the disk's way well."""
        logs = iter(list(self._logs.values()))
        threads = []
        if self._files.lasting and len(self._logs) >= LOGS_A_CLOSER:
            threads = [threading.Thread(target=_close_each, args=(logs,)) for _ in range(CLOSERS - 1)]
        for thread in threads:
            thread.start()
        _close_each(logs)
        for thread in threads:
            thread.join()

    def _was_checked(self) -> bool:
        """A log that was never opened since an unclean stop was never checked either."""
        opened = {f"{topic}-{partition}" for topic, partition in self._logs}
        return self.was_clean or self._directories <= opened


def _close_each(logs: Iterator[PartitionLog]) -> None:
    """Close those that no other thread has taken."""
    for log in logs:
        try:
            log.close()
        except KafkaError:
            _log.error("%s-%d is not closed cleanly", log.topic, log.partition)


def _out_of_the_way(directory: str, unique: str, suffix: str) -> str:
    """Make up a name that is no partition's, cut to what file systems take (``LocalLog.logDeleteDirName``)."""
    ending = f".{unique}{suffix}"
    return directory[: LONGEST_NAME - len(ending)] + ending
