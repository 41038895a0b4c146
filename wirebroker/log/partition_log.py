"""The log of one partition: append, flush, and the work on old records (Kafka's ``UnifiedLog``).

Nothing waits or looks at a clock. An append is a call that ends when the bytes are in the page cache:

    header view - envelope (base offset, size, CRC-32C) - records (``validate``) - producer state
    - offset and leader epoch stamped into the received bytes - one write - sparse index in memory

Reading, and what a log says of itself, is in ``readable_log``.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import (
    LOG_OVERHEAD,
    NO_TIMESTAMP,
    BatchHeader,
    CorruptBatch,
    Record,
    TimestampType,
    build_batch,
    read_header,
    stamp,
)
from wirebroker.errors import KafkaError
from wirebroker.log.compaction import segments_between
from wirebroker.log.flush import Flush
from wirebroker.log.format import (
    LEADER_EPOCHS,
    PARTITION_METADATA,
    Aborted,
    FormatError,
    pack_partition_metadata,
    pack_snapshot,
    segment_file,
    write_epochs,
)
from wirebroker.log.producer_state import count_in
from wirebroker.log.readable_log import ReadableLog
from wirebroker.log.reader import Slice, TimestampOffset, collect_aborted
from wirebroker.log.replacement import new_cleaned_segment, replace_segments
from wirebroker.log.retention import RetentionRules, segments_to_delete
from wirebroker.log.rules import AppendRules
from wirebroker.log.segment import Segment
from wirebroker.log.validate import InvalidRecords, Origin, check_envelope, validate

__all__ = ["Appended", "InvalidRecords", "Origin", "PartitionLog", "Slice", "TimestampOffset"]

_log = logging.getLogger(__name__)


class Appended(msgspec.Struct, frozen=True, gc=False):
    """Where a batch went. ``log_append_time_ms`` is -1 unless the broker stamps this topic's records, or repeats.

    ``duplicate``: nothing was appended, this is where the same batch went the first time.
    """

    base_offset: int
    last_offset: int
    log_append_time_ms: int
    log_start_offset: int
    duplicate: bool = False


class PartitionLog(ReadableLog):
    """One partition's batches, and what becomes of them.

    ``Storage.open_log`` makes it; what it found on a disk has been put in order by then.
    """

    # ---- append

    def append(
        self, batch: memoryview, *, leader_epoch: int, timestamp_ms: int, origin: Origin = Origin.CLIENT
    ) -> Appended:
        """Append one batch of magic 2. Its bytes are changed in place: the buffer must be writable.

        ``timestamp_ms`` is the wall clock. Raises KafkaError, with nothing appended: INVALID_RECORD, MESSAGE_TOO_LARGE,
        CORRUPT_MESSAGE, UNKNOWN_SERVER_ERROR, RECORD_LIST_TOO_LARGE, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE,
        OUT_OF_ORDER_SEQUENCE_NUMBER, KAFKA_STORAGE_ERROR; InvalidRecords where single records are at fault.
        """
        rules = self._rules
        header, batch = _first_batch(batch)
        check_envelope(batch, header, rules, origin)
        if origin is Origin.CLIENT:
            batch, header = validate(batch, header, rules, timestamp_ms)
        if len(batch) > rules.segment_bytes:
            raise KafkaError(ErrorCode.RECORD_LIST_TOO_LARGE)
        if header.producer_id >= 0 and not header.is_control:
            if origin is Origin.CLIENT:
                stored = self.producers.find_duplicate(header)
                if stored is not None:
                    return Appended(
                        stored.first_offset, stored.last_offset, stored.timestamp, self.log_start_offset, duplicate=True
                    )
            self.producers.check(header, sequence=origin is Origin.CLIENT)
        base_offset = self._write(batch, header, leader_epoch, timestamp_ms)
        return Appended(
            base_offset,
            base_offset + header.last_offset_delta,
            timestamp_ms if rules.log_append_time else NO_TIMESTAMP,
            self.log_start_offset,
        )

    def append_records(
        self,
        records: Sequence[Record],
        *,
        leader_epoch: int,
        timestamp_ms: int,
        origin: Origin = Origin.COORDINATOR,
        producer_id: int = -1,
        producer_epoch: int = -1,
        transactional: bool = False,
    ) -> Appended:
        """Build a batch of this broker's own records, numbered in order, and append it.

        Timestamps are ``timestamp_ms`` plus each record's delta. Raises as ``append`` does.
        """
        for delta, record in enumerate(records):
            record.offset_delta = delta
        rules = self._rules
        batch = build_batch(
            records,
            base_timestamp=timestamp_ms,
            timestamp_type=TimestampType.LOG_APPEND_TIME if rules.log_append_time else TimestampType.CREATE_TIME,
            producer_id=producer_id,
            producer_epoch=producer_epoch,
            transactional=transactional,
        )
        return self.append(memoryview(batch), leader_epoch=leader_epoch, timestamp_ms=timestamp_ms, origin=origin)

    def _write(self, batch: memoryview, header: BatchHeader, leader_epoch: int, timestamp_ms: int) -> int:
        """Stamp and write what has been judged, then count it in. Return its base offset."""
        if self._offline is not None:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
        active = self._active
        base_offset = active.next_offset
        last_offset = base_offset + header.last_offset_delta
        stamp(batch, 0, base_offset, leader_epoch)
        try:
            if self.leader_epochs.latest != leader_epoch:
                self.leader_epochs.assign(leader_epoch, base_offset)
            if not self.exists or self.leader_epochs.dirty:
                self._save_identity()
            if active.is_full(len(batch), last_offset, header.max_timestamp, timestamp_ms, self._rules):
                active = self._roll()
                if self._offline is not None:
                    raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
            active.append(batch, last_offset, header.max_timestamp, self._rules.index_interval)
            active.written_ms = timestamp_ms
        except OSError as fault:
            raise self._failed(fault) from fault
        if header.producer_id >= 0:
            self._count_in(read_header(batch), batch)
        self.producers.end_offset = last_offset + 1
        self.written += len(batch)
        if last_offset + 1 - self.recovery_point >= self._flush_messages:
            self._want_flush(last_offset + 1)
        return base_offset

    def _count_in(self, header: BatchHeader, batch: memoryview) -> None:
        aborted = count_in(self.producers, header, batch)
        if aborted is not None:
            try:
                self._active.transaction_index.append(aborted)
            except OSError as fault:
                raise self._failed(fault) from fault

    def create(self) -> None:
        """Have a directory before there are records. Raises KafkaError."""
        if not self.exists and self._offline is None:
            try:
                self._save_identity()
                self._active.create()
            except OSError as fault:
                raise self._failed(fault) from fault

    def _save_identity(self) -> None:
        """Write what must be on the disk before the first record, and where a new leader's records begin."""
        if not self.exists:
            self._files.make_directory(self._directory)
            self._safety.save(PARTITION_METADATA, pack_partition_metadata(self.topic_id))
            self.exists = True
        self._safety.save(LEADER_EPOCHS, write_epochs(self.leader_epochs.entries))
        self.leader_epochs.dirty = False

    def _roll(self) -> Segment:
        """Begin a new segment at the log end, with a snapshot of the producers from which it can be recovered."""
        self._safety.seal(self._active)
        segment = Segment(self._files, self._directory, self.log_end_offset)
        self.producers.end_offset = segment.base_offset
        self._save_snapshot()
        self._segments.append(segment)
        self._active = segment
        self._draw_jitter()
        self._want_flush(segment.base_offset)
        return segment

    def _save_snapshot(self, *, sync: bool = False) -> None:
        name, data = segment_file(self.producers.end_offset, "snapshot"), pack_snapshot(self.producers.snapshot())
        if sync:
            self._files.save(f"{self._directory}/{name}", data, sync=True)
        else:
            self._safety.save(name, data)

    # ---- housekeeping

    def delete_records(self, offset: int) -> int:
        """Move the log start up to ``offset``, -1 for the high watermark, and return where it is. It never moves back.

        The bytes stay until retention drops their segments. Raises KafkaError: OFFSET_OUT_OF_RANGE beyond the high
        watermark.
        """
        offset = self.high_watermark if offset == -1 else offset
        if not 0 <= offset <= self.high_watermark:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        self._start_at(offset)
        return self.log_start_offset

    def _start_at(self, offset: int) -> None:
        if offset > self.log_start_offset:
            self.log_start_offset = offset
            self.leader_epochs.truncate_from_start(offset)

    def delete_old_segments(self, now_ms: int) -> int:
        """Drop the segments whose time is over by the wall clock ``now_ms``, and return how many (``retention``).

        A read that is under way goes on. Raises KafkaError.
        """
        if not self.exists or self._offline is not None or self.is_compacted:
            return 0
        try:
            count = segments_to_delete(
                self._segments,
                end_offset=self.log_end_offset,
                high_watermark=self.high_watermark,
                log_start_offset=self.log_start_offset,
                rules=RetentionRules.of(self._config),
                now_ms=now_ms,
            )
            if count:
                self._drop_oldest(count)
        except (OSError, FormatError) as fault:
            raise self._failed(fault) from fault
        return count

    def _drop_oldest(self, count: int) -> None:
        """Let go of segments; if that is all of them, a new one remembers where they ended."""
        if count == len(self._segments):
            self._roll().create()
            self._save_snapshot(sync=True)
        dropped = self._segments[:count]
        del self._segments[:count]
        self._start_at(self._segments[0].base_offset)
        self._reader.forget()
        for segment in dropped:
            segment.is_dropped = True
            segment.close()
        self._doomed.add_segments(
            self._directory, [segment.base_offset for segment in dropped], self._config.file_delete_delay_ms
        )
        _log.info("%s: %d segments deleted, it begins at %d now", self._directory, count, self.log_start_offset)

    # ---- compaction: ``cleaner`` does it

    @property
    def segments(self) -> Sequence[Segment]:
        """All of them; the last is written to."""
        return tuple(self._segments)

    @property
    def rules(self) -> AppendRules:
        return self._rules

    def aborted_transactions(self, start: int, end: int) -> list[Aborted]:
        """Return those that begin before ``end`` and are listed from the segment of ``start`` on.

        Raises OSError, FormatError.
        """
        return collect_aborted(segments_between(self._segments, start, 2**63), self.log_start_offset, end)

    def new_cleaned_segment(self, base_offset: int) -> Segment:
        """Begin a segment that is to replace others. Raises OSError."""
        return new_cleaned_segment(self._files, self._directory, base_offset)

    def replace_segments(self, cleaned: Segment, old: Sequence[Segment]) -> None:
        """Put a segment, sealed and on stable storage, in the place of its originals. Raises KafkaError."""
        delay_ms = self._config.file_delete_delay_ms
        try:
            replace_segments(self._segments, cleaned, old, self._directory, self._doomed, delay_ms)
        except OSError as fault:
            raise self._failed(fault) from fault
        self._reader.forget()

    def report(self, fault: OSError) -> None:
        """Tell of a fault while compacting: a disk that failed is used no more; a want of descriptors passes."""
        self._failed(fault)

    def syncing_names(self) -> Callable[[], None]:
        """Return a call, for any thread, that brings the names of the log's files to stable storage."""
        return partial(self._files.sync_directory, self._directory)

    def expire_producers(self, timestamp_ms: int, expiration_ms: int) -> None:
        """Forget producers that were idle for ``producer.id.expiration.ms``."""
        self.producers.expire(timestamp_ms, expiration_ms)

    # ---- stable storage

    def owes_sync(self, next_offset: int, *, all_replicas: bool) -> bool:
        """Whether the append that ended there may be answered only when it is on stable storage.

        That is so with ``fsync`` for a producer that asks for all replicas, and after the append that fulfils
        ``flush.messages``.
        """
        if next_offset <= self.recovery_point:
            return False
        return all_replicas if self._keeper.fsync else self.flush_wanted >= next_offset

    def want_flush(self) -> None:
        """Have all of the log flushed soon."""
        self._want_flush(self.log_end_offset)

    def _want_flush(self, end: int) -> None:
        if self._files.lasting:
            self.flush_wanted = max(self.flush_wanted, end)
            self._keeper.flush_due(self)
        else:
            self._safety.recovery_point = end

    def flush(self) -> None:
        """Bring all records to stable storage, however long it takes. Raises KafkaError."""
        flush = self.begin_flush(self.log_end_offset)
        if flush is not None:
            flush.carry_out()
            self.end_flush(flush)
        if self._offline is not None:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)

    def flush_as_wanted(self) -> None:
        """Flush up to ``flush_wanted`` at once, where nobody does that in the background."""
        flush = self.begin_flush(self.flush_wanted)
        if flush is not None:
            flush.carry_out()
            self.end_flush(flush)

    def begin_flush(self, end: int, *, aids: bool = False) -> Flush | None:
        """Return what brings the log to stable storage up to ``end`` at least; None if nothing is to be done.

        ``end`` at the beginning of the active segment leaves that one out. ``aids``: save its indexes and a snapshot of
        the producers as well, so that a start after a crash need not look at what lies before.
        """
        if self._offline is not None or self._gone or not self.exists:
            return None
        try:
            if aids and self.written > self._aids_at:
                self._save_aids()
            elif self._safety.is_safe(end):
                return None
            flush = self._safety.begin(self._segments, end, aids=aids)
        except OSError as fault:
            self._failed(fault)
            return None
        if flush.end == self.log_end_offset:
            flush.written = self.written
        return flush

    def _save_aids(self) -> None:
        loose, self._loose_snapshot = self._loose_snapshot, None
        end = self.producers.end_offset
        if end != self._active.base_offset:
            self._save_snapshot()
            self._loose_snapshot = end
        if loose not in (None, self._loose_snapshot):
            self._files.remove(f"{self._directory}/{segment_file(loose, 'snapshot')}")
        self._aids_at = self.written

    def end_flush(self, flush: Flush) -> None:
        """Move the recovery point, or report that the disk has failed."""
        if self._gone or self._offline is not None:
            return
        if flush.fault is not None:
            self._keeper.disk_failed(flush.fault)
            return
        readable, stable = self.readable_bytes, self.last_stable_offset
        self._safety.end(flush)
        self._safe_bytes = max(self._safe_bytes, flush.written)
        if self._keeper.fsync:
            self.on_synced(readable, stable)

    @property
    def unflushed_bytes(self) -> int:
        """Bytes since the last flush that saved indexes and producers: what a start after a crash looks at."""
        return self.written - self._aids_at

    def close(self) -> None:
        """Flush, and leave what makes the next start quick: trimmed indexes and a snapshot. Raises KafkaError.

        Nothing is written where nothing was appended. An epoch without records need not be remembered: the next leader
        begins at the same offset, and takes its place.
        """
        if self.exists and self._offline is None and self.log_end_offset != self._saved_end:
            try:
                self._active.seal()
                self._save_snapshot()
                self._save_identity()
            except OSError as fault:
                raise self._failed(fault) from fault
            flush = self._safety.begin(self._segments, self.log_end_offset, aids=False)
            flush.carry_out()
            self.end_flush(flush)
            if flush.fault is not None:
                raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
        self.let_go()

    def let_go(self) -> None:
        """Close all files, as they are."""
        self._gone = True
        for segment in self._segments:
            segment.close()


def _first_batch(batch: memoryview) -> tuple[BatchHeader, memoryview]:
    """Return the header and exactly the first batch: what follows it is dropped, as Kafka does."""
    try:
        header = read_header(batch)
    except CorruptBatch:
        whole = len(batch) >= LOG_OVERHEAD and int.from_bytes(batch[8:LOG_OVERHEAD]) + LOG_OVERHEAD <= len(batch)
        raise KafkaError(ErrorCode.CORRUPT_MESSAGE if whole else ErrorCode.INVALID_RECORD) from None
    size = header.size
    if header.magic != 2 or size > len(batch):
        raise KafkaError(ErrorCode.INVALID_RECORD)
    return header, batch if size == len(batch) else batch[: max(size, 0)]
