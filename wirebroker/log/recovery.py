"""Bring a partition's directory into order at a start: Kafka's ``LogLoader`` and ``LogSegment.recover``.

After a clean stop nothing is scanned but what follows the last index entry. After any other end every batch from the
recovery point on is checked (size, checksum, offset order): at the first that is not right the file is cut, and all
later segments go, so that there is never a hole. What lies below the recovery point was on stable storage: damage
there is no torn tail, and is never cut away, but raised as ``Damaged``.

Indexes and producers are rebuilt from what stands; leader epochs from the batches.
"""

import logging

import msgspec

from kafka_codecs.records.batch import CorruptBatch, crc_is_valid
from wirebroker.log.files import Files
from wirebroker.log.format import (
    LEADER_EPOCHS,
    FormatError,
    base_offset_of,
    read_epochs,
    read_snapshot,
    segment_file,
)
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState, count_in
from wirebroker.log.segment import MAX_RELATIVE_OFFSET, Segment

__all__ = ["Damaged", "Found", "load"]

SEGMENT_FILES = ("log", "index", "timeindex", "txnindex", "snapshot")

_log = logging.getLogger(__name__)


class Damaged(Exception):  # noqa: N818 - what the log is
    """Records that were on stable storage cannot be read. The text says which."""


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
) -> Found:
    """Open all segments and put them in order. Offsets are the checkpoints'. Raises OSError, Damaged."""
    names = files.names(directory)
    for name in names:
        if name.endswith((".deleted", ".cleaned", ".tmp")):
            files.remove(f"{directory}/{name}")
    bases = sorted(base for name in names if (base := base_offset_of(name, "log")) is not None)
    segments = [Segment(files, directory, base) for base in bases]
    epochs = LeaderEpochs(_load_epochs(files, directory), log_end_offset=lambda: 0)
    loader = _Loader(files, directory, segments, epochs, recovery_point, index_interval)
    loader.open_segments(clean=clean)
    if segments and segments[-1].next_offset < log_start_offset:
        _log.warning("%s: its end %d lies before its start %d", directory, segments[-1].next_offset, log_start_offset)
        loader.drop_from(0)
        epochs.clear()
    if not segments:
        segments.append(Segment(files, directory, log_start_offset))
    end = segments[-1].next_offset
    if end < recovery_point:
        _log.error("%s ends at %d, and records up to %d were on stable storage", directory, end, recovery_point)
    log_start_offset = max(log_start_offset, segments[0].base_offset)
    epochs.truncate_from_end(end)
    epochs.truncate_from_start(log_start_offset)
    loader.restore_first_epochs(log_start_offset)
    producers = loader.load_producers(log_start_offset, clean=clean)
    return Found(
        segments=segments,
        producers=producers,
        leader_epochs=epochs.entries,
        log_start_offset=log_start_offset,
        recovery_point=end if clean else min(recovery_point, end),
        as_saved=clean and not loader.repaired,
    )


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
        segments: list[Segment],
        epochs: LeaderEpochs,
        recovery_point: int,
        index_interval: int,
    ) -> None:
        self._files = files
        self._directory = directory
        self._segments = segments
        self._epochs = epochs
        self._recovery_point = recovery_point
        self._index_interval = index_interval
        self.repaired = False

    def open_segments(self, *, clean: bool) -> None:
        for n, segment in enumerate(self._segments):
            is_last = n == len(self._segments) - 1
            end = None if is_last else self._segments[n + 1].base_offset
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
            whole = self._recover(segment)
            if not whole:
                self.drop_from(n + 1)
            if n < len(self._segments) - 1:
                segment.seal()
            if not whole:
                return

    def _recover(self, segment: Segment) -> bool:
        """Check every batch and rebuild the indexes. Return False if the file had to be cut."""
        self.repaired = True
        segment.start()
        size = segment.file.size()
        try:
            for position, header, batch in segment.batches(0, size):
                if (
                    header.base_offset < segment.next_offset
                    or header.last_offset - segment.base_offset > MAX_RELATIVE_OFFSET
                    or header.last_offset_delta < 0
                    or not crc_is_valid(batch, 0, len(batch))
                ):
                    break
                segment.note(position, len(batch), header.last_offset, header.max_timestamp, self._index_interval)
                latest = self._epochs.latest
                if header.partition_leader_epoch >= 0 and (latest is None or header.partition_leader_epoch > latest):
                    self._epochs.assign(header.partition_leader_epoch, header.base_offset)
        except FormatError:
            pass
        if segment.size == size:
            return True
        if segment.next_offset < self._recovery_point:
            raise Damaged(
                f"{self._directory}: the batch at offset {segment.next_offset} cannot be read, and records up to "
                f"{self._recovery_point} were on stable storage"
            )
        _log.warning("%s: %d bytes cut off at offset %d", self._directory, size - segment.size, segment.next_offset)
        segment.file.truncate(segment.size)
        return False

    def drop_from(self, n: int) -> None:
        """Remove the files of all segments from the n-th on."""
        self.repaired = True
        for segment in self._segments[n:]:
            segment.close()
            for suffix in SEGMENT_FILES:
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
        try:
            for segment in self._segments:
                for _, header in segment.headers(segment.index.lookup(log_start_offset)):
                    latest = self._epochs.latest
                    if header.last_offset < log_start_offset or header.partition_leader_epoch < 0:
                        continue
                    if header.base_offset >= known_from:
                        break
                    if latest is None or header.partition_leader_epoch > latest:
                        self._epochs.assign(header.partition_leader_epoch, max(header.base_offset, log_start_offset))
        except FormatError as fault:
            raise Damaged(f"{self._directory}: {fault}") from fault
        for epoch, offset in known:
            self._epochs.assign(epoch, offset)

    # ---- producers

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
                self._replay(producers, segment, log_start_offset)
        producers.end_offset = end
        return producers

    def _restore_snapshot(self, producers: ProducerState, log_start_offset: int, end: int) -> bool:
        """Restore, and remove the snapshots that nobody will need: only those at a segment's beginning stay."""
        producers.clear(log_start_offset)
        names = self._files.names(self._directory)
        bases = {segment.base_offset for segment in self._segments}
        found = False
        for offset in sorted((o for n in names if (o := base_offset_of(n, "snapshot")) is not None), reverse=True):
            name = f"{self._directory}/{segment_file(offset, 'snapshot')}"
            if found and offset in bases:
                continue
            if not found and log_start_offset <= offset <= end:
                try:
                    producers.restore(read_snapshot(self._files.load(name) or b""), offset)
                except FormatError as fault:
                    _log.warning("%s is not used: %s", name, fault)
                else:
                    found = True
                    continue
            self._files.remove(name)
        return found

    def _replay(self, producers: ProducerState, segment: Segment, log_start_offset: int) -> None:
        start = max(producers.end_offset, log_start_offset)
        position = segment.index.lookup(start)
        try:
            for at, header in segment.headers(position):
                if header.last_offset < start or not header.has_producer_id:
                    continue
                batch = segment.file.read(at, header.size) if header.is_control else memoryview(b"")
                count_in(producers, header, batch)
        except (FormatError, CorruptBatch) as fault:
            raise Damaged(f"{self._directory}: {fault}") from fault
