"""What a partition knows of its producers: enough to refuse a batch that is repeated, missing, late or fenced.

Kafka's ``ProducerStateManager``, ``ProducerStateEntry`` and ``ProducerAppendInfo`` (KIP-98, KIP-360). The state belongs
to the log: a snapshot holds the last batch of each producer, replaying the log from there gives the rest.

The window of five batches is what makes ``max.in.flight.requests.per.connection=5`` safe: a producer that lost the
answers to five requests repeats the oldest first, and gets the offsets of the batches that were stored.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import BatchHeader, read_records
from kafka_codecs.records.control import ControlType, read_control_key, read_coordinator_epoch
from wirebroker.errors import KafkaError
from wirebroker.log.format import Aborted, ProducerSnapshotEntry

__all__ = ["LastRecord", "ProducerBatch", "ProducerEntry", "ProducerState", "count_in"]

WINDOW = 5
NO_EPOCH = -1
NO_SEQUENCE = -1
NO_OFFSET = -1
SEQUENCES = 1 << 31


class ProducerBatch(msgspec.Struct, frozen=True, gc=False):
    """A stored batch, as far as a repetition of it must be known."""

    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp: int

    @property
    def first_sequence(self) -> int:
        """A sequence runs to 2147483647 and goes on with 0, also inside a batch."""
        return (self.last_sequence - self.offset_delta) % SEQUENCES

    @property
    def first_offset(self) -> int:
        return self.last_offset - self.offset_delta


class LastRecord(NamedTuple):
    """Where a producer's last batch of records ends, None if only a marker is known; and its epoch."""

    offset: int | None
    producer_epoch: int


class ProducerEntry:
    """One producer id in one partition."""

    __slots__ = ("batches", "coordinator_epoch", "current_txn_first_offset", "last_timestamp", "producer_epoch")

    def __init__(self, producer_epoch: int) -> None:
        self.producer_epoch = producer_epoch
        self.coordinator_epoch = -1
        self.last_timestamp = -1
        self.current_txn_first_offset = NO_OFFSET
        self.batches: deque[ProducerBatch] = deque(maxlen=WINDOW)

    @property
    def last_sequence(self) -> int:
        return self.batches[-1].last_sequence if self.batches else NO_SEQUENCE

    def begin_epoch(self, producer_epoch: int) -> None:
        """A new epoch counts its sequences from 0: what the old one sent cannot be repeated any more."""
        if producer_epoch != self.producer_epoch:
            self.producer_epoch = producer_epoch
            self.batches.clear()


class ProducerState:
    """The producers of one log. ``end_offset`` is where the log ended after the last batch that is counted in."""

    def __init__(self) -> None:
        self.entries: dict[int, ProducerEntry] = {}
        self.end_offset = 0
        self._open_transactions: dict[int, int] = {}  # first offset -> producer id

    # ---- before an append

    def find_duplicate(self, header: BatchHeader) -> ProducerBatch | None:
        """Return the stored batch that ``header`` repeats: same epoch, same first and last sequence."""
        entry = self.entries.get(header.producer_id)
        if entry is None or entry.producer_epoch != header.producer_epoch:
            return None
        for batch in entry.batches:
            if batch.last_sequence == header.last_sequence and batch.first_sequence == header.base_sequence:
                return batch
        return None

    def check(self, header: BatchHeader, *, sequence: bool) -> None:
        """Refuse a data batch that may not follow. ``sequence``: False for a coordinator, which numbers nothing.

        Raises KafkaError: INVALID_PRODUCER_EPOCH for a fenced producer, OUT_OF_ORDER_SEQUENCE_NUMBER for a gap, a new
        epoch that does not begin with 0 or a repetition that is too old, INVALID_TXN_STATE for a plain batch inside an
        open transaction. A producer that is not known may begin anywhere: its state may have expired.
        """
        entry = self.entries.get(header.producer_id)
        if entry is None:
            return
        if header.producer_epoch < entry.producer_epoch:
            raise KafkaError(ErrorCode.INVALID_PRODUCER_EPOCH)
        if sequence and not _follows(entry, header):
            raise KafkaError(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
        if entry.current_txn_first_offset != NO_OFFSET and not header.is_transactional:
            raise KafkaError(ErrorCode.INVALID_TXN_STATE)

    # ---- after it, and in a replay

    def update(self, header: BatchHeader) -> None:
        """Count in a data batch of a producer, as it stands in the log."""
        entry = self.entries.get(header.producer_id)
        if entry is None:
            entry = self.entries[header.producer_id] = ProducerEntry(header.producer_epoch)
        entry.begin_epoch(header.producer_epoch)
        entry.batches.append(
            ProducerBatch(header.last_sequence, header.last_offset, header.last_offset_delta, header.max_timestamp)
        )
        entry.last_timestamp = header.max_timestamp
        if header.is_transactional and entry.current_txn_first_offset == NO_OFFSET:
            entry.current_txn_first_offset = header.base_offset
            self._open_transactions[header.base_offset] = header.producer_id

    def end_transaction(self, header: BatchHeader, coordinator_epoch: int) -> int | None:
        """Count in a commit or abort marker, the only record of a control batch.

        Return where the transaction began that it ends, None if there was none.
        """
        entry = self.entries.get(header.producer_id)
        if entry is None:
            entry = self.entries[header.producer_id] = ProducerEntry(header.producer_epoch)
        entry.begin_epoch(header.producer_epoch)
        first_offset = entry.current_txn_first_offset
        self._open_transactions.pop(first_offset, None)
        entry.current_txn_first_offset = NO_OFFSET
        entry.coordinator_epoch = coordinator_epoch
        entry.last_timestamp = header.max_timestamp
        return None if first_offset == NO_OFFSET else first_offset

    @property
    def first_unstable_offset(self) -> int | None:
        """Where the oldest open transaction begins: readers of committed data stop there."""
        return min(self._open_transactions) if self._open_transactions else None

    def last_records(self) -> dict[int, LastRecord]:
        """Return by which batch each producer is known: compaction keeps that."""
        return {
            producer_id: LastRecord(entry.batches[-1].last_offset if entry.batches else None, entry.producer_epoch)
            for producer_id, entry in self.entries.items()
        }

    def expire(self, timestamp_ms: int, expiration_ms: int) -> None:
        """Forget producers that wrote nothing for that long and have no open transaction."""
        expired = [
            producer_id
            for producer_id, entry in self.entries.items()
            if entry.current_txn_first_offset == NO_OFFSET and timestamp_ms - entry.last_timestamp >= expiration_ms
        ]
        for producer_id in expired:
            del self.entries[producer_id]

    def clear(self, end_offset: int = 0) -> None:
        self.entries.clear()
        self._open_transactions.clear()
        self.end_offset = end_offset

    # ---- snapshots

    def snapshot(self) -> list[ProducerSnapshotEntry]:
        """Return what a snapshot keeps: of each producer the last batch."""
        return [_snapshot_entry(producer_id, entry) for producer_id, entry in self.entries.items()]

    def restore(self, snapshot: Iterable[ProducerSnapshotEntry], end_offset: int) -> None:
        self.clear(end_offset)
        for saved in snapshot:
            entry = self.entries[saved.producer_id] = ProducerEntry(saved.producer_epoch)
            entry.coordinator_epoch = saved.coordinator_epoch
            entry.last_timestamp = saved.timestamp
            if saved.last_offset >= 0:
                entry.batches.append(
                    ProducerBatch(saved.last_sequence, saved.last_offset, saved.offset_delta, saved.timestamp)
                )
            if saved.current_txn_first_offset >= 0:
                entry.current_txn_first_offset = saved.current_txn_first_offset
                self._open_transactions[saved.current_txn_first_offset] = saved.producer_id


def count_in(producers: ProducerState, header: BatchHeader, batch: memoryview) -> Aborted | None:
    """Count a stored batch of a producer into its state: at an append and in a replay.

    Return the transaction that it aborts, if there was one. Raises CorruptBatch.
    """
    if not header.is_control:
        producers.update(header)
        return None
    for record in read_records(batch):
        kind = read_control_key(record.key)
        if kind in (ControlType.ABORT, ControlType.COMMIT):
            first_offset = producers.end_transaction(header, read_coordinator_epoch(record.value))
            if kind is ControlType.ABORT and first_offset is not None:
                unstable = producers.first_unstable_offset
                stable = header.next_offset if unstable is None else unstable
                return Aborted(header.producer_id, first_offset, header.last_offset, stable)
    return None


def _follows(entry: ProducerEntry, header: BatchHeader) -> bool:
    if header.producer_epoch != entry.producer_epoch:
        return header.base_sequence == 0 or entry.producer_epoch == NO_EPOCH
    if entry.producer_epoch == NO_EPOCH:
        return True
    return header.base_sequence == (entry.last_sequence + 1) % SEQUENCES


def _snapshot_entry(producer_id: int, entry: ProducerEntry) -> ProducerSnapshotEntry:
    last = entry.batches[-1] if entry.batches else ProducerBatch(NO_SEQUENCE, NO_OFFSET, 0, -1)
    return ProducerSnapshotEntry(
        producer_id=producer_id,
        producer_epoch=entry.producer_epoch,
        last_sequence=last.last_sequence,
        last_offset=last.last_offset,
        offset_delta=last.offset_delta,
        timestamp=entry.last_timestamp,
        coordinator_epoch=entry.coordinator_epoch,
        current_txn_first_offset=entry.current_txn_first_offset,
    )
