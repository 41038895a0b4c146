"""What a start rebuilds from the batches: leader epochs, aborted transactions, producers.

``Rebuilder`` has the segments of one log in order, and reads of them what their indexes and snapshots leave open.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kafka_codecs.records.batch import BatchHeader, CorruptBatch
from wirebroker.log.damage import NotABatch, Stretch
from wirebroker.log.files import Files
from wirebroker.log.format import Aborted, FormatError, base_offset_of, read_snapshot, segment_file
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState, count_in
from wirebroker.log.scan import look_for_damage
from wirebroker.log.segment import Segment

__all__ = ["Rebuilder"]

_log = logging.getLogger(__name__)


class Rebuilder:
    """Reads the segments of one log, whose directory holds files of these ``names``.

    ``report`` is told of damage that is met. ``removed``: files are gone, and the directory should be synced.
    """

    def __init__(
        self,
        files: Files,
        directory: str,
        names: Iterable[str],
        segments: Sequence[Segment],
        index_interval: int,
        report: Callable[[Stretch], None],
    ) -> None:
        self._files = files
        self._directory = directory
        self._names = names
        self._segments = segments
        self._index_interval = index_interval
        self._report = report
        self.removed = False

    def first_epochs(self, epochs: LeaderEpochs, log_start_offset: int) -> None:
        """Read the first epochs from the batches, if the checkpoint does not know them.

        It may be lost; or it forgot them when records were deleted, and a crash brought those records back.
        """
        end = self._segments[-1].next_offset
        known = epochs.entries
        known_from = known[0][1] if known else end
        if known_from <= log_start_offset:
            return
        epochs.clear()
        for segment in self._segments:
            for _, header in self._headers(segment, log_start_offset):
                latest = epochs.latest
                if header.last_offset < log_start_offset or header.partition_leader_epoch < 0:
                    continue
                if header.base_offset >= known_from:
                    break
                if latest is None or header.partition_leader_epoch > latest:
                    epochs.assign(header.partition_leader_epoch, max(header.base_offset, log_start_offset))
        for epoch, offset in known:
            epochs.assign(epoch, offset)

    def aborted(self, unlisted: Mapping[int, int], log_start_offset: int) -> None:
        """Write the transaction indexes anew from where segments were recovered, if there are markers.

        ``unlisted``: by segment, from which offset on its aborted transactions are not in its index.
        """
        recovered = [segment for segment in self._segments if segment.base_offset in unlisted]
        new = (self._headers(segment, unlisted[segment.base_offset]) for segment in recovered)
        if not any(header.is_control for headers in new for _, header in headers):
            return
        producers = ProducerState()
        producers.clear(log_start_offset)
        first = unlisted[recovered[0].base_offset]
        for offset in self._snapshots():
            if log_start_offset <= offset <= first and self._restore(producers, offset):
                break
        for segment in self._segments:
            if segment.next_offset <= producers.end_offset:
                continue
            start = max(producers.end_offset, log_start_offset)
            for aborted in self._replay(producers, segment, start):
                if aborted.last_offset >= unlisted.get(segment.base_offset, 2**63):
                    segment.transaction_index.append(aborted)

    def _snapshots(self) -> list[int]:
        """Offsets, the newest first."""
        return sorted((o for n in self._names if (o := base_offset_of(n, "snapshot")) is not None), reverse=True)

    def _restore(self, producers: ProducerState, offset: int) -> bool:
        name = f"{self._directory}/{segment_file(offset, 'snapshot')}"
        try:
            producers.restore(read_snapshot(self._files.load(name) or b""), offset)
        except FormatError as fault:
            _log.warning("%s is not used: %s", name, fault)
            return False
        return True

    def producers(self, log_start_offset: int, *, clean: bool) -> ProducerState:
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
        for offset in self._snapshots():
            if found and offset in bases:
                continue
            if not found and log_start_offset <= offset <= end and self._restore(producers, offset):
                found = True
                continue
            self._files.remove(f"{self._directory}/{segment_file(offset, 'snapshot')}")
            self.removed = True
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
