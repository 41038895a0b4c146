"""One partition that this broker leads: its log, its leader epoch, the fetches that wait at it.

There are no followers, so the in-sync set is this broker alone, and ``min.insync.replicas`` counts up to the
replication factor only, which is 1 (``Partition.effectiveMinIsr``). The high watermark is the log end offset, and
``acks=all`` is fulfilled by the append; with ``--durability fsync`` stable storage takes the followers' place: the high
watermark, up to which consumers read, follows the syncs, and ``acks=all`` waits for it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import EpochEndOffset, FetchPartition
from wirebroker.errors import KafkaError
from wirebroker.log.format import Aborted
from wirebroker.log.partition_log import Appended, Origin, PartitionLog, TimestampOffset
from wirebroker.partitions.waiters import Waiters

NO_EPOCH = -1


class Read(msgspec.Struct):
    """What one partition gives to one fetch.

    ``chunks`` hold whole batches, ``size`` bytes together. ``available`` is what counts for ``min_bytes``: at most the
    limit that was read with, and more than ``size`` if the next batch did not fit. ``settled``: waiting would bring
    nothing (a diverging epoch, an offset above what this reader may see, an offset in an older segment). ``aborted`` is
    None where a reader of committed data has no room for the first batch. ``preferred_read_replica``: who has the
    records, if not the leader.
    """

    high_watermark: int
    last_stable_offset: int
    log_start_offset: int
    chunks: list[Any]  # as kafka_codecs.schema.Chunk
    size: int
    available: int
    aborted: Sequence[Aborted] | None = ()
    settled: bool = False
    diverging: EpochEndOffset | None = None
    preferred_read_replica: int = -1


class Partition:
    """See the module. Synchronous: whatever calls it runs to its end before anything else does."""

    __slots__ = ("index", "leader_epoch", "log", "topic", "topic_id", "waiters")

    def __init__(self, topic: str, index: int, topic_id: bytes, log: PartitionLog, leader_epoch: int) -> None:
        self.topic = topic
        self.index = index
        self.topic_id = topic_id
        self.log = log
        self.waiters = Waiters()
        self.leader_epoch = NO_EPOCH
        log.on_synced = self._tell
        self.lead(leader_epoch)

    @property
    def high_watermark(self) -> int:
        return self.log.high_watermark

    @property
    def last_stable_offset(self) -> int:
        return self.log.last_stable_offset

    def lead(self, leader_epoch: int) -> None:
        """Begin a leader epoch at the end of the log (``Partition.makeLeader``); fetches that wait look again."""
        if leader_epoch == self.leader_epoch:
            return
        latest = self.log.leader_epochs.latest
        if latest is None or latest < leader_epoch:
            self.log.leader_epochs.assign(leader_epoch, self.log.log_end_offset)
        self.leader_epoch = leader_epoch
        self.waiters.wake_all()

    def append(self, batch: memoryview, *, timestamp_ms: int) -> Appended:
        """Append one batch of a client; its offsets are written into ``batch`` itself. Raises KafkaError."""
        log = self.log
        if not self.waiters.parked:
            return log.append(batch, leader_epoch=self.leader_epoch, timestamp_ms=timestamp_ms)
        readable, stable = log.readable_bytes, log.last_stable_offset
        appended = log.append(batch, leader_epoch=self.leader_epoch, timestamp_ms=timestamp_ms)
        self._tell(readable, stable)
        return appended

    def append_records(self, records: list[Any], *, timestamp_ms: int, origin: Origin = Origin.COORDINATOR) -> Appended:
        """Append records of the broker's own, as one batch. Raises KafkaError."""
        log = self.log
        readable, stable = log.readable_bytes, log.last_stable_offset
        appended = log.append_records(records, leader_epoch=self.leader_epoch, timestamp_ms=timestamp_ms, origin=origin)
        if self.waiters.parked:
            self._tell(readable, stable)
        return appended

    def _tell(self, readable_before: int, stable_before: int) -> None:
        """Wake fetches if what can be read has grown: after an append, or after a sync that records wait for."""
        log = self.log
        stable = log.last_stable_offset
        self.waiters.appended(
            log.readable_bytes - readable_before,
            stable=stable == log.high_watermark,
            stable_moved=stable > stable_before,
        )

    def read(self, wanted: FetchPartition, *, limit: int, at_least_one: bool, read_committed: bool) -> Read:
        """Read whole batches from ``wanted.fetch_offset`` on, at most ``limit`` bytes and ``partition_max_bytes``.

        ``at_least_one``: the first batch comes whole even if it is larger. The order of the checks is Kafka's
        (``ReplicaManager.readFromLog``). Raises KafkaError: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH,
        OFFSET_OUT_OF_RANGE, UNKNOWN_SERVER_ERROR for a negative limit where there is something to read.
        """
        if wanted.current_leader_epoch >= 0:
            self.check_leader_epoch(wanted.current_leader_epoch)
        log, offset = self.log, wanted.fetch_offset
        end, stable, start = log.high_watermark, log.last_stable_offset, log.log_start_offset
        if wanted.last_fetched_epoch >= 0:
            diverging = self._diverging_epoch(wanted)
            if diverging is not None:
                return Read(end, stable, start, [], 0, 0, settled=True, diverging=diverging)
        if not start <= offset <= log.log_end_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        upper = stable if read_committed else end
        if offset >= upper:
            return Read(end, stable, start, [], 0, 0, settled=offset > upper)
        max_bytes = min(limit, wanted.partition_max_bytes)
        if max_bytes < 0:
            raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
        piece = log.read(
            offset, max_bytes=max_bytes, upper_offset=upper, at_least_one=at_least_one, with_aborted=read_committed
        )
        size = piece.size
        # What does not fit counts as far as the limit goes, as if it were sent in part (Kafka cuts by bytes).
        available = size if piece.next_offset >= upper else max(size, max_bytes)
        return Read(
            end,
            stable,
            start,
            piece.chunks,
            size,
            available,
            None if read_committed and max_bytes and not size else piece.aborted,
            settled=offset < log.active_base_offset,
        )

    def redirect(self, wanted: FetchPartition, node_id: int) -> Read:
        """Answer without records that ``node_id`` has them (``Partition.fetchOffsetSnapshot``).

        Raises KafkaError: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH.
        """
        if wanted.current_leader_epoch >= 0:
            self.check_leader_epoch(wanted.current_leader_epoch)
        log = self.log
        return Read(
            log.high_watermark,
            log.last_stable_offset,
            log.log_start_offset,
            [],
            0,
            0,
            settled=True,
            preferred_read_replica=node_id,
        )

    def check_leader_epoch(self, epoch: int) -> None:
        """Raise KafkaError unless ``epoch`` is the current one."""
        if epoch < self.leader_epoch:
            raise KafkaError(ErrorCode.FENCED_LEADER_EPOCH)
        if epoch > self.leader_epoch:
            raise KafkaError(ErrorCode.UNKNOWN_LEADER_EPOCH)

    def _diverging_epoch(self, wanted: FetchPartition) -> EpochEndOffset | None:
        """Where a reader whose last record is of ``last_fetched_epoch`` has to truncate to; None if nowhere.

        Raises KafkaError (OFFSET_OUT_OF_RANGE) for an epoch newer than any known here, and below the log start.
        """
        epoch, end_offset = self.log.leader_epochs.end_offset_for(wanted.last_fetched_epoch)
        if epoch < 0 or end_offset < 0 or wanted.fetch_offset < self.log.log_start_offset:
            raise KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE)
        if epoch < wanted.last_fetched_epoch or end_offset < wanted.fetch_offset:
            return EpochEndOffset(epoch, end_offset)
        return None

    def delete_records(self, offset: int) -> int:
        """Move the log start up to ``offset``, -1 for the high watermark; return where it is then.

        Raises KafkaError: POLICY_VIOLATION where compaction alone decides what goes, OFFSET_OUT_OF_RANGE.
        """
        if self.log.config.cleanup_policy == ("compact",):
            raise KafkaError(ErrorCode.POLICY_VIOLATION)
        return self.log.delete_records(offset)

    def earliest(self) -> TimestampOffset:
        """Return the log start offset and the epoch that covers it (-1 if that is not known any more)."""
        start = self.log.log_start_offset
        epoch = self.log.leader_epochs.epoch_for(start)
        return TimestampOffset(-1, start, -1 if epoch is None else epoch)
