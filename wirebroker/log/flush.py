"""A log's way to stable storage, in three steps, since a sync takes long and a log does not wait.

    flush = log.begin_flush(end)   what is to be synced, and up to which offset that makes the log safe
    flush.carry_out()              the syncs: the only step that takes time, on any thread
    log.end_flush(flush)           the recovery point moves there; or the disk has failed, and nothing is tried again

Meanwhile appends go on: they are the next flush's business.
"""

from collections.abc import Callable, Sequence

from wirebroker.log.files import Files
from wirebroker.log.segment import Segment

__all__ = ["Flush", "Safety"]


class Flush:
    """The syncs that make a log safe up to the offset ``end``. ``fault`` is why they failed, if they did.

    ``written`` is how many bytes that are, counted from when the log was opened; 0 if that is not known.
    """

    __slots__ = ("_calls", "end", "fault", "sealed", "written")

    def __init__(self, end: int, calls: Sequence[Callable[[], None]], sealed: Sequence[Segment]) -> None:
        self.end = end
        self.sealed = sealed
        self.written = 0
        self.fault: OSError | None = None
        self._calls = calls

    def carry_out(self) -> None:
        """Make the calls in order, up to the first that fails."""
        try:
            for call in self._calls:
                call()
        except OSError as fault:
            self.fault = fault


class Safety:
    """How far one log is on stable storage: all records below ``recovery_point`` are."""

    def __init__(self, files: Files, directory: str, recovery_point: int) -> None:
        self.recovery_point = recovery_point
        self._files = files
        self._directory = directory
        self._unsynced_names: list[str] = []
        self._sealed: list[Segment] = []  # segments whose indexes are not safe yet
        self._entry_synced = False  # the directory's own name

    @property
    def saved_recovery_point(self) -> int:
        """What a checkpoint may say: a start believes the indexes of segments that lie wholly below."""
        return min([self.recovery_point, *(segment.base_offset for segment in self._sealed)])

    def save(self, name: str, data: bytes) -> None:
        """Replace a small file; the next flush syncs it. Raises OSError."""
        self._files.save(f"{self._directory}/{name}", data)
        if name not in self._unsynced_names:
            self._unsynced_names.append(name)

    def seal(self, segment: Segment) -> None:
        """Let a segment not grow any more, and have the next flush save its indexes. Raises OSError."""
        if self._files.lasting:
            segment.begin_seal()
            self._sealed.append(segment)
        else:
            segment.seal()

    def is_safe(self, end: int) -> bool:
        """Whether there is nothing to do for a log of which all before ``end`` should be safe."""
        return end <= self.recovery_point and not self._sealed

    def begin(self, segments: Sequence[Segment], end: int, *, aids: bool) -> Flush:
        """Gather the syncs. Small files come before the names that lead to them, a new directory's name last.

        ``aids``: the indexes of the last segment are saved, too. Raises OSError.
        """
        directory = self._directory
        calls = [self._syncing(name) for name in self._unsynced_names]
        new_names = bool(calls) or bool(self._sealed) or aids
        self._unsynced_names.clear()
        for segment in self._sealed:
            calls += segment.syncing(indexes=True)
        for segment in reversed(segments):
            if segment.base_offset < end and segment not in self._sealed:
                calls += segment.syncing(indexes=segment.sealed)
                new_names = new_names or segment.base_offset >= self.recovery_point
            if segment.base_offset < end:
                end = max(end, segment.next_offset)
            if segment.base_offset <= self.recovery_point:
                break
        if aids and not segments[-1].sealed:
            calls += segments[-1].saving_indexes()
        if new_names:
            calls.append(lambda: self._files.sync_directory(directory))
        if not self._entry_synced:
            calls.append(lambda: self._files.sync_directory(""))
        return Flush(end, calls, list(self._sealed))

    def _syncing(self, name: str) -> Callable[[], None]:
        file = self._files.open(f"{self._directory}/{name}")
        sync = file.syncing()
        file.close()
        return sync

    def end(self, flush: Flush) -> None:
        """Count a flush that succeeded."""
        self._entry_synced = True
        for segment in flush.sealed:
            segment.end_seal()
        self._sealed = [segment for segment in self._sealed if segment not in flush.sealed]
        self.recovery_point = max(self.recovery_point, flush.end)
