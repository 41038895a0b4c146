"""Replaying a metadata log: records one after another, and the transactions that hold some of them together (KIP-868).

Control records belong to the log's own machinery. Two kinds of them are kept all the same: which version of KRaft the
quorum runs with and who votes, since a snapshot that leaves them out would take them away (Kafka:
``MetadataBatchLoader``, ``RecordsSnapshotWriter``).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from kafka_codecs.internal.cluster_metadata import (
    AbortTransactionRecord,
    BeginTransactionRecord,
    EndTransactionRecord,
)
from kafka_codecs.records.batch import BatchHeader, read_records
from kafka_codecs.records.control import ControlType, read_control_key
from wirebroker.metadata.framing import decode_record
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage
from wirebroker.metadata.image_builder import ImageBuilder

_MAX_BATCH_BYTES = 1 << 27
_KEPT = (ControlType.KRAFT_VERSION, ControlType.KRAFT_VOTERS)


class Replayed(msgspec.Struct):
    """What a log comes to."""

    image: ClusterImage
    in_transaction: bool
    """Whether it ends within a transaction: the image is the one before that, and somebody has to abort it."""
    epoch: int
    """Leader epoch of the last batch."""
    timestamp_ms: int
    """Of the last batch."""
    log_bytes: int
    """What was read of the log itself."""
    raft: dict[ControlType, bytes]
    """Values of the newest control records that snapshots keep, in the order of their kinds."""


class Replayer:
    """Takes batches in order; ``finish`` gives what they come to. Raises ValueError for what cannot be."""

    def __init__(self) -> None:
        self._builder = ImageBuilder(EMPTY_IMAGE)
        self._before: ClusterImage | None = None  # what an open transaction goes back to if it is aborted
        self._offset = -1
        self._epoch = 0
        self._timestamp_ms = 0
        self._log_bytes = 0
        self._raft: dict[ControlType, bytes] = {}

    def snapshot(self, batches: Iterable[tuple[BatchHeader, memoryview]], end_offset: int) -> None:
        """Begin with a snapshot of all that lies below ``end_offset``."""
        for header, batch in batches:
            self._replay(header, batch, end_offset - 1)
        self._offset = end_offset - 1

    def log(self, batches: Iterable[tuple[BatchHeader, memoryview]]) -> None:
        """Go on with batches of the log."""
        for header, batch in batches:
            self._replay(header, batch, None)
            self._offset = header.base_offset + header.last_offset_delta
            self._log_bytes += len(batch)

    def finish(self) -> Replayed:
        image = self._builder.build() if self._before is None else self._before
        return Replayed(
            msgspec.structs.replace(image, offset=self._offset),
            self._before is not None,
            self._epoch,
            self._timestamp_ms,
            self._log_bytes,
            {kind: self._raft[kind] for kind in _KEPT if kind in self._raft},
        )

    def _replay(self, header: BatchHeader, batch: memoryview, offset: int | None) -> None:
        self._epoch = header.partition_leader_epoch
        self._timestamp_ms = header.max_timestamp
        for record in read_records(batch, max_decompressed=_MAX_BATCH_BYTES):
            if header.is_control:
                kind = read_control_key(record.key)
                if kind in _KEPT and record.value is not None:
                    self._raft[kind] = bytes(record.value)
            elif record.value is not None:
                at = header.base_offset + record.offset_delta if offset is None else offset
                self._apply(decode_record(record.value), at)

    def _apply(self, record: Any, offset: int) -> None:
        match record:
            case BeginTransactionRecord():
                if self._before is not None:
                    raise ValueError(f"a metadata transaction begins at {offset}, within another")
                self._before = self._builder.build()
                self._builder = ImageBuilder(self._before)
            case EndTransactionRecord() | AbortTransactionRecord():
                if self._before is None:
                    raise ValueError(f"a metadata transaction ends at {offset}, and none had begun")
                if isinstance(record, AbortTransactionRecord):
                    self._builder = ImageBuilder(self._before)
                self._before = None
            case _:
                self._builder.replay(record, offset)
