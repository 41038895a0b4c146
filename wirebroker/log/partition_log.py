"""The log of one partition: append, read, look up, replay (Kafka's ``UnifiedLog``).

Nothing waits or looks at a clock. An append is a call that ends when the bytes are in the page cache:

    header view - envelope (base offset, size, CRC-32C) - records (``validate``) - producer state
    - offset and leader epoch stamped into the received bytes - one write - sparse index in memory

There is one replica, so that the high watermark is the log end offset. What is not built yet has its place:
retention and compaction drop or replace whole segments in ``_segments``, an index of aborted transactions belongs to
``Segment``, an fsync on another thread to ``flush``.
"""

import logging
from collections.abc import Iterator, Sequence

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
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.files import Files
from wirebroker.log.format import (
    LEADER_EPOCHS,
    PARTITION_METADATA,
    FormatError,
    pack_partition_metadata,
    pack_snapshot,
    segment_file,
    write_epochs,
)
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState, count_in
from wirebroker.log.reader import LogReader, Slice, TimestampOffset
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


class PartitionLog:
    """One partition's batches. ``exists`` says whether a disk knows of it.

    ``Storage.open_log`` makes it; what it found on a disk has been put in order by then.
    """

    def __init__(
        self,
        files: Files,
        topic: str,
        partition: int,
        topic_id: bytes,
        config: TopicConfig,
        *,
        segments: list[Segment],
        producers: ProducerState,
        leader_epochs: Sequence[tuple[int, int]] = (),
        log_start_offset: int = 0,
        recovery_point: int = 0,
        exists: bool = False,
        saved: bool = False,
    ) -> None:
        """Take over what was found. ``saved``: the files are as a clean stop leaves them."""
        self.topic = topic
        self.partition = partition
        self.topic_id = topic_id
        self.log_start_offset = log_start_offset
        self.recovery_point = recovery_point
        self.producers = producers
        self.leader_epochs = LeaderEpochs(leader_epochs, log_end_offset=lambda: self._active.next_offset)
        self._files = files
        self._directory = f"{topic}-{partition}"
        self.exists = exists
        self._segments = segments
        self._active = segments[-1]
        self._reader = LogReader(segments)
        self._saved_end = segments[-1].next_offset if saved else -1
        self._offline: str | None = None
        self.config = config

    # ---- what it is

    @property
    def config(self) -> TopicConfig:
        """The topic's configuration; assigned anew when it changes, and in force from the next append on."""
        return self._config

    @config.setter
    def config(self, config: TopicConfig) -> None:
        self._config = config
        self._rules = AppendRules.of(config, self._directory)

    @property
    def log_end_offset(self) -> int:
        """The offset that the next record gets."""
        return self._active.next_offset

    @property
    def last_stable_offset(self) -> int:
        """Where the oldest open transaction begins, or the log end: committed data ends there."""
        unstable = self.producers.first_unstable_offset
        return self.log_end_offset if unstable is None else max(unstable, self.log_start_offset)

    @property
    def active_base_offset(self) -> int:
        """Where the segment begins that is written to; a read from an older one cannot grow."""
        return self._active.base_offset

    @property
    def size(self) -> int:
        """Bytes of records."""
        return sum(segment.size for segment in self._segments)

    @property
    def is_offline(self) -> bool:
        """Whether the disk has failed or the log is damaged: appends and reads are refused."""
        return self._offline is not None

    def take_offline(self, reason: str) -> None:
        """Refuse appends and reads from now on."""
        self._offline = reason
        _log.error("%s is offline: %s", self._directory, reason)

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
            active.append(batch, last_offset, header.max_timestamp, self._rules.index_interval)
        except OSError as fault:
            raise self._failed(fault) from fault
        if header.producer_id >= 0:
            count_in(self.producers, read_header(batch), batch)
        self.producers.end_offset = last_offset + 1
        return base_offset

    def _save_identity(self, *, sync: bool = False) -> None:
        """Write what must be on the disk before the first record, and where a new leader's records begin."""
        if not self.exists:
            self._files.make_directory(self._directory)
            self._files.save(f"{self._directory}/{PARTITION_METADATA}", pack_partition_metadata(self.topic_id))
            self.exists = True
        self._files.save(f"{self._directory}/{LEADER_EPOCHS}", write_epochs(self.leader_epochs.entries), sync=sync)
        self.leader_epochs.dirty = False

    def _roll(self) -> Segment:
        """Begin a new segment at the log end, with a snapshot of the producers from which it can be recovered."""
        self._active.seal()
        segment = Segment(self._files, self._directory, self.log_end_offset)
        self.producers.end_offset = segment.base_offset
        self._save_snapshot()
        self._segments.append(segment)
        self._active = segment
        return segment

    def _save_snapshot(self, *, sync: bool = False) -> None:
        name = segment_file(self.producers.end_offset, "snapshot")
        self._files.save(f"{self._directory}/{name}", pack_snapshot(self.producers.snapshot()), sync=sync)

    def _failed(self, fault: Exception) -> KafkaError:
        """Report a fault. A disk that failed takes the log offline: what it holds is not known any more."""
        if isinstance(fault, OSError):
            self.take_offline(str(fault))
        else:
            _log.error("%s: %s", self._directory, fault)
        return KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)

    # ---- read

    def read(self, offset: int, *, max_bytes: int, upper_offset: int, at_least_one: bool) -> Slice:
        """Return whole batches from the one that holds ``offset`` on, as many as fit into ``max_bytes``.

        The batch of ``upper_offset`` (high watermark or last stable offset) and later ones are left out. With
        ``at_least_one`` the first batch comes even if it is too large. One read stays within one segment. Raises
        KafkaError: OFFSET_OUT_OF_RANGE below the log start or beyond the log end, KAFKA_STORAGE_ERROR.
        """
        if not self.log_start_offset <= offset <= self._active.next_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        if offset >= upper_offset or (max_bytes <= 0 and not at_least_one):
            return Slice([], 0, -1)
        if self._offline is not None:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
        try:
            return self._reader.read(offset, max_bytes, upper_offset, at_least_one=at_least_one)
        except (OSError, FormatError) as fault:
            raise self._failed(fault) from fault

    def batches(self, from_offset: int) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Go over all batches from the one that holds ``from_offset`` on, for a replay. Raises KafkaError."""
        try:
            yield from self._reader.batches(from_offset)
        except (OSError, FormatError) as fault:
            raise self._failed(fault) from fault

    def offset_for_timestamp(self, timestamp_ms: int) -> TimestampOffset | None:
        """Return the first record from the log start on whose timestamp is that or later. Raises KafkaError."""
        try:
            return self._reader.first_since(timestamp_ms, self.log_start_offset, self._rules.decompressed_max)
        except (OSError, FormatError, CorruptBatch) as fault:
            raise self._failed(fault) from fault

    def offset_of_max_timestamp(self) -> TimestampOffset | None:
        """Return the record with the largest timestamp, the first of them; None in a log without timestamps.

        The log start does not count: it may be a deleted record. Raises KafkaError.
        """
        try:
            return self._reader.latest(self._rules.decompressed_max)
        except (OSError, FormatError, CorruptBatch) as fault:
            raise self._failed(fault) from fault

    # ---- housekeeping

    def delete_records(self, offset: int) -> int:
        """Move the log start up to ``offset``, -1 for the log end, and return where it is. It never moves back.

        The bytes stay until retention drops their segments. Raises KafkaError: OFFSET_OUT_OF_RANGE beyond the log end.
        """
        offset = self.log_end_offset if offset == -1 else offset
        if not 0 <= offset <= self.log_end_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        if offset > self.log_start_offset:
            self.log_start_offset = offset
            self.leader_epochs.truncate_from_start(offset)
        return self.log_start_offset

    def expire_producers(self, timestamp_ms: int, expiration_ms: int) -> None:
        """Forget producers that were idle for ``producer.id.expiration.ms``."""
        self.producers.expire(timestamp_ms, expiration_ms)

    def flush(self) -> None:
        """Bring all records to stable storage and move the recovery point to the log end. Raises KafkaError.

        A failed fsync is never repeated: the operating system may have dropped the pages (PROMISES of fsync(2)).
        """
        end = self.log_end_offset
        if self._offline is not None:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
        if end == self.recovery_point:
            return
        try:
            for segment in self._segments:
                if segment.next_offset > self.recovery_point:
                    segment.sync()
        except OSError as fault:
            raise self._failed(fault) from fault
        self.recovery_point = end

    def close(self) -> None:
        """Flush, and leave what makes the next start quick: trimmed indexes and a snapshot. Raises KafkaError.

        Nothing is written where nothing was appended. An epoch without records need not be remembered: the next leader
        begins at the same offset, and takes its place.
        """
        if self.exists and self._offline is None and self.log_end_offset != self._saved_end:
            try:
                self._active.seal()
                self._active.sync()
                self._save_snapshot(sync=True)
                self._save_identity(sync=True)
            except OSError as fault:
                raise self._failed(fault) from fault
            self.flush()
        self.let_go()

    def let_go(self) -> None:
        """Close all files, as they are."""
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
