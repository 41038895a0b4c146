"""What a Produce may carry for one partition: exactly one batch of format v2.

Only the first 23 bytes of each batch are looked at; whether the batch is sound is the log's question
(``ByteBufferLogInputStream.nextBatch``, ``ProduceRequest.validateRecords``).
"""

import struct

import msgspec

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.schema import RecordsValue
from wirebroker.errors import KafkaError

_LOG_OVERHEAD = 12
_UP_TO_MAGIC = 17
_WITH_PRODUCER_ID = 51  # Kafka reads the id before it checks the size of the header
_UP_TO_PRODUCER = 53
_MIN_BATCH_LENGTH = 14  # of format v0: what Kafka checks before it looks at the magic
_CURRENT_MAGIC = 2
_CODEC_BITS = 0x07
_ZSTD = 4
_TRANSACTIONAL = 0x10

_batch_length = struct.Struct(">8xi").unpack_from
_magic = struct.Struct(">16xb").unpack_from
_header = struct.Struct(">8xi4xb4xH").unpack_from  # length, magic, attributes
_producer = struct.Struct(">43xqh").unpack_from  # id, epoch
_HEADER_END = 23


class ClientBatch(msgspec.Struct, frozen=True):
    """The first batch of one partition's records: where it ends, and what its header says."""

    records: memoryview
    size: int
    magic: int
    attributes: int
    is_transactional: bool

    @property
    def transactional_producer(self) -> tuple[int, int] | None:
        """Producer id and epoch of a transactional batch that names one, else None."""
        if not self.is_transactional:
            return None
        if self.size < _UP_TO_PRODUCER:
            return None
        producer: tuple[int, int] = _producer(self.records)
        return producer if producer[0] >= 0 else None

    def only(self, version: int) -> memoryview:
        """Return the batch, if it is what this version of Produce may carry for a partition.

        Bytes after it that do not form a batch are left away. Raises KafkaError: INVALID_RECORD for an old format or a
        second batch, UNSUPPORTED_COMPRESSION_TYPE for zstd before version 7, CORRUPT_MESSAGE when what follows is
        broken, UNKNOWN_SERVER_ERROR when the batch is too short for a producer id.
        """
        if self.magic != _CURRENT_MAGIC:
            raise KafkaError(ErrorCode.INVALID_RECORD)
        if version < 7 and self.attributes & _CODEC_BITS == _ZSTD:
            raise KafkaError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
        records, size = self.records, self.size
        if size < _WITH_PRODUCER_ID:
            raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
        if len(records) == size:
            return records
        if _next_size(records[size:]) is not None:
            raise KafkaError(ErrorCode.INVALID_RECORD)
        return records[:size]


def first_batch(records: RecordsValue | None) -> ClientBatch | None:
    """Look at the first batch; None if there is no complete one.

    Raises KafkaError (CORRUPT_MESSAGE) for an impossible length or magic.
    """
    view = records if isinstance(records, memoryview) else memoryview(bytes(records or b""))  # type: ignore[arg-type]
    if len(view) < _HEADER_END:
        _next_size(view)
        return None
    length, magic, attributes = _header(view)
    if length < _MIN_BATCH_LENGTH or not 0 <= magic <= _CURRENT_MAGIC:
        raise _broken(length, magic)
    size = length + _LOG_OVERHEAD
    if len(view) < size:
        return None
    return ClientBatch(view, size, magic, attributes, magic == _CURRENT_MAGIC and attributes & _TRANSACTIONAL != 0)


def _next_size(view: memoryview) -> int | None:
    """Return the size of a complete batch at the beginning of ``view``, None if there is none. Raises KafkaError."""
    if len(view) < _LOG_OVERHEAD:
        return None
    (length,) = _batch_length(view)
    if length < _MIN_BATCH_LENGTH:
        raise _broken(length, 0)
    if len(view) < _UP_TO_MAGIC:
        return None
    (magic,) = _magic(view)
    if not 0 <= magic <= _CURRENT_MAGIC:
        raise _broken(length, magic)
    return None if len(view) < length + _LOG_OVERHEAD else length + _LOG_OVERHEAD


def _broken(length: int, magic: int) -> KafkaError:
    if length < _MIN_BATCH_LENGTH:
        return KafkaError(
            ErrorCode.CORRUPT_MESSAGE,
            f"Record size {length} is less than the minimum record overhead ({_MIN_BATCH_LENGTH})",
        )
    return KafkaError(ErrorCode.CORRUPT_MESSAGE, f"Invalid magic found in record: {magic}")
