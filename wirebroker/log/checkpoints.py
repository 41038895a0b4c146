"""A directory's checkpoint files: where each partition begins, up to where it is safe, and how far it is compacted.

What they say of a partition that is not open stays; of one that was deleted it goes with the next checkpoint.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from wirebroker.log.files import Files
from wirebroker.log.format import (
    CLEANER_OFFSETS,
    LOG_START_OFFSETS,
    RECOVERY_POINTS,
    REPLICATION_OFFSETS,
    FormatError,
    read_partition_offsets,
    write_partition_offsets,
)
from wirebroker.log.partition_log import PartitionLog

__all__ = ["Checkpoint", "Checkpoints", "Key"]

Key = tuple[str, int]
"""Topic and partition."""


class Checkpoint:
    """A directory's checkpoint files, to be written on any thread. ``fault`` is why that failed, if it did.

    ``forgotten``: deleted partitions of which the files do not speak any more once that is done.
    """

    def __init__(self, files: Files, contents: dict[str, bytes], forgotten: AbstractSet[Key] = frozenset()) -> None:
        self.forgotten = forgotten
        self.fault: OSError | None = None
        self._files = files
        self._contents = contents

    def carry_out(self) -> None:
        try:
            for name, data in self._contents.items():
                self._files.save(name, data, sync=True)
        except OSError as fault:
            self.fault = fault


class Checkpoints:
    """What the files say, and what is to be written next."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._log_starts: dict[Key, int] = {}
        self._recovery_points: dict[Key, int] = {}
        self._cleaned_to: dict[Key, int] = {}
        self._deleted: set[Key] = set()

    def load(self) -> None:
        """Read the files. Raises FormatError, OSError."""
        self._log_starts = self._read(LOG_START_OFFSETS)
        self._recovery_points = self._read(RECOVERY_POINTS)
        self._cleaned_to = self._read(CLEANER_OFFSETS)

    def _read(self, name: str) -> dict[Key, int]:
        data = self._files.load(name)
        try:
            return read_partition_offsets(data) if data else {}
        except FormatError as fault:
            raise FormatError(f"{name}: {fault}") from None

    def log_start_offset(self, key: Key) -> int:
        return self._log_starts.get(key, 0)

    def recovery_point(self, key: Key) -> int:
        return self._recovery_points.get(key, 0)

    def cleaned_to(self, key: Key) -> int | None:
        return self._cleaned_to.get(key)

    def forget(self, key: Key) -> None:
        """Say nothing more of a partition that is deleted."""
        self._cleaned_to.pop(key, None)
        if key in self._log_starts or key in self._recovery_points:
            self._log_starts.pop(key, None)
            self._recovery_points.pop(key, None)
            self._deleted.add(key)

    def tell_of_old(self, key: Key) -> bool:
        """Whether the files may still speak of a deleted partition of this name."""
        return key in self._deleted

    def begin(self, logs: Mapping[Key, PartitionLog]) -> Checkpoint:
        """Take down log starts, recovery points and high watermarks as they are."""
        there = {key: log for key, log in logs.items() if log.exists}
        for key, log in there.items():  # what was not opened since the start keeps what is known of it
            self._log_starts[key] = log.log_start_offset
            self._recovery_points[key] = log.saved_recovery_point
        starts = {key: offset for key, offset in self._log_starts.items() if offset}
        high_watermarks = {key: log.high_watermark for key, log in there.items()}
        return Checkpoint(
            self._files,
            {
                LOG_START_OFFSETS: write_partition_offsets(starts),
                RECOVERY_POINTS: write_partition_offsets(self._recovery_points),
                REPLICATION_OFFSETS: write_partition_offsets(high_watermarks),
            },
            frozenset(self._deleted),
        )

    def end(self, checkpoint: Checkpoint) -> None:
        """Count a checkpoint that was written."""
        self._deleted -= checkpoint.forgotten

    def begin_cleaner(self, logs: Mapping[Key, PartitionLog]) -> Checkpoint:
        """Take down up to where each log is compacted."""
        self._cleaned_to |= {key: log.cleaned_to for key, log in logs.items() if log.cleaned_to is not None}
        return Checkpoint(self._files, {CLEANER_OFFSETS: write_partition_offsets(self._cleaned_to)})
