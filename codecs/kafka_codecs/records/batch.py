"""Record batches of magic 2: a view of the header, the checksum, stamping, reading and building.

    0 base offset i64 | 8 batch length i32 (of what follows) | 12 partition leader epoch i32 | 16 magic i8 | 17 crc u32
    | 21 attributes i16 | 23 last offset delta i32 | 27 base timestamp i64 | 35 max timestamp i64 | 43 producer id i64
    | 51 producer epoch i16 | 53 base sequence i32 | 57 record count i32 | 61 records, compressed as one stream

The checksum covers all from the attributes on, so that a broker gives a batch its offset and epoch without touching the
rest (Kafka's ``DefaultRecordBatch``). A batch that is only stored and handed on is never opened.
"""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from struct import Struct, error

import msgspec

from kafka_codecs.records.checksum import crc32c
from kafka_codecs.records.compression import Buffer, Compression, compress, decompress
from kafka_codecs.records.corrupt import CorruptBatch, DecompressedTooLarge
from kafka_codecs.records.record import Record, parse_records, write_record

__all__ = [
    "HEADER_SIZE",
    "LOG_OVERHEAD",
    "NO_PRODUCER_ID",
    "NO_TIMESTAMP",
    "BatchHeader",
    "Compression",
    "CorruptBatch",
    "DecompressedTooLarge",
    "Record",
    "TimestampType",
    "build_batch",
    "crc_is_valid",
    "iter_batches",
    "pack_batch",
    "read_header",
    "read_magic",
    "read_records",
    "seal",
    "set_max_timestamp",
    "stamp",
]

HEADER_SIZE = 61
"""Bytes before a batch's first record."""
LOG_OVERHEAD = 12
"""Bytes that ``batch_length`` does not count: the base offset and the length itself."""
NO_TIMESTAMP = -1
NO_PRODUCER_ID = -1
MAX_DECOMPRESSED = 64 * 1024 * 1024

_HEADER = Struct(">qiibIhiqqqhii")
_unpack_header = _HEADER.unpack_from
_OFFSET = Struct(">q")
_EPOCH = Struct(">i")
_CRC = Struct(">I")
_ATTRIBUTES = Struct(">h")
_TIMESTAMP = Struct(">q")
_LENGTH_AT, _EPOCH_AT, _MAGIC_AT, _CRC_AT, _ATTRIBUTES_AT, _MAX_TIMESTAMP_AT = 8, 12, 16, 17, 21, 35

_COMPRESSION_BITS = 0x07
_LOG_APPEND_TIME = 0x08
_TRANSACTIONAL = 0x10
_CONTROL = 0x20
_DELETE_HORIZON = 0x40
_WITH_A_MEANING = 0x7F
_SEQUENCES = 1 << 31


class TimestampType(IntEnum):
    """Who set a batch's timestamps (``message.timestamp.type``): the producer, or the broker at the append."""

    CREATE_TIME = 0
    LOG_APPEND_TIME = 1


class BatchHeader(msgspec.Struct, frozen=True, gc=False):
    """The 61 bytes before the records, as they stand on the wire: nothing has been checked."""

    base_offset: int
    batch_length: int
    partition_leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    records_count: int

    @property
    def size(self) -> int:
        """Bytes of the whole batch."""
        return self.batch_length + LOG_OVERHEAD

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def next_offset(self) -> int:
        return self.base_offset + self.last_offset_delta + 1

    @property
    def last_sequence(self) -> int:
        """The sequence of the last record; after 2147483647 comes 0. -1 without a sequence."""
        if self.base_sequence < 0:
            return self.base_sequence
        return (self.base_sequence + self.last_offset_delta) % _SEQUENCES

    @property
    def compression(self) -> Compression:
        """The codec. Raises CorruptBatch for the numbers 5 to 7, which name none."""
        try:
            return Compression(self.attributes & _COMPRESSION_BITS)
        except ValueError:
            raise CorruptBatch(f"compression codec {self.attributes & _COMPRESSION_BITS}") from None

    @property
    def is_log_append_time(self) -> bool:
        return self.attributes & _LOG_APPEND_TIME != 0

    @property
    def is_transactional(self) -> bool:
        return self.attributes & _TRANSACTIONAL != 0

    @property
    def is_control(self) -> bool:
        return self.attributes & _CONTROL != 0

    @property
    def has_delete_horizon(self) -> bool:
        """Whether ``base_timestamp`` is the time at which compaction may drop the batch's tombstones (KIP-534)."""
        return self.attributes & _DELETE_HORIZON != 0

    @property
    def has_producer_id(self) -> bool:
        return self.producer_id > NO_PRODUCER_ID

    def timestamp_of(self, record: Record) -> int:
        """Return the record's timestamp in milliseconds: its own, or the batch's where the broker set it."""
        return self.max_timestamp if self.is_log_append_time else self.base_timestamp + record.timestamp_delta


def read_header(buffer: Buffer, at: int = 0) -> BatchHeader:
    """View the header at ``at``. Only ``magic`` and what stands before it mean anything in batches of magic 0 and 1.

    Raises CorruptBatch if fewer than 61 bytes are there.
    """
    try:
        return BatchHeader(*_unpack_header(buffer, at))
    except error:
        raise CorruptBatch(f"{len(buffer) - at} bytes, where a batch's header takes {HEADER_SIZE}") from None


def read_magic(buffer: Buffer, at: int = 0) -> int:
    """Read the format of the batch or message set at ``at``; it stands at one place in all. Raises CorruptBatch."""
    if len(buffer) - at <= _MAGIC_AT:
        raise CorruptBatch(f"{len(buffer) - at} bytes are too few for a batch of any format")
    magic = buffer[at + _MAGIC_AT]
    return magic if magic < 0x80 else magic - 0x100


def crc_is_valid(buffer: Buffer, at: int, size: int) -> bool:
    """Whether the ``size`` bytes at ``at`` are a batch whose checksum is right."""
    if size < HEADER_SIZE or at + size > len(buffer):
        return False
    (crc,) = _CRC.unpack_from(buffer, at + _CRC_AT)
    return crc32c()(memoryview(buffer)[at + _ATTRIBUTES_AT : at + size]) == int(crc)


def stamp(buffer: bytearray | memoryview, at: int, base_offset: int, partition_leader_epoch: int) -> None:
    """Give the batch at ``at`` its place in a log. The checksum does not cover these fields."""
    _OFFSET.pack_into(buffer, at, base_offset)
    _EPOCH.pack_into(buffer, at + _EPOCH_AT, partition_leader_epoch)


def set_max_timestamp(
    buffer: bytearray | memoryview, at: int, timestamp_type: TimestampType, max_timestamp: int
) -> None:
    """Set whose timestamps these are and the largest (milliseconds), and the checksum anew.

    Bits of the attributes that mean nothing are lost (``DefaultRecordBatch.setMaxTimestamp``).
    """
    attributes = _ATTRIBUTES.unpack_from(buffer, at + _ATTRIBUTES_AT)[0] & _WITH_A_MEANING & ~_LOG_APPEND_TIME
    if timestamp_type is TimestampType.LOG_APPEND_TIME:
        attributes |= _LOG_APPEND_TIME
    _ATTRIBUTES.pack_into(buffer, at + _ATTRIBUTES_AT, attributes)
    _TIMESTAMP.pack_into(buffer, at + _MAX_TIMESTAMP_AT, max_timestamp)
    seal(buffer, at)


def seal(buffer: bytearray | memoryview, at: int = 0) -> None:
    """Write the checksum of the batch at ``at``, after its content was changed."""
    size = _EPOCH.unpack_from(buffer, at + _LENGTH_AT)[0] + LOG_OVERHEAD
    _CRC.pack_into(buffer, at + _CRC_AT, crc32c()(memoryview(buffer)[at + _ATTRIBUTES_AT : at + size]))


def iter_batches(buffer: Buffer) -> Iterator[tuple[int, BatchHeader]]:
    """Yield position and header of each whole batch; a last one that is cut short ends the iteration silently.

    Checksums are not looked at. Raises CorruptBatch for a batch that is shorter than its header or not of magic 2.
    """
    at, end = 0, len(buffer)
    while end - at >= HEADER_SIZE:
        header = read_header(buffer, at)
        if header.magic != 2:
            raise CorruptBatch(f"magic {header.magic} at byte {at}")
        if header.size < HEADER_SIZE:
            raise CorruptBatch(f"a batch of {header.size} bytes at byte {at}")
        if at + header.size > end:
            return
        yield at, header
        at += header.size


def read_records(buffer: Buffer, at: int = 0, *, max_decompressed: int = MAX_DECOMPRESSED) -> list[Record]:
    """Read all records of the batch at ``at``, of which the whole must be there.

    ``max_decompressed`` bounds the bytes that a compressed batch may hold. Raises CorruptBatch, also where a count or a
    length does not fit the bytes, and DecompressedTooLarge.
    """
    header = read_header(buffer, at)
    if header.magic != 2 or not HEADER_SIZE <= header.size <= len(buffer) - at:
        raise CorruptBatch(f"magic {header.magic}, {header.size} bytes, where {len(buffer) - at} are")
    body = memoryview(buffer)[at + HEADER_SIZE : at + header.size]
    if header.compression is Compression.NONE:
        return parse_records(bytes(body), header.records_count)
    if header.records_count == 0:
        return []
    return parse_records(decompress(header.compression, body, limit=max_decompressed), header.records_count)


def build_batch(
    records: Sequence[Record],
    *,
    base_offset: int = 0,
    partition_leader_epoch: int = -1,
    compression: Compression = Compression.NONE,
    base_timestamp: int = NO_TIMESTAMP,
    max_timestamp: int | None = None,
    timestamp_type: TimestampType = TimestampType.CREATE_TIME,
    producer_id: int = NO_PRODUCER_ID,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    transactional: bool = False,
    control: bool = False,
    delete_horizon: bool = False,
    last_offset_delta: int | None = None,
) -> bytearray:
    """Build a batch of ``records``, whose deltas are written as they are.

    ``max_timestamp`` and ``last_offset_delta`` are those of the records unless given; a batch without records, as
    compaction leaves behind, needs both. Timestamps are milliseconds.
    """
    body = bytearray()
    for record in records:
        write_record(body, record)
    packed = body if compression is Compression.NONE or not records else compress(compression, body)
    if max_timestamp is None:
        max_timestamp = base_timestamp + max(record.timestamp_delta for record in records)
    if last_offset_delta is None:
        last_offset_delta = records[-1].offset_delta
    return pack_batch(
        packed,
        len(records),
        base_offset=base_offset,
        partition_leader_epoch=partition_leader_epoch,
        compression=compression,
        base_timestamp=base_timestamp,
        max_timestamp=max_timestamp,
        timestamp_type=timestamp_type,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=base_sequence,
        transactional=transactional,
        control=control,
        delete_horizon=delete_horizon,
        last_offset_delta=last_offset_delta,
    )


def pack_batch(
    body: Buffer,
    records_count: int,
    *,
    base_offset: int,
    partition_leader_epoch: int,
    compression: Compression,
    base_timestamp: int,
    max_timestamp: int,
    timestamp_type: TimestampType,
    producer_id: int,
    producer_epoch: int,
    base_sequence: int,
    transactional: bool,
    control: bool,
    delete_horizon: bool,
    last_offset_delta: int,
) -> bytearray:
    """Put a header before records that are written, and compressed if they are to be."""
    attributes = (
        compression
        | timestamp_type * _LOG_APPEND_TIME
        | transactional * _TRANSACTIONAL
        | control * _CONTROL
        | delete_horizon * _DELETE_HORIZON
    )
    batch = bytearray(HEADER_SIZE)
    batch += body
    _HEADER.pack_into(
        batch,
        0,
        base_offset,
        len(batch) - LOG_OVERHEAD,
        partition_leader_epoch,
        2,
        0,
        attributes,
        last_offset_delta,
        base_timestamp,
        max_timestamp,
        producer_id,
        producer_epoch,
        base_sequence,
        records_count,
    )
    seal(batch)
    return batch
