"""What a partition's log is and holds: its offsets, and reading from it. ``partition_log`` adds what changes it.

There is one replica, so that the high watermark is the log end offset, or, where records are to survive a power loss
before anybody sees them (``Keeper.fsync``), the recovery point: it never goes back.
"""

import errno
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import BatchHeader, CorruptBatch
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.damage import DAMAGE_FILE, DamagedRecords, NotABatch, write_damage
from wirebroker.log.doomed import DoomedFiles
from wirebroker.log.files import Files
from wirebroker.log.flush import Safety
from wirebroker.log.format import FormatError
from wirebroker.log.leader_epochs import LeaderEpochs
from wirebroker.log.producer_state import ProducerState
from wirebroker.log.reader import LogReader, Slice, TimestampOffset
from wirebroker.log.rules import AppendRules
from wirebroker.log.scan import look_for_damage
from wirebroker.log.segment import Segment

__all__ = ["Keeper", "ReadableLog"]

_log = logging.getLogger(__name__)

NO_FLUSH = 2**63 - 1
"""``flush.messages`` and ``flush.ms`` when nothing is to be flushed for their sake."""
_NOT_THE_DISKS_FAULT = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR))


class Keeper(Protocol):
    """Whoever keeps the directory that a log lies in (``LogDirectory``)."""

    fsync: bool
    """Whether records count only when they are on stable storage."""

    random_below: Callable[[int], int]
    """Gives a random number from 0 on, below the one it is given."""

    def flush_due(self, log: Any) -> None:
        """Have a PartitionLog flushed, now or soon: up to its ``flush_wanted``."""

    def disk_failed(self, fault: OSError) -> None:
        """Take all logs of the directory offline: what a disk holds that failed is not known any more."""


class ReadableLog:
    """One partition's batches. ``exists`` says whether a disk knows of it."""

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
        keeper: Keeper,
        doomed: DoomedFiles | None = None,
        leader_epochs: Sequence[tuple[int, int]] = (),
        log_start_offset: int = 0,
        recovery_point: int = 0,
        exists: bool = False,
        saved: bool = False,
    ) -> None:
        """Take over what was found. ``saved``: the files are as a clean stop leaves them.

        ``doomed`` takes the files that are deleted.
        """
        self.topic = topic
        self.partition = partition
        self.topic_id = topic_id
        self.log_start_offset = log_start_offset
        self.producers = producers
        self.flush_wanted = 0
        """Up to here the log should be on stable storage soon."""
        self.written = 0
        """Bytes that were appended since the log was opened."""
        self.on_synced: Callable[[int, int], object] = lambda readable, stable: None  # noqa: ARG005 - nobody listens
        """Called after a sync that records waited for, with what ``readable_bytes`` and the last stable offset were."""
        self.leader_epochs = LeaderEpochs(leader_epochs, log_end_offset=lambda: self._active.next_offset)
        self._files = files
        self._doomed = DoomedFiles(files) if doomed is None else doomed
        self._directory = f"{topic}-{partition}"
        self._safety = Safety(files, self._directory, recovery_point)
        self.exists = exists
        self._segments = segments
        self._active = segments[-1]  # given its jitter when there is a configuration
        self._reader = LogReader(segments)
        self._saved_end = segments[-1].next_offset if saved else -1
        self._offline: str | None = None
        self._keeper = keeper
        self._gone = False
        self._loose_snapshot: int | None = None  # the offset of a snapshot that is not at a segment's beginning
        self._safe_bytes = 0  # what ``written`` was when the last flush that has succeeded began
        self._aids_at = 0  # what ``written`` was when indexes and producers were last saved
        self.is_compacted = False
        """Whether a compaction is under way, so that nobody else may take segments away."""
        self.cleaned_to: int | None = None
        """Where the last compaction ended, None if there was none (``cleaner-offset-checkpoint``)."""
        self.is_uncleanable = False
        """Whether a compaction failed for good."""
        self.config = config
        self._draw_jitter()

    # ---- what it is

    @property
    def config(self) -> TopicConfig:
        """The topic's configuration; assigned anew when it changes, and in force from the next append on."""
        return self._config

    @config.setter
    def config(self, config: TopicConfig) -> None:
        self._config = config
        self._rules = AppendRules.of(config, self._directory)
        self._flush_messages = 1 if self._keeper.fsync else config.flush_messages
        self.syncs_answers = self._flush_messages < NO_FLUSH and self._files.lasting
        """Whether ``owes_sync`` may ever say so."""
        self.flush_ms: int | None = config.flush_ms if config.flush_ms < NO_FLUSH else None
        """How long records may wait for a flush in the background, in milliseconds."""

    def _draw_jitter(self) -> None:
        """Let the segment that is written to be full some time earlier (Kafka's ``LogConfig.randomSegmentJitter``)."""
        limit = self._rules.segment_jitter_ms
        self._active.roll_jitter_ms = self._keeper.random_below(limit) if limit else 0

    @property
    def log_end_offset(self) -> int:
        """The offset that the next record gets."""
        return self._active.next_offset

    @property
    def recovery_point(self) -> int:
        """All records below it are on stable storage."""
        return self._safety.recovery_point

    @property
    def saved_recovery_point(self) -> int:
        """What a checkpoint may say of it."""
        return self._safety.saved_recovery_point

    @property
    def fsync(self) -> bool:
        """Whether stable storage takes the followers' place (``Keeper.fsync``)."""
        return self._keeper.fsync

    @property
    def high_watermark(self) -> int:
        """Readers see what lies below."""
        return self.recovery_point if self._keeper.fsync else self._active.next_offset

    @property
    def last_stable_offset(self) -> int:
        """Where the oldest open transaction begins, or the high watermark: committed data ends there."""
        unstable = self.producers.first_unstable_offset
        end = self.high_watermark
        return end if unstable is None else min(end, max(unstable, self.log_start_offset))

    @property
    def readable_bytes(self) -> int:
        """Bytes below the high watermark that were appended since the log was opened."""
        return self._safe_bytes if self._keeper.fsync else self.written

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

    @property
    def is_gone(self) -> bool:
        """Whether the log was closed or deleted."""
        return self._gone

    def take_offline(self, reason: str) -> None:
        """Refuse appends and reads from now on."""
        self._offline = reason

    def _failed(self, fault: Exception) -> KafkaError:
        """Report a fault. A disk that failed is used no more; a want of descriptors or memory passes."""
        if isinstance(fault, OSError) and fault.errno not in _NOT_THE_DISKS_FAULT:
            self._keeper.disk_failed(fault)
        elif not isinstance(fault, DamagedRecords):  # which were reported when they were found
            _log.error("%s: %s", self._directory, fault)
        return KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)

    # ---- read

    def read(
        self, offset: int, *, max_bytes: int, upper_offset: int, at_least_one: bool, with_aborted: bool = False
    ) -> Slice:
        """Return whole batches from the one that holds ``offset`` on, as many as fit into ``max_bytes``.

        The batch of ``upper_offset`` (high watermark or last stable offset) and later ones are left out. With
        ``at_least_one`` the first batch comes even if it is too large. One read stays within one segment.
        ``with_aborted``: say which transactions were aborted, as a reader of committed data needs to know. Raises
        KafkaError: OFFSET_OUT_OF_RANGE below the log start or beyond the log end, KAFKA_STORAGE_ERROR.
        """
        if not self.log_start_offset <= offset <= self._active.next_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        if offset >= upper_offset or (max_bytes <= 0 and not at_least_one):
            return Slice([], 0, -1)
        if self._offline is not None:
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
        try:
            return self._reader.read(
                offset, max_bytes, upper_offset, at_least_one=at_least_one, with_aborted=with_aborted
            )
        except NotABatch as fault:
            if self._find_damage(fault):
                return self.read(
                    offset,
                    max_bytes=max_bytes,
                    upper_offset=upper_offset,
                    at_least_one=at_least_one,
                    with_aborted=with_aborted,
                )
            raise self._failed(fault) from fault
        except (OSError, FormatError) as fault:
            raise self._failed(fault) from fault

    def batches(
        self, from_offset: int, on_damage: Callable[[str], object] | None = None
    ) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Go over all batches from the one that holds ``from_offset`` on, for a replay. Raises KafkaError.

        Damage is told to ``on_damage`` and passed over; without it, it raises as well.
        """
        try:
            yield from self._reader.batches(from_offset, on_damage)
        except (OSError, FormatError) as fault:
            raise self._failed(fault) from fault

    def _find_damage(self, fault: NotABatch) -> bool:
        """Look for damage in a segment where a read has met some; report and remember it. Return whether it is new.

        This takes a second for a large segment, once.
        """
        segment = next((each for each in self._segments if each.base_offset == fault.base_offset), None)
        if segment is None:
            return False
        try:
            found = look_for_damage(segment, self._rules.index_interval)
            for stretch in found:
                _log.error("%s: %s cannot be read any more", self._directory, stretch)
            if found:
                stretches = [(each.base_offset, at) for each in self._segments for at in each.damage.values()]
                self._safety.save(DAMAGE_FILE, write_damage(stretches))
        except OSError as failed:
            raise self._failed(failed) from failed
        self._reader.forget()
        return bool(found)

    def offset_for_timestamp(self, timestamp_ms: int) -> TimestampOffset | None:
        """Return the first record from the log start on whose timestamp is that or later. Raises KafkaError."""
        try:
            return self._reader.first_since(timestamp_ms, self.log_start_offset, self._rules.stored_decompressed_max)
        except (OSError, FormatError, CorruptBatch) as fault:
            raise self._failed(fault) from fault

    def offset_of_max_timestamp(self) -> TimestampOffset | None:
        """Return the record with the largest timestamp, the first of them; None in a log without timestamps.

        The log start does not count: it may be a deleted record. Raises KafkaError.
        """
        try:
            return self._reader.latest(self._rules.stored_decompressed_max)
        except (OSError, FormatError, CorruptBatch) as fault:
            raise self._failed(fault) from fault
