"""The metadata log: where the cluster's state is kept, and the only way to change it.

Whoever changes the cluster computes records from ``Journal.image`` and commits them. A commit appends them to
``__cluster_metadata-0``, replays them into the next image and tells the subscribers, in this order, without a point at
which anything else could run in between. A start replays the newest snapshot and the log from there on.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from kafka_codecs.internal.cluster_metadata import AbortTransactionRecord, ProducerIdsRecord
from kafka_codecs.records.batch import Record, build_batch
from kafka_codecs.records.control import ControlType
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.files import Files
from wirebroker.log.partition_log import Origin, PartitionLog
from wirebroker.log.storage import Storage, StorageError
from wirebroker.metadata.bootstrap import cluster_records, departure_records, leader_change, registration_records
from wirebroker.metadata.features import check_features
from wirebroker.metadata.framing import encode_record
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage
from wirebroker.metadata.image_builder import ImageBuilder
from wirebroker.metadata.quorum_state import FILE as QUORUM_STATE
from wirebroker.metadata.quorum_state import pack, read_epoch
from wirebroker.metadata.replay import Replayed, Replayer
from wirebroker.metadata.snapshots import Batches, Snapshot, SnapshotId, Snapshots, to_forget
from wirebroker.metadata.topic_names import METADATA_TOPIC

METADATA_TOPIC_ID = bytes(15) + b"\x01"
"""Kafka's ``Uuid.METADATA_TOPIC_ID``: reserved, never a topic's."""

PRODUCER_ID_BLOCK = 1000
"""Producer ids are taken from the log by the thousand (``ProducerIdsBlock``); a restart skips the rest of a block."""

_DIRECTORY = f"{METADATA_TOPIC}-0"
_RECORDS_A_BATCH = 2000


def metadata_log_config(config: BrokerConfig) -> TopicConfig:
    """Return how the metadata log is kept, whatever other logs' defaults are (``KafkaRaftLog.createLog``)."""
    overrides = {
        "cleanup.policy": "delete",
        "retention.ms": "-1",  # what goes is decided by snapshots
        "retention.bytes": "-1",
        "segment.bytes": str(config.metadata_log_segment_bytes),
        "segment.ms": str(config.metadata_log_segment_ms),
        "flush.messages": "1",  # as Kafka's controller, which syncs every commit
    }
    return TopicConfig.of(overrides, config)


class Journal:
    """The metadata log of this process and the image that it adds up to.

    ``timestamp_ms`` gives the wall clock in milliseconds for the records' timestamps, ``random_uuid`` the 16 bytes of a
    random (version 4) UUID for topic and incarnation ids.
    """

    @classmethod
    def open(
        cls,
        storage: Storage,
        config: BrokerConfig,
        *,
        timestamp_ms: Callable[[], int],
        random_uuid: Callable[[], bytes],
    ) -> Self:
        """Open the log and replay it. Raises StorageError as the constructor does.

        A log that ends before its newest snapshot is dropped: a crash has left it so after a snapshot was taken over
        from elsewhere (``KafkaRaftLog.truncateToLatestSnapshot``), or a disk has lost its tail.
        """
        files = storage.metadata.files
        snapshots = Snapshots(files, _DIRECTORY)
        try:
            newest = snapshots.newest()
        except OSError as fault:
            raise StorageError(f"the snapshots in {_DIRECTORY} cannot be read: {fault}") from fault
        log = storage.open_log(
            METADATA_TOPIC,
            0,
            METADATA_TOPIC_ID,
            metadata_log_config(config),
            least_end=0 if newest is None else newest[0].end_offset,
        )
        return cls(log, snapshots, newest, files=files, timestamp_ms=timestamp_ms, random_uuid=random_uuid)

    def __init__(
        self,
        log: PartitionLog,
        snapshots: Snapshots,
        newest: tuple[SnapshotId, Batches] | None,
        *,
        files: Files,
        timestamp_ms: Callable[[], int],
        random_uuid: Callable[[], bytes],
    ) -> None:
        """Replay what is there. Raises StorageError if it cannot be read or holds what this broker does not understand.

        ``newest`` is the snapshot to begin with, ``files`` the directory tree in which the log lies.
        """
        self._log = log
        self._files = files
        self._snapshots = snapshots
        self._timestamp_ms = timestamp_ms
        self._random_uuid = random_uuid
        self._subscribers: list[Callable[[ClusterImage, ClusterImage], None]] = []
        self._producer_ids: list[int] = []
        self.broker_id = -1
        self.broker_epoch = -1
        """Offset of this start's registration: what tells it from others."""
        try:
            found = _replayed(log, snapshots, newest)
            check_features(found.image.features)
            last_epoch = max(found.epoch, log.leader_epochs.latest or 0, self._elected())
        except (ValueError, KafkaError, OSError) as fault:
            raise StorageError(f"the metadata log {_DIRECTORY} cannot be replayed: {fault}") from fault
        self.image = found.image
        self._raft = found.raft
        self._is_in_transaction = found.in_transaction
        self._since_snapshot = found.log_bytes - log.written  # plus what is written from now on
        self._snapshot_ms = timestamp_ms()
        self._last_ms = found.timestamp_ms
        self._leader_epoch = 1 + last_epoch
        """Every start is an election that this node wins: the metadata log's own leader epoch rises by one."""

    def _elected(self) -> int:
        return read_epoch(self._files.load(f"{_DIRECTORY}/{QUORUM_STATE}"))

    def start_broker(self, broker_id: int, *, rack: str | None, log_dirs: Sequence[bytes] = ()) -> None:
        """Write down that this broker starts: a fresh cluster's first records, its registration, its leaderships.

        ``log_dirs`` are the directory ids of meta.properties. Nothing is flushed: the next start would write the same.
        """
        is_new = self._log.log_end_offset == 0
        self._lead(broker_id)
        first: list[Any] = []
        if self._is_in_transaction:  # of a controller that is no more; Kafka's next one ends it as well
            first.append(AbortTransactionRecord(reason="Controller failover"))
            self._is_in_transaction = False
        if is_new:
            first += cluster_records(self.image)
        self.broker_id = broker_id
        self.broker_epoch = self._log.log_end_offset + len(first)
        records = first + registration_records(
            self.image,
            broker_id=broker_id,
            broker_epoch=self.broker_epoch,
            incarnation_id=self._random_uuid(),
            rack=rack,
            log_dirs=log_dirs,
        )
        self._append_all(records)
        self._publish(records)
        state = pack(broker_id, self._leader_epoch, voters_in_log=ControlType.KRAFT_VERSION in self._raft)
        self._files.save(f"{_DIRECTORY}/{QUORUM_STATE}", state)

    def stop_broker(self) -> None:
        """Write down that this broker stops, for the next start only: nobody is told. Raises KafkaError."""
        if self._files.lasting:
            self._append_all(departure_records(self.image, self.broker_id))

    def subscribe(self, subscriber: Callable[[ClusterImage, ClusterImage], None]) -> None:
        """Have ``subscriber(old, new)`` called after each commit, and at once with the empty image as the old one.

        It may not raise: the change is already a fact.
        """
        self._subscribers.append(subscriber)
        subscriber(EMPTY_IMAGE, self.image)

    def commit(self, records: Sequence[Any]) -> None:
        """Append records as one batch (all or nothing), replay them, tell the subscribers.

        They are flushed soon, and no answer tells of them before (``partitions/syncer.py``).

        Raises KafkaError (KAFKA_STORAGE_ERROR) if the log cannot be written: then nothing has changed.
        """
        if records:
            self._append(records)
            self._publish(records)

    def next_producer_id(self) -> int:
        """Return a producer id that no start of this broker has given out. Raises KafkaError as ``commit`` does."""
        if not self._producer_ids:
            first = self.image.next_producer_id
            block = ProducerIdsRecord(
                broker_id=self.broker_id,
                broker_epoch=self.broker_epoch,
                next_producer_id=first + PRODUCER_ID_BLOCK,
            )
            self.commit([block])
            self._producer_ids = list(range(first + PRODUCER_ID_BLOCK - 1, first - 1, -1))
        return self._producer_ids.pop()

    def new_topic_id(self) -> bytes:
        """Make an id for a topic: random, not reserved, and no option to a command line (text without leading "-")."""
        while True:
            topic_id = self._random_uuid()
            if not _is_reserved(topic_id) and not _begins_with_dash(topic_id):
                return topic_id

    # ---- snapshots: ``housekeeping`` has them taken

    def wants_snapshot(self, *, max_bytes: int, max_interval_ms: int) -> bool:
        """Whether so much was written since the last one, or some of it so long ago (``SnapshotGenerator``)."""
        if self._snapshots.sound and self._snapshots.sound[-1].id.end_offset > self.image.offset:
            return False
        overdue = 0 < max_interval_ms <= self._timestamp_ms() - self._snapshot_ms
        return overdue or self._since_snapshot + self._log.written >= max_bytes

    @property
    def log(self) -> PartitionLog:
        """To have it flushed; only the journal writes to it."""
        return self._log

    def begin_snapshot(self) -> tuple[SnapshotId, Iterator[bytearray]]:
        """Take the image as it is: return its id, and what writes it down piece by piece."""
        from wirebroker.metadata.snapshot_writer import snapshot_batches  # noqa: PLC0415 - a start does not wait for it

        self._since_snapshot = -self._log.written
        self._snapshot_ms = now_ms = self._timestamp_ms()
        snapshot_id = SnapshotId(self.image.offset + 1, self._leader_epoch)
        batches = snapshot_batches(
            self.image, self._leader_epoch, self._raft, contained_ms=self._last_ms, now_ms=now_ms
        )
        return snapshot_id, batches

    def save_snapshot(self, snapshot_id: SnapshotId, batches: Sequence[bytearray]) -> Snapshot:
        """Write a snapshot to stable storage; for any thread. Its log must be there before. Raises OSError."""
        return Snapshot(snapshot_id, self._snapshots.save(snapshot_id, batches), self._last_ms)

    def end_snapshot(self, snapshot: Snapshot) -> None:
        """From now on the log before it may go."""
        self._snapshots.sound.append(snapshot)

    def forget_history(self, *, max_bytes: int, max_age_ms: int) -> None:
        """Delete old snapshots, and the log before the oldest that stays. Raises KafkaError, OSError."""
        now_ms = self._timestamp_ms()
        sound = self._snapshots.sound
        count = to_forget(sound, self._log.size, max_bytes=max_bytes, max_age_ms=max_age_ms, now_ms=now_ms)
        if count:
            oldest = sound[count].id
            self._log.delete_records(oldest.end_offset)
            self._log.delete_old_segments(now_ms)
            self._snapshots.forget_before(oldest)

    def _lead(self, node_id: int) -> None:
        """Begin this start's epoch of the log, as KRaft's leader does."""
        now_ms = self._timestamp_ms()
        batch = build_batch([leader_change(node_id)], base_timestamp=now_ms, control=True)
        self._log.append(
            memoryview(batch), leader_epoch=self._leader_epoch, timestamp_ms=now_ms, origin=Origin.RAFT_LEADER
        )

    def _append_all(self, records: Sequence[Any]) -> None:
        """Append what may come to stand there in part: each record for itself leads to where all of them do."""
        for start in range(0, len(records), _RECORDS_A_BATCH):
            self._append(records[start : start + _RECORDS_A_BATCH])

    def _append(self, records: Sequence[Any]) -> None:
        self._last_ms = self._timestamp_ms()
        self._log.append_records(
            [Record(value=encode_record(record)) for record in records],
            leader_epoch=self._leader_epoch,
            timestamp_ms=self._last_ms,
            origin=Origin.RAFT_LEADER,
        )

    def _publish(self, records: Sequence[Any]) -> None:
        old = self.image
        builder = ImageBuilder(old)
        first = self._log.log_end_offset - len(records)
        for offset, record in enumerate(records, first):
            builder.replay(record, offset)
        self.image = builder.build()
        for subscriber in self._subscribers:
            subscriber(old, self.image)


def _replayed(log: PartitionLog, snapshots: Snapshots, newest: tuple[SnapshotId, Batches] | None) -> Replayed:
    replayer = Replayer()
    at = 0
    if log.log_end_offset == 0:
        replayer.snapshot(snapshots.bootstrap() or (), 0)
    if newest is not None:
        snapshot_id, batches = newest
        at = snapshot_id.end_offset
        replayer.snapshot(batches, at)
    if at < log.log_start_offset:
        raise ValueError(f"it begins at {log.log_start_offset}, and no sound snapshot says what was before")
    if at > log.log_end_offset:
        raise ValueError(f"it ends at {log.log_end_offset}, before the snapshot of all below {at}")
    if log.log_end_offset > at:
        replayer.log(log.batches(at))
    return replayer.finish()


def _is_reserved(topic_id: bytes) -> bool:
    """Zero, one and the next numbers are ids with a meaning (``Uuid.RESERVED``, ``DirectoryId``)."""
    return int.from_bytes(topic_id) < 100


def _begins_with_dash(topic_id: bytes) -> bool:
    """Tell by the first six bits, which choose the first character of the base64 text; "-" is number 62."""
    return topic_id[0] >> 2 == 62
