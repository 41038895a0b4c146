"""What a batch must be before a log takes it: Kafka's ``LogValidator``, and the checks of ``UnifiedLog`` around it.

How much of a batch is looked at. Kafka goes over the records of every batch. In Python a record costs 0.8 µs, and a
megabyte of 1 KB records arrives, is checked and is written in about 900 µs: going over all of them would nearly halve
the throughput. So the header is always judged, and the records

- of a small batch all: up to 8 of them, and one more for each 8 KiB of the batch;
- of a larger one the first 8, if nothing in its header is suspicious: the count fits the bytes, and the largest
  timestamp lies within the bounds. Its count and its largest timestamp are then believed;
- all, where the topic or the header demand it: a compacted topic (keys), ``message.timestamp.before.max.ms`` (the
  smallest timestamp stands in no header), a suspicious header, a codec that must be changed.

A compressed batch that stays as it is is opened only if it is small (4 KiB, 8 records, and no more than 64 KiB when
decompressed); others are stored unopened. A lie beyond that reaches the consumers, with a valid checksum of its own.

The walk reads a copy of the records: indexing ``bytes`` is faster than a memoryview, and a copy of 16 KiB costs 0.6 µs.
"""

from enum import Enum, auto

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import (
    HEADER_SIZE,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    BatchHeader,
    Compression,
    CorruptBatch,
    DecompressedTooLarge,
    Record,
    TimestampType,
    build_batch,
    read_header,
    set_max_timestamp,
)
from kafka_codecs.records.checksum import crc32c
from kafka_codecs.records.compression import decompress
from kafka_codecs.records.record import MIN_RECORD_SIZE, parse_records
from wirebroker.errors import KafkaError
from wirebroker.log.record_walk import walk
from wirebroker.log.rules import AppendRules

__all__ = ["InvalidRecords", "Origin", "check_envelope", "validate"]

ALWAYS_WALKED = 8
BYTES_PER_RECORD_WALKED = 8 * 1024
OPENED_COMPRESSED = 4 * 1024
OPENED_DECOMPRESSED = 64 * 1024
NO_LIMIT_MS = 2**63 - 1
CODEC, LAST_CODEC, LOG_APPEND_TIME, CONTROL = 0x07, 4, 0x08, 0x20
"""Bits of a batch's attributes."""
CHECKED_FROM = 21
"""The first byte that a batch's checksum covers: the attributes'."""


class Origin(Enum):
    """Who appends, hence what is checked (Kafka's ``AppendOrigin``)."""

    CLIENT = auto()
    COORDINATOR = auto()
    """A coordinator of this broker: its records are well formed, its batches carry no sequence numbers."""
    RAFT_LEADER = auto()
    """The metadata log: atomic however large."""


class InvalidRecords(KafkaError):  # noqa: N818 - says what was found, as KafkaError's codes do
    """Single records are at fault: ``record_errors`` has (index in the batch, text) of each (KIP-467)."""

    def __init__(self, code: ErrorCode, message: str, record_errors: list[tuple[int, str]]) -> None:
        super().__init__(code, message)
        self.record_errors = record_errors


def check_envelope(batch: memoryview, header: BatchHeader, rules: AppendRules, origin: Origin) -> None:
    """Judge what stands around the records: base offset, size, checksum, in this order.

    Raises KafkaError: INVALID_RECORD, MESSAGE_TOO_LARGE, CORRUPT_MESSAGE.
    """
    if origin is Origin.CLIENT and header.base_offset != 0:
        raise KafkaError(ErrorCode.INVALID_RECORD)
    size = len(batch)
    if size > rules.max_message_bytes and origin is not Origin.RAFT_LEADER:
        raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
    if size < HEADER_SIZE or crc32c()(batch[CHECKED_FROM:]) != header.crc:
        raise KafkaError(ErrorCode.CORRUPT_MESSAGE)


def validate(
    batch: memoryview, header: BatchHeader, rules: AppendRules, timestamp_ms: int
) -> tuple[memoryview, BatchHeader]:
    """Judge a client's batch of exactly one batch's size, and bring its timestamp and codec to what the topic wants.

    Return the batch to append and its header: the one that came, changed in place if its timestamp had to be, or a new
    one. Raises KafkaError: INVALID_RECORD for counts, control batches, sequences and broken records;
    UNKNOWN_SERVER_ERROR for compressed data that cannot be read and, in a batch that must be recompressed, for negative
    timestamps and a producer id without epoch or sequence; MESSAGE_TOO_LARGE for what recompression made too large;
    InvalidRecords for keys and timestamps.
    """
    _check_counts(header)
    codec = header.attributes & CODEC
    if codec > LAST_CODEC:
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    if rules.compression is not None and codec != rules.compression:
        return _recompress(batch, header, rules, rules.compression, timestamp_ms)
    if header.attributes & LOG_APPEND_TIME:  # every record then counts as stamped with the batch's largest timestamp
        largest = header.max_timestamp
        if rules.log_append_time or _is_out_of_range(largest, rules, timestamp_ms) or largest == NO_TIMESTAMP:
            _reject_records(batch, header, rules, timestamp_ms)
    if codec:
        largest = _look_into_compressed(batch, header, rules, timestamp_ms)
    else:
        largest = _look_into_plain(batch, header, rules, timestamp_ms)
    return _stamped(batch, header, rules, largest, timestamp_ms)


def _check_counts(header: BatchHeader) -> None:
    count = header.records_count
    if (
        count <= 0
        or header.last_offset_delta + 1 != count
        or header.attributes & CONTROL
        or (header.producer_id >= 0 and header.base_sequence < 0)
    ):
        raise KafkaError(ErrorCode.INVALID_RECORD)


def _look_into_plain(batch: memoryview, header: BatchHeader, rules: AppendRules, timestamp_ms: int) -> int:
    """Walk over all or the first records, and return the batch's largest timestamp."""
    count, size = header.records_count, len(batch)
    if count * MIN_RECORD_SIZE > size - HEADER_SIZE:
        raise KafkaError(ErrorCode.INVALID_RECORD)
    everything = (
        count <= ALWAYS_WALKED + size // BYTES_PER_RECORD_WALKED
        or rules.compacted
        or (
            not rules.log_append_time
            and (rules.before_max_ms != NO_LIMIT_MS or _is_out_of_range(header.max_timestamp, rules, timestamp_ms))
        )
    )
    if everything:
        return _walk_all(bytes(batch[HEADER_SIZE:]), batch, header, rules, timestamp_ms)
    return _walk_some(batch, header, rules)


def _walk_some(batch: memoryview, header: BatchHeader, rules: AppendRules) -> int:
    try:
        walk(batch, HEADER_SIZE, ALWAYS_WALKED, record_max=rules.record_max)
    except CorruptBatch:
        raise KafkaError(ErrorCode.INVALID_RECORD) from None
    return header.max_timestamp


def _walk_all(body: bytes, batch: memoryview, header: BatchHeader, rules: AppendRules, timestamp_ms: int) -> int:
    try:
        seen = walk(body, 0, header.records_count, record_max=rules.record_max)
    except CorruptBatch:
        raise KafkaError(ErrorCode.INVALID_RECORD) from None
    if seen.end != len(body):
        raise KafkaError(ErrorCode.INVALID_RECORD)
    if header.is_log_append_time:
        least = largest = header.max_timestamp
    else:
        least, largest = header.base_timestamp + seen.least_delta, header.base_timestamp + seen.largest_delta
    if (seen.keyless and rules.compacted) or (
        not rules.log_append_time
        and (timestamp_ms - least > rules.before_max_ms or largest - timestamp_ms > rules.after_max_ms)
    ):
        _reject_records(batch, header, rules, timestamp_ms)
    if header.attributes & CODEC and not seen.consecutive:
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    return max(largest, NO_TIMESTAMP)


def _look_into_compressed(batch: memoryview, header: BatchHeader, rules: AppendRules, timestamp_ms: int) -> int:
    """Open a batch that keeps its codec, if the topic demands it or it is small, and return its largest timestamp."""
    demanded = rules.compacted or (
        not rules.log_append_time
        and (rules.before_max_ms != NO_LIMIT_MS or _is_out_of_range(header.max_timestamp, rules, timestamp_ms))
    )
    if not demanded and (header.records_count > ALWAYS_WALKED or len(batch) > OPENED_COMPRESSED):
        return header.max_timestamp
    try:
        limit = rules.decompressed_max if demanded else min(OPENED_DECOMPRESSED, rules.decompressed_max)
        body = decompress(header.compression, batch[HEADER_SIZE:], limit=limit)
    except DecompressedTooLarge:
        if demanded:
            raise KafkaError(ErrorCode.INVALID_RECORD) from None
        return header.max_timestamp
    except CorruptBatch:
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR) from None
    return _walk_all(body, batch, header, rules, timestamp_ms)


def _stamped(
    batch: memoryview, header: BatchHeader, rules: AppendRules, largest: int, timestamp_ms: int
) -> tuple[memoryview, BatchHeader]:
    """Put the right timestamp and its type into the header; the checksum is computed anew only if they changed."""
    if rules.log_append_time:
        largest = timestamp_ms
    if header.max_timestamp == largest and bool(header.attributes & LOG_APPEND_TIME) is rules.log_append_time:
        return batch, header
    kind = TimestampType.LOG_APPEND_TIME if rules.log_append_time else TimestampType.CREATE_TIME
    set_max_timestamp(batch, 0, kind, largest)
    return batch, read_header(batch)


# ---- a new batch with another codec


def _recompress(
    batch: memoryview, header: BatchHeader, rules: AppendRules, codec: Compression, timestamp_ms: int
) -> tuple[memoryview, BatchHeader]:
    records = _read_all(batch, header, rules)
    _raise_for(_record_errors(records, header, rules, timestamp_ms))
    timestamps = [header.timestamp_of(record) for record in records]
    if min(timestamps) < NO_TIMESTAMP or _has_half_a_producer(header):
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)  # as MemoryRecordsBuilder, which builds no such batch
    first = timestamps[0]
    for offset, record in enumerate(records):
        record.timestamp_delta = timestamps[offset] - first
        record.offset_delta = offset
        record.attributes = 0  # what a client has put there means nothing and is not kept
    rebuilt = build_batch(
        records,
        compression=codec,
        base_timestamp=first,
        max_timestamp=timestamp_ms if rules.log_append_time else None,
        timestamp_type=TimestampType.LOG_APPEND_TIME if rules.log_append_time else TimestampType.CREATE_TIME,
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
        transactional=header.is_transactional,
    )
    if len(rebuilt) > rules.max_message_bytes:
        raise KafkaError(ErrorCode.MESSAGE_TOO_LARGE)
    return memoryview(rebuilt), read_header(rebuilt)


def _has_half_a_producer(header: BatchHeader) -> bool:
    return header.producer_id != NO_PRODUCER_ID and (header.producer_epoch == -1 or header.base_sequence < 0)


def _read_all(batch: memoryview, header: BatchHeader, rules: AppendRules) -> list[Record]:
    body = batch[HEADER_SIZE:]
    if header.attributes & CODEC:
        try:
            body = memoryview(decompress(header.compression, body, limit=rules.decompressed_max))
        except DecompressedTooLarge:
            raise KafkaError(ErrorCode.INVALID_RECORD) from None
        except CorruptBatch:
            raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR) from None
    try:
        return parse_records(bytes(body), header.records_count)
    except CorruptBatch:
        raise KafkaError(ErrorCode.INVALID_RECORD) from None


# ---- what is wrong with single records


def _is_out_of_range(timestamp: int, rules: AppendRules, now: int) -> bool:
    return timestamp != NO_TIMESTAMP and (now - timestamp > rules.before_max_ms or timestamp - now > rules.after_max_ms)


def _reject_records(batch: memoryview, header: BatchHeader, rules: AppendRules, timestamp_ms: int) -> None:
    """Find the records at fault and raise; return if there are none after all, since a timestamp of -1 is exempt."""
    _raise_for(_record_errors(_read_all(batch, header, rules), header, rules, timestamp_ms))


def _record_errors(
    records: list[Record], header: BatchHeader, rules: AppendRules, timestamp_ms: int
) -> list[tuple[ErrorCode, int, str]]:
    errors = []
    for index, record in enumerate(records):
        timestamp = header.timestamp_of(record)
        if rules.compacted and record.key is None:
            text = f"Compacted topic cannot accept message without key in topic partition {rules.partition}"
            errors.append((ErrorCode.INVALID_RECORD, index, text))
        elif not rules.log_append_time and timestamp != NO_TIMESTAMP:
            if _is_out_of_range(timestamp, rules, timestamp_ms):
                text = (
                    f"Timestamp {timestamp} of message with offset {header.base_offset + record.offset_delta} is out "
                    f"of range. The timestamp should be within [{_wrapped(timestamp_ms - rules.before_max_ms)}, "
                    f"{_wrapped(timestamp_ms + rules.after_max_ms)}]"
                )
                errors.append((ErrorCode.INVALID_TIMESTAMP, index, text))
        elif header.is_log_append_time:
            text = (
                f"Invalid timestamp type in message {_shown(record, header, rules)}. Producer should not set "
                "timestamp type to LogAppendTime."
            )
            errors.append((ErrorCode.INVALID_TIMESTAMP, index, text))
    return errors


def _raise_for(errors: list[tuple[ErrorCode, int, str]]) -> None:
    if not errors:
        return
    record_errors = [(index, text) for _, index, text in errors]
    if any(code is ErrorCode.INVALID_TIMESTAMP for code, _, _ in errors):
        message = "One or more records have been rejected due to invalid timestamp"
        raise InvalidRecords(ErrorCode.INVALID_TIMESTAMP, message, record_errors)
    shown = ", ".join(f"RecordError(batchIndex={index}, message='{text}')" for index, text in record_errors[:3])
    message = (
        f"One or more records have been rejected due to {len(errors)} record errors in total, and only showing the "
        f"first three errors at most: [{shown}]"
    )
    raise InvalidRecords(ErrorCode.INVALID_RECORD, message, record_errors)


def _shown(record: Record, header: BatchHeader, rules: AppendRules) -> str:
    """Show a record as Kafka does: of a batch that stays compressed as it is, it reads no keys, and null is -1 long."""
    is_partial = header.compression is not Compression.NONE and rules.compression in (None, header.compression)
    kind, of_null = ("PartialDefaultRecord", -1) if is_partial else ("DefaultRecord", 0)
    key, value = (of_null if part is None else len(part) for part in (record.key, record.value))
    return (
        f"{kind}(offset={header.base_offset + record.offset_delta}, timestamp={header.timestamp_of(record)}, "
        f"key={key} bytes, value={value} bytes)"
    )


def _wrapped(number: int) -> int:
    """A sum of two longs as Java prints it."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
