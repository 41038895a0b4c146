"""Where logs are kept: data directories, or memory. The seam behind which another engine could stand.

A storage opens, lists and deletes logs; it knows nothing of topics' configurations, leaders or groups. A partition lies
in one of the directories; a new one comes to where the fewest are. A directory that fails takes its logs with it, and
the others go on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from kafka_codecs.error_codes import ErrorCode
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.checkpoints import Checkpoint, Key
from wirebroker.log.directory import METADATA_LOG, LogDirectory, StorageError
from wirebroker.log.files import DiskFiles, Files, OpenFiles
from wirebroker.log.format import FormatError, MetaProperties
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import PartitionLog

__all__ = ["Storage", "StorageError"]

Root = Path | Files
"""A data directory, or what plays one."""


class Storage:
    """The logs of some directories, or of memory."""

    def __init__(self, directories: Sequence[LogDirectory], metadata: LogDirectory) -> None:
        self.directories = list(directories)
        """All of them; the last one may be ``metadata_only``."""
        self.metadata = metadata
        """The one that holds the cluster's metadata."""
        self.broker_epoch = -1
        """Of the broker that runs on it, -1 for none: a clean stop writes it down (``CleanShutdownFileHandler``)."""
        self._has_several = sum(not directory.metadata_only for directory in directories) > 1
        self._is_starting = True

    @classmethod
    def open(
        cls,
        roots: Root | Sequence[Root] | None,
        *,
        metadata_root: Root | None = None,
        node_id: int,
        cluster_id: str | None = None,
        new_id: Callable[[], str],
        fsync: bool = False,
    ) -> Self:
        """Lock the directories and read whose they are; empty ones become this node's. None means memory.

        ``cluster_id`` None accepts what the directories say, or takes a new id. ``new_id`` gives random uuids as 22
        characters. ``fsync``: records count only when they are on stable storage. A directory whose disk does not work
        is left out, unless it holds the metadata: ``metadata_root``, which may be one of the others, or else the first.
        Raises StorageError.
        """
        listed = list(roots) if isinstance(roots, Sequence) else [roots]
        open_files = OpenFiles()

        def directory(root: Root | None, *, metadata_only: bool = False) -> LogDirectory:
            files = MemoryFiles() if root is None else DiskFiles(root, open_files) if isinstance(root, Path) else root
            name = "memory" if root is None else str(root) if isinstance(root, Path) else "the data directory"
            return LogDirectory(files, name, fsync=fsync, metadata_only=metadata_only)

        directories = [directory(root) for root in listed]
        at = 0 if metadata_root is None else _position(metadata_root, listed)
        if at == len(directories):
            directories.append(directory(metadata_root, metadata_only=True))
        storage = cls(directories, directories[at])
        try:
            storage._take(node_id, cluster_id, new_id)
        except BaseException:
            storage._release()
            raise
        return storage

    def _take(self, node_id: int, cluster_id: str | None, new_id: Callable[[], str]) -> None:
        new: list[LogDirectory] = []
        for directory in self.directories:
            with self._excluding(directory):
                directory.lock()
                if directory.load_meta():
                    cluster_id = _check_owner(directory, node_id, cluster_id)
                else:
                    new.append(directory)
        cluster_id = cluster_id or new_id()
        for directory in new:
            if directory.fault is not None:
                continue
            with self._excluding(directory):
                directory.save_meta(MetaProperties(cluster_id, node_id, new_id()))
        for directory in self._working():
            with self._excluding(directory):
                directory.load()
        self._check_twice()

    @contextmanager
    def _excluding(self, directory: LogDirectory) -> Iterator[None]:
        """Go on without a directory whose disk does not work, if the metadata's does."""
        try:
            yield
        except FormatError as fault:
            raise StorageError(f"{directory.name}: {fault}") from fault
        except OSError as fault:
            if directory is self.metadata:
                raise StorageError(f"{directory.name} cannot be used: {fault.strerror or fault}") from fault
            directory.disk_failed(fault)

    def _check_twice(self) -> None:
        seen: dict[str, str] = {}
        if not self._for_partitions():
            raise StorageError("all data directories have failed")
        for directory in self._working():
            if METADATA_LOG in directory.partitions and directory is not self.metadata:
                where = f"{directory.name} has {METADATA_LOG}, which belongs to {self.metadata.name}"
                raise StorageError(f"{where}: see metadata.log.dir, and the order of log.dirs")
            for partition in directory.partitions:
                if partition in seen:
                    raise StorageError(f"{partition} lies in two directories, {seen[partition]} and {directory.name}")
                seen[partition] = directory.name

    def _working(self) -> list[LogDirectory]:
        return [directory for directory in self.directories if directory.fault is None]

    def _for_partitions(self) -> list[LogDirectory]:
        return [directory for directory in self._working() if not directory.metadata_only]

    def _release(self) -> None:
        for directory in self.directories:
            directory.release()

    @property
    def meta(self) -> MetaProperties:
        """Whose the metadata's directory is; the others have the same cluster and node."""
        return self.metadata.meta

    @property
    def directory_ids(self) -> list[str]:
        """Of the directories that take partitions and work."""
        return [directory.meta.directory_id for directory in self._for_partitions()]

    @property
    def was_clean(self) -> bool:
        """Whether the last stop was clean everywhere."""
        return all(directory.was_clean for directory in self.directories if not directory.metadata_only)

    # ---- logs

    def open_log(
        self, topic: str, partition: int, topic_id: bytes, config: TopicConfig, *, least_end: int = 0
    ) -> PartitionLog:
        """Return the partition's log, new or as it was left. A new one touches the disk at its first append.

        Among several directories it is created at once. While the broker starts, up to ``set_aside_strays``, a log that
        is not found may lie in a directory that failed, and is not begun anew.

        A directory of this name that belongs to another topic id is the rest of a deleted topic, and goes. A log that
        ends before ``least_end``, since something else stands for all that lies below, begins there anew. Raises
        StorageError.
        """
        key = topic, partition
        directory = self.metadata if f"{topic}-{partition}" == METADATA_LOG else self._find(key)
        if directory is None:
            if self._is_starting and any(each.fault is not None for each in self.directories):
                raise StorageError(f"{topic}-{partition} is not here; it may lie in the directory that has failed")
            directory = self._place(key)
        log = directory.logs.get(key)
        if log is None:
            log = directory.open_log(topic, partition, topic_id, config, least_end=least_end)
            if self._has_several:  # the next start must know where it is, whether or not there is a record
                log.create()
        return log

    def _find(self, key: Key) -> LogDirectory | None:
        return next((directory for directory in self._for_partitions() if directory.holds(key)), None)

    def _place(self, key: Key) -> LogDirectory:
        """Choose the directory with the fewest partitions (``LogManager.nextLogDirs``). Raises StorageError."""
        working = self._for_partitions()
        if not working:
            raise StorageError(f"{key[0]}-{key[1]} has no place: all data directories have failed")
        return min(working, key=lambda each: len(each.partitions) - (METADATA_LOG in each.partitions))

    def logs(self) -> Iterator[PartitionLog]:
        """Go over the logs that are open."""
        return iter([log for directory in self.directories for log in directory.logs.values()])

    def set_aside_strays(self, known: Iterable[Key]) -> None:
        """Rename the partition directories of the start that are none of the ``known`` partitions.

        A crash between a topic's deletion and its directory's leaves them, or somebody's copy. They end in ``-stray``
        then, as Kafka's do, and nobody looks at them again. Raises StorageError.
        """
        self._is_starting = False
        opened = {(log.topic, log.partition) for log in self.logs()}
        wanted = {f"{topic}-{partition}" for topic, partition in (*known, *opened)}
        for directory in self._working():
            try:
                directory.set_aside_strays(wanted)
            except OSError as fault:
                reason = fault.strerror or fault
                raise StorageError(f"{directory.name}: a stray partition cannot be renamed: {reason}") from fault

    def delete_log(self, topic: str, partition: int) -> None:
        """Delete a log, open or not: its files go after ``file.delete.delay.ms``. Raises KafkaError.

        A send from it that is under way goes on.
        """
        directory = self._find((topic, partition))
        if directory is not None:
            directory.delete_log(topic, partition)

    # ---- checkpoints and the end

    def begin_checkpoints(self) -> list[tuple[LogDirectory, Checkpoint]]:
        """Take down log starts, recovery points and high watermarks; each checkpoint is carried out on any thread."""
        return [(directory, directory.begin_checkpoint()) for directory in self._working()]

    def checkpoint(self) -> None:
        """Write log starts, recovery points and high watermarks down. Raises KafkaError."""
        failed = False
        for directory, checkpoint in self.begin_checkpoints():
            checkpoint.carry_out()
            directory.end_checkpoint(checkpoint)
            failed = failed or directory.fault is not None
        if failed:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)

    def close(self) -> None:
        """Flush and close all logs, and say that the stop was clean if it was. The directories are free then."""
        for directory in self.directories:
            directory.close(self.broker_epoch)


def _position(root: Root, roots: Sequence[Root | None]) -> int:
    """Return where a directory stands among others, however it is written; behind all of them if it does not."""
    one = root.resolve() if isinstance(root, Path) else root
    for at, each in enumerate(roots):
        if (each.resolve() if isinstance(each, Path) else each) == one:
            return at
    return len(roots)


def _check_owner(directory: LogDirectory, node_id: int, cluster_id: str | None) -> str:
    """Return the directory's cluster. Raises StorageError if it is somebody else's."""
    meta = directory.meta
    if meta.node_id != node_id:
        raise StorageError(f"{directory.name} belongs to node {meta.node_id}, not to node {node_id}")
    if cluster_id not in (None, meta.cluster_id):
        raise StorageError(f"{directory.name} belongs to cluster {meta.cluster_id}, not to {cluster_id}")
    return meta.cluster_id
