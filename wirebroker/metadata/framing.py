"""How a metadata record stands in the value of a record of ``__cluster_metadata-0``.

Unsigned varints for frame version (1), record type and record version, then the record's flexible body
(Kafka: ``MetadataRecordSerde``, KIP-631). Written are the newest versions, those of metadata.version 4.4-IV2.
"""

from functools import cache
from typing import Any

from kafka_codecs.compile import Decoder, decoder, encoder
from kafka_codecs.internal import cluster_metadata, cluster_nodes
from kafka_codecs.schema import Chunk, VersionRange
from kafka_codecs.wire import DecodeError, read_unsigned_varint, write_unsigned_varint

FRAME_VERSION = 1

RECORD_CLASSES: dict[int, type[Any]] = {
    record_class.SPEC.key or 0: record_class
    for record_class in (
        cluster_nodes.RegisterBrokerRecord,
        cluster_nodes.UnregisterBrokerRecord,
        cluster_metadata.TopicRecord,
        cluster_metadata.PartitionRecord,
        cluster_metadata.ConfigRecord,
        cluster_metadata.PartitionChangeRecord,
        cluster_metadata.RemoveTopicRecord,
        cluster_metadata.FeatureLevelRecord,
        cluster_metadata.ProducerIdsRecord,
        cluster_nodes.BrokerRegistrationChangeRecord,
        cluster_metadata.NoOpRecord,
    )
}
"""The record types that every log has, by their number."""


@cache
def _rare_classes() -> dict[int, type[Any]]:
    """Return the other record types: those of Apache Kafka's logs. A start of our own log does not wait for them."""
    from kafka_codecs.internal import cluster_security  # noqa: PLC0415

    modules = (cluster_metadata, cluster_nodes, cluster_security)
    classes = [getattr(module, name) for module in modules for name in module.__all__]
    specs = [(each, getattr(each, "SPEC", None)) for each in classes]
    return {spec.key: each for each, spec in specs if spec is not None and spec.key is not None}


def encode_record(record: Any) -> bytes:
    """Encode a record with its frame, in its newest version."""
    spec = record.SPEC
    version = VersionRange.parse(spec.versions).high
    parts: list[Chunk] = [
        write_unsigned_varint(FRAME_VERSION) + write_unsigned_varint(spec.key) + write_unsigned_varint(version)
    ]
    encoder(type(record), version)(record, parts)
    return b"".join(parts)


def decode_record(value: bytes) -> Any:
    """Decode a framed record. Raises DecodeError on a frame or record type that is not known here."""
    view = memoryview(value)
    frame_version, at = read_unsigned_varint(view, 0)
    if frame_version != FRAME_VERSION:
        raise DecodeError(f"metadata record with frame version {frame_version}")
    record_type, at = read_unsigned_varint(view, at)
    version, at = read_unsigned_varint(view, at)
    record, _ = _decoder(record_type, version)(view, at)
    return record


@cache
def _decoder(record_type: int, version: int) -> Decoder[Any]:
    """Remembered, since a start may have hundreds of thousands of records to read."""
    record_class = RECORD_CLASSES.get(record_type) or _rare_classes().get(record_type)
    if record_class is None or version not in VersionRange.parse(record_class.SPEC.versions):
        raise DecodeError(f"metadata record of type {record_type}, version {version}")
    return decoder(record_class, version)
