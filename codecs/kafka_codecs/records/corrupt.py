"""The two ways in which record batches are refused while they are read."""

from kafka_codecs.wire import DecodeError


class CorruptBatch(DecodeError):  # noqa: N818 - says what was found, as Kafka's CorruptRecordException does
    """Bytes that are not what a record batch, or the compressed stream inside one, must be."""


class DecompressedTooLarge(CorruptBatch):
    """A compressed stream that holds more than its reader is willing to take; perhaps a bomb, perhaps only big."""
