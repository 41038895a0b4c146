"""The log of the groups: ``__consumer_offsets``, written and read back."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, read_records
from kafka_codecs.records.control import ControlType, read_control_key
from kafka_codecs.wire import EncodeError
from wirebroker.coordinators.group.records import (
    GROUP_METADATA_TOPIC,
    GroupRecord,
    decode_record,
    encode_record,
    partition_for,
)
from wirebroker.coordinators.group.transactions import OffsetTransactions
from wirebroker.errors import KafkaError
from wirebroker.partitions.partitions import Partitions

_log = logging.getLogger(__name__)

MAX_DECOMPRESSED = 1 << 27
"""Bytes of one batch of group records when it is read back. Ours are not compressed; Kafka's may be."""


_TOO_LARGE = (ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE)
"""What is said of a batch that may do as several smaller ones."""


class Written:
    """What became of records: those that were appended and where, those that were not and why."""

    __slots__ = ("error", "partitions", "records", "refused")

    def __init__(self) -> None:
        self.records: list[GroupRecord] = []
        self.partitions: set[int] = set()
        self.refused: list[GroupRecord] = []
        self.error: KafkaError | None = None

    def refuse(self, records: Sequence[GroupRecord], error: KafkaError) -> None:
        self.refused += records
        self.error = self.error or error


_Encoded: TypeAlias = tuple[GroupRecord, bytes, bytes | None]


class GroupLog:
    """The partitions of ``__consumer_offsets``, as the runtime needs them."""

    def __init__(self, partitions: Partitions, create: Callable[[], None]) -> None:
        self._partitions = partitions
        self._create = create
        self.partition_count = 0
        """0 until the topic exists."""

    def partition_of(self, group_id: str) -> int:
        return partition_for(group_id, max(self.partition_count, 1))

    def append(self, records: Sequence[GroupRecord], timestamp_ms: int) -> Written:
        """Append records, those of one partition as one batch; the topic is created if need be.

        A group stands and falls as a whole, and does not take others with it. Raises KafkaError if there is no topic.
        """
        if not self.partition_count:
            self._create()
        groups: dict[str, list[GroupRecord]] = {}
        for record in records:
            groups.setdefault(record.group_id, []).append(record)
        written = Written()
        batches: dict[int, list[_Encoded]] = {}
        for group_id, several in groups.items():
            try:
                batch = [(record, *encode_record(record)) for record in several]
            except EncodeError as error:
                written.refuse(several, KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR, str(error)))
            else:
                batches.setdefault(self.partition_of(group_id), []).extend(batch)
        for index, batch in batches.items():
            self._append_batch(index, batch, timestamp_ms, written)
        return written

    def _append_batch(self, index: int, batch: list[_Encoded], timestamp_ms: int, written: Written) -> None:
        """Append as one batch; what only takes away, and is too large for one, as several."""
        partition = self._partitions.get(GROUP_METADATA_TOPIC, index)
        records = [record for record, _, _ in batch]
        if partition is None:
            written.refuse(records, KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
            return
        encoded = [Record(key=key, value=value) for _, key, value in batch]
        try:
            partition.append_records(encoded, timestamp_ms=timestamp_ms)
        except KafkaError as error:
            if error.code not in _TOO_LARGE or len(batch) == 1 or any(value is not None for _, _, value in batch):
                written.refuse(records, error)
                return
            middle = len(batch) // 2
            for part in batch[:middle], batch[middle:]:
                self._append_batch(index, part, timestamp_ms, written)
        else:
            written.partitions.add(index)
            written.records += records

    def read(self, index: int) -> Iterator[GroupRecord]:
        """Read one partition from its start.

        What cannot be read is logged and passed over: it is one record of one group. Offsets that were committed in a
        transaction count from its end on, unless it was aborted.
        """
        partition = self._partitions.get(GROUP_METADATA_TOPIC, index)
        if partition is None:
            return
        transactions = OffsetTransactions()
        for header, batch in partition.log.batches(partition.log.log_start_offset):
            records = read_records(batch, max_decompressed=MAX_DECOMPRESSED)
            if header.is_control:
                for record in records:
                    is_commit = read_control_key(record.key) is ControlType.COMMIT
                    yield from transactions.end(header.producer_id, is_commit=is_commit)
                continue
            for record in records:
                offset = header.base_offset + record.offset_delta
                try:
                    decoded = decode_record(record.key or b"", record.value)
                except ValueError as error:  # also a version of a later Kafka
                    at = f"{GROUP_METADATA_TOPIC}-{index}, offset {offset}"
                    _log.error("%s: a record of a group cannot be read: %s", at, error)
                    continue
                if decoded is None:
                    continue
                if header.is_transactional:
                    transactions.add(header.producer_id, decoded, offset)
                else:
                    transactions.pass_by(decoded, offset)
                    yield decoded
