"""Bring a partition's directory into order at a start: Kafka's ``LogLoader`` and ``LogSegment.recover``.

After a clean stop nothing is scanned but what follows the last index entry. After any other end every batch from the
recovery point on is checked (size, checksum, offset order): at the first that is not right the file is cut, and all
later segments go, so that there is never a hole. Where that begins is known from the index, so that a start takes time
in proportion to what was not flushed.

What lies below the recovery point was on stable storage: damage there is no torn tail, and is never cut away, but
reported and remembered (``damage``). If the log ends below it, the records between are such damage too, and the log
goes on at the recovery point: an offset is not given to two records.

Indexes and producers are rebuilt from what stands; leader epochs from the batches.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from kafka_codecs.records.batch import BatchHeader, CorruptBatch
from kafka_codecs.records.legacy import any_crc_is_valid
from wirebroker.log.damage import DAMAGE_FILE, NotABatch, Stretch, find_sound, read_damage, write_damage
from wirebroker.log.files import Files
from wirebroker.log.format import (
    LEADER_EPOCHS,
    SEGMENT_SUFFIXES,
    Aborted,
    FormatError,
    base_offset_of,
    read_epochs,
    read_snapshot,
    segment_file,
)
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState, count_in
from wirebroker.log.segment import MAX_RELATIVE_OFFSET, Segment
from wirebroker.log.unfinished import finish_replacements

__all__ = ["Found", "load", "look_for_damage"]

MAX_OFFSET = 2**63 - 1

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
    loader.restore_first_epochs(log_start_offset)
    loader.list_aborted(log_start_offset)
    producers = loader.load_producers(log_start_offset, clean=clean)
    loader.save(clean=clean)
    return Found(
        segments=segments,
        producers=producers,
        leader_epochs=epochs.entries,
        log_start_offset=log_start_offset,
        recovery_point=end if clean else min(recovery_point, end),
        as_saved=clean and not loader.repaired,
    )


def look_for_damage(segment: Segment, index_interval: int) -> list[Stretch]:
    """Go through all batches of a segment again; return the stretches of damage that were not known.

    Its indexes are made anew, in case it is they that are wrong. Raises OSError.
    """
    known, next_offset, sealed = dict(segment.damage), segment.next_offset, segment.sealed
    segment.start()
    segment.damage = _without_bytes(known)
    _scan(segment, 0, durable=next_offset, last_offset=next_offset - 1, index_interval=index_interval)
    segment.pass_over(segment.file.size(), next_offset)
    if sealed:
        _seal(segment)
    return [stretch for at, stretch in segment.damage.items() if at not in known]


def _seal(segment: Segment) -> None:
    """Write the indexes, to stable storage: the next start believes those below the recovery point."""
    segment.seal()
    for sync in segment.syncing(indexes=True):
        sync()


def _without_bytes(damage: dict[int, Stretch]) -> dict[int, Stretch]:
    """Return what no scan can find: where a file was cut short."""
    return {at: stretch for at, stretch in damage.items() if stretch.position == stretch.end}


def _scan(
    segment: Segment,
    position: int,
    *,
    durable: int,
    last_offset: int,
    index_interval: int,
    epochs: LeaderEpochs | None = None,
) -> bool:
    """Count in all sound batches from ``position`` on. Return False if there are bytes behind them that are not.

    What is not sound and begins below the offset ``durable``, which is a batch's beginning, is noted as damage, and
    passed over. Offsets lie between the segment's and ``last_offset``.
    """
    size = segment.file.size()
    while True:
        if segment.next_offset < durable:
            _count_in(segment, position, size, min(last_offset, durable - 1), index_interval, epochs)
            position = segment.size
        if segment.next_offset >= durable:
            _count_in(segment, position, size, last_offset, index_interval, epochs)
            position = segment.size
        if position == size or segment.next_offset >= durable:
            return position == size
        found = find_sound(
            segment.file, position + 1, size, first_offset=segment.next_offset, last_offset=min(last_offset, MAX_OFFSET)
        )
        if found is None or found[1].base_offset > durable:
            end, next_offset = size, durable
        else:
            end, next_offset = found[0], found[1].base_offset
        segment.damage[position] = Stretch(position, end, segment.next_offset, next_offset)
        segment.pass_over(end, next_offset)
        position = end


def _count_in(
    segment: Segment, position: int, size: int, last_offset: int, index_interval: int, epochs: LeaderEpochs | None
) -> None:
    """Count in batches up to the first that is not sound."""
    try:
        for at, header, batch in segment.batches(position, size):
            if not _is_sound(segment, header, batch, last_offset):
                return
            segment.note(at, len(batch), header.last_offset, header.max_timestamp, index_interval)
            if epochs is not None:
                latest = epochs.latest
                if header.partition_leader_epoch >= 0 and (latest is None or header.partition_leader_epoch > latest):
                    epochs.assign(header.partition_leader_epoch, header.base_offset)
    except FormatError:
        return


def _is_sound(segment: Segment, header: BatchHeader, batch: memoryview, last_offset: int) -> bool:
    return (
        header.base_offset >= segment.next_offset
        and header.last_offset - segment.base_offset <= MAX_RELATIVE_OFFSET
        and header.last_offset <= last_offset
        and header.last_offset_delta >= 0
        and any_crc_is_valid(batch, 0, len(batch))
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
        self._unlisted: dict[int, int] = {}  # segment -> from where on its aborted transactions are to be listed
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
                _seal(segment)

    def _recover(self, segment: Segment, end: int | None, *, from_start: bool) -> bool:
        """Check every batch that may not be safe and rebuild the indexes. Return False if the file had to be cut.

        ``end`` is where the next segment begins; ``from_start``: it is the indexes that are at fault.
        """
        self.repaired = True
        position = 0 if from_start else segment.open_before(self._recovery_point)
        if not position:
            segment.start()
        self._unlisted[segment.base_offset] = _keep_aborted(segment)
        before = segment.damage
        segment.damage = {at: stretch for at, stretch in before.items() if at < position} | _without_bytes(before)
        whole = _scan(
            segment,
            position,
            durable=self._recovery_point if end is None else min(self._recovery_point, end),
            last_offset=MAX_OFFSET if end is None else end - 1,
            index_interval=self._index_interval,
            epochs=self._epochs,
        )
        for at, stretch in segment.damage.items():
            if at not in before:
                self._report(stretch)
        size = segment.file.size()
        if whole:
            lost = end is not None and any(at.end == size and at.next_offset < end for at in segment.damage.values())
            return not lost
        _log.warning("%s: %d bytes cut off at offset %d", self._directory, size - segment.size, segment.next_offset)
        segment.file.truncate(segment.size)
        segment.file.syncing()()  # or what is written there later might stand before a rest of the old
        self._cut = True
        return False

    def _report(self, stretch: Stretch) -> None:
        self._damage_is_new = True
        _log.error("%s: %s were on stable storage and cannot be read any more", self._directory, stretch)

    def go_on_at_recovery_point(self) -> None:
        """If the log ends below the recovery point, note what is missing and begin a new segment there."""
        last = self._segments[-1]
        if last.next_offset < self._recovery_point:
            stretch = Stretch(last.size, last.size, last.next_offset, self._recovery_point)
            last.damage[last.size] = stretch
            self._report(stretch)
            self.repaired = True
            last.next_offset = self._recovery_point
        if last.damage and max(stretch.end for stretch in last.damage.values()) == last.size:
            if not last.sealed:
                last.create()
                last.seal()
            self._segments.append(Segment(self._files, self._directory, last.next_offset))
            self._segments[-1].create()

    def save(self, *, clean: bool) -> None:
        """Write down new damage, and see that what was removed does not come back after a power loss."""
        if self._damage_is_new:
            self._files.save(f"{self._directory}/{DAMAGE_FILE}", write_damage(_damage_of(self._segments)), sync=True)
        if self._cut and not clean:
            self._files.sync_directory(self._directory)

    def drop_from(self, n: int) -> None:
        """Remove the files of all segments from the n-th on."""
        self.repaired = self._cut = True
        for segment in self._segments[n:]:
            segment.close()
            for suffix in SEGMENT_SUFFIXES:
                self._files.remove(f"{self._directory}/{segment_file(segment.base_offset, suffix)}")
        del self._segments[n:]

    def restore_first_epochs(self, log_start_offset: int) -> None:
        """Read the first epochs from the batches, if the checkpoint does not know them.

        It may be lost; or it forgot them when records were deleted, and a crash brought those records back.
        """
        end = self._segments[-1].next_offset
        known = self._epochs.entries
        known_from = known[0][1] if known else end
        if known_from <= log_start_offset:
            return
        self._epochs.clear()
        for segment in self._segments:
            for _, header in self._headers(segment, log_start_offset):
                latest = self._epochs.latest
                if header.last_offset < log_start_offset or header.partition_leader_epoch < 0:
                    continue
                if header.base_offset >= known_from:
                    break
                if latest is None or header.partition_leader_epoch > latest:
                    self._epochs.assign(header.partition_leader_epoch, max(header.base_offset, log_start_offset))
        for epoch, offset in known:
            self._epochs.assign(epoch, offset)

    # ---- producers

    def list_aborted(self, log_start_offset: int) -> None:
        """Write the transaction indexes anew from where segments were recovered, if there are markers."""
        recovered = [segment for segment in self._segments if segment.base_offset in self._unlisted]
        if not any(header.is_control for segment in recovered for _, header in self._new_headers(segment)):
            return
        producers = ProducerState()
        producers.clear(log_start_offset)
        first = self._unlisted[recovered[0].base_offset]
        for offset in sorted(self._snapshots(), reverse=True):
            if log_start_offset <= offset <= first and self._restore(producers, offset):
                break
        for segment in self._segments:
            if segment.next_offset <= producers.end_offset:
                continue
            start = max(producers.end_offset, log_start_offset)
            for aborted in self._replay(producers, segment, start):
                if aborted.last_offset >= self._unlisted.get(segment.base_offset, 2**63):
                    segment.transaction_index.append(aborted)

    def _new_headers(self, segment: Segment) -> Iterable[tuple[int, BatchHeader]]:
        return self._headers(segment, self._unlisted[segment.base_offset])

    def _snapshots(self) -> list[int]:
        names = self._files.names(self._directory) if self.repaired else self._names
        return [o for n in names if (o := base_offset_of(n, "snapshot")) is not None]

    def _restore(self, producers: ProducerState, offset: int) -> bool:
        name = f"{self._directory}/{segment_file(offset, 'snapshot')}"
        try:
            producers.restore(read_snapshot(self._files.load(name) or b""), offset)
        except FormatError as fault:
            _log.warning("%s is not used: %s", name, fault)
            return False
        return True

    def load_producers(self, log_start_offset: int, *, clean: bool) -> ProducerState:
        """Restore the newest snapshot that is sound and not beyond the log end, and replay what follows it.

        A log that was stopped cleanly and has no snapshot at all never had producers, or comes from an old broker.
        """
        end = self._segments[-1].next_offset
        producers = ProducerState()
        found = self._restore_snapshot(producers, log_start_offset, end)
        if not found and clean:
            producers.end_offset = end
            return producers
        for segment in self._segments:
            if segment.next_offset > producers.end_offset:
                deque(self._replay(producers, segment, max(producers.end_offset, log_start_offset)), maxlen=0)
        producers.end_offset = end
        return producers

    def _restore_snapshot(self, producers: ProducerState, log_start_offset: int, end: int) -> bool:
        """Restore, and remove the snapshots that nobody will need: only those at a segment's beginning stay."""
        producers.clear(log_start_offset)
        bases = {segment.base_offset for segment in self._segments}
        found = False
        for offset in sorted(self._snapshots(), reverse=True):
            if found and offset in bases:
                continue
            if not found and log_start_offset <= offset <= end and self._restore(producers, offset):
                found = True
                continue
            self._files.remove(f"{self._directory}/{segment_file(offset, 'snapshot')}")
            self._cut = True
        return found

    def _replay(self, producers: ProducerState, segment: Segment, start: int) -> Iterator[Aborted]:
        """Count in a segment's batches from ``start`` on, and yield the transactions that they abort."""
        for at, header in self._headers(segment, start):
            if header.last_offset < start or not header.has_producer_id:
                continue
            batch = segment.file.read(at, header.size) if header.is_control else memoryview(b"")
            try:
                aborted = count_in(producers, header, batch)
            except CorruptBatch as fault:
                _log.error("%s: the marker at offset %d is not one: %s", self._directory, header.base_offset, fault)
                continue
            if aborted is not None:
                yield aborted

    def _headers(self, segment: Segment, offset: int) -> Iterable[tuple[int, BatchHeader]]:
        """Walk over a segment from the batch that holds an offset; damage is looked for where the walk ends on it."""
        seen = -1
        for _ in range(2):
            try:
                for at, header in segment.headers(segment.index.lookup(offset)):
                    if header.base_offset > seen:
                        yield at, header
                        seen = header.base_offset
            except NotABatch:
                for stretch in look_for_damage(segment, self._index_interval):
                    self._report(stretch)
            else:
                return


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
