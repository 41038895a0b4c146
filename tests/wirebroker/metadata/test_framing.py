import pytest

from kafka_codecs.internal.cluster_metadata import TopicRecord
from kafka_codecs.wire import DecodeError
from wirebroker.metadata.framing import RECORD_CLASSES, decode_record, encode_record


def test_a_topic_record_byte_by_byte() -> None:
    """As Kafka's MetadataRecordSerde writes it: frame version, type, version, compact string, uuid, no tags."""
    topic_id = bytes(range(16))
    value = b"\x01\x02\x00" + b"\x02t" + topic_id + b"\x00"
    record = TopicRecord(name="t", topic_id=topic_id)
    assert encode_record(record) == value
    assert decode_record(value) == record


@pytest.mark.parametrize("number", sorted(RECORD_CLASSES))
def test_every_record_comes_back(number: int) -> None:
    record = RECORD_CLASSES[number]()
    value = encode_record(record)
    assert value[:2] == bytes([1, number])
    assert decode_record(value) == record


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (b"", "."),
        (b"\x02\x02\x00\x02t", "frame version 2"),
        (b"\x01\x7f\x00", "type 127"),
        (b"\x01\x02\x09\x02t", "version 9"),
        (b"\x01\x02\x00\x02t", "."),
    ],
)
def test_what_is_no_record_is_refused(value: bytes, complaint: str) -> None:
    with pytest.raises(DecodeError, match=complaint):
        decode_record(value)
