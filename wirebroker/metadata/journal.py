"""The metadata log: where the cluster's state is kept, and the only way to change it.

Whoever changes the cluster computes records from ``Journal.image`` and commits them. A commit appends them to
``__cluster_metadata-0``, replays them into the next image and tells the subscribers, in this order, without a point at
which anything else could run in between. A start replays the whole log.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kafka_codecs.internal.cluster_metadata import ProducerIdsRecord
from kafka_codecs.records.batch import Record, read_records
from wirebroker.errors import KafkaError
from wirebroker.log.partition_log import Origin, PartitionLog
from wirebroker.log.storage import StorageError
from wirebroker.metadata.bootstrap import cluster_records, registration_records
from wirebroker.metadata.framing import decode_record, encode_record
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage, ImageBuilder
from wirebroker.metadata.topic_names import METADATA_TOPIC

METADATA_TOPIC_ID = bytes(15) + b"\x01"
"""Kafka's ``Uuid.METADATA_TOPIC_ID``: reserved, never a topic's."""

PRODUCER_ID_BLOCK = 1000
"""Producer ids are taken from the log by the thousand (``ProducerIdsBlock``); a restart skips the rest of a block."""

_RECORDS_A_BATCH = 2000
_MAX_BATCH_BYTES = 1 << 27


class Journal:
    """The metadata log of this process and the image that it adds up to.

    ``timestamp_ms`` gives the wall clock in milliseconds for the records' timestamps, ``random_uuid`` the 16 bytes of a
    random (version 4) UUID for topic and incarnation ids.
    """

    def __init__(self, log: PartitionLog, *, timestamp_ms: Callable[[], int], random_uuid: Callable[[], bytes]) -> None:
        """Replay the log. Raises StorageError if it cannot be read or holds what this broker does not understand."""
        self._log = log
        self._timestamp_ms = timestamp_ms
        self._random_uuid = random_uuid
        self._subscribers: list[Callable[[ClusterImage, ClusterImage], None]] = []
        self._producer_ids: list[int] = []
        self.broker_id = -1
        self._broker_epoch = -1
        try:
            self.image = _replayed(log)
        except (ValueError, KafkaError) as fault:
            raise StorageError(f"the metadata log {METADATA_TOPIC}-0 cannot be replayed: {fault}") from fault
        self._leader_epoch = 1 + (log.leader_epochs.latest or 0)
        """Every start is an election that this node wins: the metadata log's own leader epoch rises by one."""

    def start_broker(self, broker_id: int, *, rack: str | None, log_dirs: Sequence[bytes] = ()) -> None:
        """Write down that this broker starts: a fresh cluster's first records, its registration, its leaderships.

        ``log_dirs`` are the directory ids of meta.properties. Nothing is flushed: the next start would write the same.
        """
        first = cluster_records() if self.image.offset < 0 else []
        self.broker_id = broker_id
        self._broker_epoch = self._log.log_end_offset + len(first)
        records = first + registration_records(
            self.image,
            broker_id=broker_id,
            broker_epoch=self._broker_epoch,
            incarnation_id=self._random_uuid(),
            rack=rack,
            log_dirs=log_dirs,
        )
        for start in range(0, len(records), _RECORDS_A_BATCH):
            self._append(records[start : start + _RECORDS_A_BATCH])
        self._publish(records)

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
                broker_epoch=self._broker_epoch,
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

    def _append(self, records: Sequence[Any]) -> None:
        self._log.append_records(
            [Record(value=encode_record(record)) for record in records],
            leader_epoch=self._leader_epoch,
            timestamp_ms=self._timestamp_ms(),
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


def _replayed(log: PartitionLog) -> ClusterImage:
    builder = ImageBuilder()
    for header, batch in log.batches(log.log_start_offset):
        if header.is_control:
            continue
        for record in read_records(batch, max_decompressed=_MAX_BATCH_BYTES):
            if record.value is not None:
                builder.replay(decode_record(record.value), header.base_offset + record.offset_delta)
    return builder.build()


def _is_reserved(topic_id: bytes) -> bool:
    """Zero, one and the next numbers are ids with a meaning (``Uuid.RESERVED``, ``DirectoryId``)."""
    return int.from_bytes(topic_id) < 100


def _begins_with_dash(topic_id: bytes) -> bool:
    """Tell by the first six bits, which choose the first character of the base64 text; "-" is number 62."""
    return topic_id[0] >> 2 == 62
