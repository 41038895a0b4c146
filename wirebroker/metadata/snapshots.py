"""Snapshots of the metadata: a file that stands for all of the log up to an offset, so that the log need not be kept.

``<end offset>-<epoch>.checkpoint`` beside the segments holds batches: a control batch with the header, the records of
the image, a control batch with the footer (Kafka's ``RecordsSnapshotWriter``, KIP-630). Offsets in it are its own.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import NamedTuple

from kafka_codecs.compile import decode
from kafka_codecs.records.batch import (
    LOG_OVERHEAD,
    BatchHeader,
    crc_is_valid,
    read_header,
    read_records,
)
from kafka_codecs.records.control import ControlType, read_control_key
from kafka_codecs.wire import DecodeError
from wirebroker.log.files import Files

SUFFIX = ".checkpoint"
BOOTSTRAP = "bootstrap.checkpoint"
_ENOUGH_FOR_A_HEADER = 512
"""Bytes; the first batch has 90 or so, more only with voters."""
_NAME = re.compile(r"(\d{20})-(\d{10})\.checkpoint")
_LENGTH = Struct(">i")
_log = logging.getLogger(__name__)

Batches = list[tuple[BatchHeader, memoryview]]


class SnapshotId(NamedTuple):
    """What a snapshot covers: the offset behind its last record, and the leader epoch of that record."""

    end_offset: int
    epoch: int

    @property
    def file_name(self) -> str:
        return f"{self.end_offset:020}-{self.epoch:010}{SUFFIX}"

    @classmethod
    def of(cls, file_name: str) -> "SnapshotId | None":
        match = _NAME.fullmatch(file_name)
        return None if match is None else cls(int(match[1]), int(match[2]))


class Snapshot(NamedTuple):
    """One snapshot file. ``timestamp_ms`` is the log's where the snapshot ends."""

    id: SnapshotId
    size: int
    timestamp_ms: int


class Snapshots:
    """The snapshots in the directory of the metadata log, and what becomes of them."""

    def __init__(self, files: Files, directory: str) -> None:
        self._files = files
        self._directory = directory
        self.sound: list[Snapshot] = []
        """From old to new: those that were read or written since the start."""

    def newest(self) -> tuple[SnapshotId, Batches] | None:
        """Return the newest sound snapshot; what is torn or damaged is reported and passed over. Raises OSError."""
        found: tuple[SnapshotId, Batches] | None = None
        for snapshot_id in self._listed():
            name = f"{self._directory}/{snapshot_id.file_name}"
            if found is None:
                batches = self._read(name)
                if batches is None:
                    continue
                found = snapshot_id, batches
            file = self._files.open(name)
            self.sound.insert(0, Snapshot(snapshot_id, file.size(), _contained_ms(file.read(0, _ENOUGH_FOR_A_HEADER))))
            file.close()
        return found

    def bootstrap(self) -> Batches | None:
        """Return what Kafka's storage tool left for the first start of a cluster, if it did. Raises OSError."""
        return self._read(BOOTSTRAP) if BOOTSTRAP in self._files.names("") else None

    def _read(self, name: str) -> Batches | None:
        try:
            return list(read_snapshot(self._files.load(name) or b""))
        except ValueError as fault:
            _log.error("%s is not used: %s", name, fault)
            return None

    def save(self, snapshot_id: SnapshotId, batches: Sequence[bytes | bytearray]) -> int:
        """Write a snapshot to stable storage and return its size; may be called on any thread. Raises OSError."""
        data = b"".join(batches)
        self._files.save(f"{self._directory}/{snapshot_id.file_name}", data, sync=True)
        return len(data)

    def forget_before(self, snapshot_id: SnapshotId) -> None:
        """Delete the files of older snapshots. Raises OSError."""
        for each in self._listed():
            if each < snapshot_id:
                self._files.remove(f"{self._directory}/{each.file_name}")
        self.sound = [each for each in self.sound if each.id >= snapshot_id]

    def _listed(self) -> list[SnapshotId]:
        """Return all, from new to old."""
        ids = [SnapshotId.of(name) for name in self._files.names(self._directory)]
        return sorted((each for each in ids if each is not None), reverse=True)


def to_forget(sound: Sequence[Snapshot], log_size: int, *, max_bytes: int, max_age_ms: int, now_ms: int) -> int:
    """Return how many of the oldest snapshots go, with the log before the next one; the newest always stays.

    By size first (``metadata.max.retention.bytes``; log and all snapshots count), then by age
    (``metadata.max.retention.ms``, by what the snapshot's end is old); negative limits count nothing.
    Kafka: ``KafkaRaftLog.maybeClean``.
    """
    total = log_size + sum(each.size for each in sound)
    count = 0
    for each in sound[:-1]:
        too_large = 0 <= max_bytes < total
        too_old = 0 <= max_age_ms < now_ms - each.timestamp_ms
        if not (too_large or too_old):
            break
        total -= each.size
        count += 1
    return count


def read_snapshot(data: bytes) -> Iterator[tuple[BatchHeader, memoryview]]:
    """Go over a snapshot's batches. Raises ValueError if it is not whole and sound from header to footer."""
    view = memoryview(data)
    at = 0
    kind: ControlType | None = None
    while at < len(view):
        batch = _first_batch(view[at:])
        if not crc_is_valid(batch, 0, len(batch)):
            raise ValueError(f"its batch at {at} is not whole, or has another checksum")
        header = read_header(batch)
        kind = _control_kind(header, batch)
        if at == 0 and kind is not ControlType.SNAPSHOT_HEADER:
            raise ValueError("it does not begin with a snapshot's header")
        yield header, batch
        at += len(batch)
    if kind is not ControlType.SNAPSHOT_FOOTER:
        raise ValueError("it does not end with a snapshot's footer")


def _first_batch(view: memoryview) -> memoryview:
    """Return the first batch, or what there is of it."""
    if len(view) < LOG_OVERHEAD:
        return view
    return view[: LOG_OVERHEAD + max(_LENGTH.unpack_from(view, LOG_OVERHEAD - _LENGTH.size)[0], 0)]


def _control_kind(header: BatchHeader, batch: memoryview) -> ControlType | None:
    if not header.is_control:
        return None
    first = next(iter(read_records(batch, max_decompressed=1 << 20)))
    return read_control_key(first.key)


def _contained_ms(beginning: memoryview) -> int:
    """Read what the header says of the log; 0, which is old, of what is no header."""
    from kafka_codecs.internal.control_records import SnapshotHeaderRecord  # noqa: PLC0415 - a first start has none

    try:
        record = next(iter(read_records(_first_batch(beginning), max_decompressed=1 << 20)))
        return decode(SnapshotHeaderRecord, 0, record.value or b"", 0).last_contained_log_timestamp
    except (DecodeError, StopIteration):
        return 0
