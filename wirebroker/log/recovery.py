"""Bring a partition's directory into order at a start: Kafka's ``LogLoader`` and ``LogSegment.recover``.

After a clean stop nothing is scanned but what follows the last index entry. After any other end every batch from the
recovery point on is checked (size, checksum, offset order): at the first that is not right the file is cut, and all
later segments go, so that there is never a hole. Where that begins is known from the index, so that a start takes time
in proportion to what was not flushed.

What lies below the recovery point was on stable storage: damage there is no torn tail, and is never cut away, but
reported and remembered (``damage``). If the log ends below it, the records between are such damage too, and the log
goes on at the recovery point: an offset is not given to two records.

Indexes and producers are rebuilt from what stands; leader epochs from the batches (``rebuilding``).
"""

import logging

import msgspec

from wirebroker.log.damage import DAMAGE_FILE, Stretch, read_damage, write_damage
from wirebroker.log.files import Files
from wirebroker.log.format import (
    LEADER_EPOCHS,
    SEGMENT_SUFFIXES,
    FormatError,
    base_offset_of,
    read_epochs,
    segment_file,
)
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState
from wirebroker.log.rebuilding import Rebuilder
from wirebroker.log.scan import MAX_OFFSET, scan, seal, without_bytes
from wirebroker.log.segment import Segment
from wirebroker.log.unfinished import finish_replacements

__all__ = ["Found", "load"]

_log = logging.getLogger(__name__)


class Found(msgspec.Struct):
    """What a directory holds, in order: at least one segment, the last of which grows."""

    segments: list[Segment]
    producers: ProducerState
    leader_epochs: list[tuple[int, int]]
    log_start_offset: int
    recovery_point: int
    as_saved: bool
    """Whether all is as a clean stop left it."""


def load(
    files: Files,
    directory: str,
    *,
    clean: bool,
    log_start_offset: int,
    recovery_point: int,
    index_interval: int,
    least_end: int = 0,
) -> Found:
    """Open all segments and put them in order. Offsets are the checkpoints'. Raises OSError.

    A log that ends before its start, or before ``least_end``, is dropped, and begins there anew.
    """
    finish_replacements(files, directory)
    names = files.names(directory)
    bases = sorted(base for name in names if (base := base_offset_of(name, "log")) is not None)
    _remove_orphans(files, directory, names, set(bases))
    segments = [Segment(files, directory, base) for base in bases]
    epochs = LeaderEpochs(_load_epochs(files, directory), log_end_offset=lambda: 0)
    loader = _Loader(files, directory, names, segments, epochs, recovery_point, index_interval)
    loader.load_damage()
    loader.open_segments(clean=clean)
    found_end = segments[-1].next_offset if segments else 0
    if found_end < least_end or (segments and found_end < log_start_offset):
        log_start_offset = max(log_start_offset, least_end)
        _log.warning("%s: its end %d lies before its start %d", directory, found_end, log_start_offset)
        loader.drop_from(0)
        epochs.clear()
    if not segments:
        segments.append(Segment(files, directory, log_start_offset))
    loader.go_on_at_recovery_point()
    end = segments[-1].next_offset
    log_start_offset = max(log_start_offset, segments[0].base_offset)
    epochs.truncate_from_end(end)
    epochs.truncate_from_start(log_start_offset)
    names = files.names(directory) if loader.repaired else names
    rebuilder = Rebuilder(files, directory, names, segments, index_interval, loader.report)
    rebuilder.first_epochs(epochs, log_start_offset)
    rebuilder.aborted(loader.unlisted, log_start_offset)
    producers = rebuilder.producers(log_start_offset, clean=clean)
    loader.save(clean=clean, removed=rebuilder.removed)
    return Found(
        segments=segments,
        producers=producers,
        leader_epochs=epochs.entries,
        log_start_offset=log_start_offset,
        recovery_point=end if clean else min(recovery_point, end),
        as_saved=clean and not loader.repaired,
    )


def _remove_orphans(files: Files, directory: str, names: list[str], bases: set[int]) -> None:
    """Remove indexes without records: a new segment may begin there one day."""
    for name in names:
        for kind in ("index", "timeindex", "txnindex"):
            base = base_offset_of(name, kind)
            if base is not None and base not in bases:
                _log.warning("%s/%s belongs to no segment and is removed", directory, name)
                files.remove(f"{directory}/{name}")


def _load_epochs(files: Files, directory: str) -> list[tuple[int, int]]:
    data = files.load(f"{directory}/{LEADER_EPOCHS}")
    try:
        return read_epochs(data) if data else []
    except FormatError as fault:
        _log.warning("%s/%s is not used: %s", directory, LEADER_EPOCHS, fault)
        return []


class _Loader:
    def __init__(
        self,
        files: Files,
        directory: str,
        names: list[str],
        segments: list[Segment],
        epochs: LeaderEpochs,
        recovery_point: int,
        index_interval: int,
    ) -> None:
        self._files = files
        self._directory = directory
        self._names = names
        self._segments = segments
        self._epochs = epochs
        self._recovery_point = recovery_point
        self._index_interval = index_interval
        self.repaired = False
        self._damage_is_new = False
        self.unlisted: dict[int, int] = {}
        """By segment, from which offset on its aborted transactions are not in its index."""
        self._cut = False

    def load_damage(self) -> None:
        """Remember what was found damaged before."""
        data = self._files.load(f"{self._directory}/{DAMAGE_FILE}") if DAMAGE_FILE in self._names else None
        by_base = {segment.base_offset: segment for segment in self._segments}
        try:
            for base, stretch in read_damage(data) if data else ():
                if base in by_base:
                    by_base[base].damage[stretch.position] = stretch
        except FormatError as fault:
            _log.warning("%s/%s is not used: %s", self._directory, DAMAGE_FILE, fault)

    def open_segments(self, *, clean: bool) -> None:
        for n, segment in enumerate(self._segments):
            end = None if n == len(self._segments) - 1 else self._segments[n + 1].base_offset
            unflushed = not clean and (end is None or end > self._recovery_point)
            if not unflushed:
                try:
                    if end is None:
                        segment.open_active()
                    else:
                        segment.open_sealed(end)
                    continue
                except FormatError as fault:
                    _log.warning("%s: segment %d: %s", self._directory, segment.base_offset, fault)
            if not self._recover(segment, end, from_start=not unflushed):
                self.drop_from(n + 1)
                return
            if end is not None:
                segment.next_offset = end
                seal(segment)

    def _recover(self, segment: Segment, end: int | None, *, from_start: bool) -> bool:
        """Check every batch that may not be safe and rebuild the indexes. Return False if the file had to be cut.

        ``end`` is where the next segment begins; ``from_start``: it is the indexes that are at fault.
        """
        self.repaired = True
        position = 0 if from_start else segment.open_before(self._recovery_point)
        if not position:
            segment.start()
        self.unlisted[segment.base_offset] = _keep_aborted(segment)
        before = segment.damage
        segment.damage = {at: stretch for at, stretch in before.items() if at < position} | without_bytes(before)
        whole = scan(
            segment,
            position,
            durable=self._recovery_point if end is None else min(self._recovery_point, end),
            last_offset=MAX_OFFSET if end is None else end - 1,
            index_interval=self._index_interval,
            epochs=self._epochs,
        )
        for at, stretch in segment.damage.items():
            if at not in before:
                self.report(stretch)
        size = segment.file.size()
        if whole:
            lost = end is not None and any(at.end == size and at.next_offset < end for at in segment.damage.values())
            return not lost
        _log.warning("%s: %d bytes cut off at offset %d", self._directory, size - segment.size, segment.next_offset)
        segment.file.truncate(segment.size)
        segment.file.syncing()()  # or what is written there later might stand before a rest of the old
        self._cut = True
        return False

    def report(self, stretch: Stretch) -> None:
        self._damage_is_new = True
        _log.error("%s: %s were on stable storage and cannot be read any more", self._directory, stretch)

    def go_on_at_recovery_point(self) -> None:
        """If the log ends below the recovery point, note what is missing and begin a new segment there."""
        last = self._segments[-1]
        if last.next_offset < self._recovery_point:
            stretch = Stretch(last.size, last.size, last.next_offset, self._recovery_point)
            last.damage[last.size] = stretch
            self.report(stretch)
            self.repaired = True
            last.next_offset = self._recovery_point
        if last.damage and max(stretch.end for stretch in last.damage.values()) == last.size:
            if not last.sealed:
                last.create()
                last.seal()
            self._segments.append(Segment(self._files, self._directory, last.next_offset))
            self._segments[-1].create()

    def save(self, *, clean: bool, removed: bool) -> None:
        """Write down new damage, and see that what was removed does not come back after a power loss."""
        if self._damage_is_new:
            self._files.save(f"{self._directory}/{DAMAGE_FILE}", write_damage(_damage_of(self._segments)), sync=True)
        if (self._cut or removed) and not clean:
            self._files.sync_directory(self._directory)

    def drop_from(self, n: int) -> None:
        """Remove the files of all segments from the n-th on."""
        self.repaired = self._cut = True
        for segment in self._segments[n:]:
            segment.close()
            for suffix in SEGMENT_SUFFIXES:
                self._files.remove(f"{self._directory}/{segment_file(segment.base_offset, suffix)}")
        del self._segments[n:]


def _keep_aborted(segment: Segment) -> int:
    """Keep the aborted transactions of the batches that are taken over; return from where on they are not listed."""
    index, offset = segment.transaction_index, segment.next_offset
    try:
        if segment.size:
            index.load(segment.base_offset)
            index.truncate(offset)
            return offset
    except FormatError:
        pass
    index.clear()
    return segment.base_offset


def _damage_of(segments: list[Segment]) -> list[tuple[int, Stretch]]:
    return [(segment.base_offset, stretch) for segment in segments for stretch in segment.damage.values()]
