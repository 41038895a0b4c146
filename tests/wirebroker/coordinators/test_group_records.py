"""Records of ``__consumer_offsets``: the bytes are Kafka's own (its codec printed them)."""

import pytest

from kafka_codecs.internal.classic_groups import GroupMetadataKey, GroupMetadataValue, MemberMetadata
from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from kafka_codecs.wire import DecodeError
from wirebroker.coordinators.group.records import GroupRecord, decode_record, encode_record, partition_for

OFFSET_KEY = OffsetCommitKey(group="g", topic="t", partition=3)
GROUP_KEY = GroupMetadataKey(group="g")


def test_an_offset_is_written_in_version_4():
    """S108a."""
    value = OffsetCommitValue(offset=5, leader_epoch=2, metadata="m", commit_timestamp=9, topic_id=b"0123456789abcdef")
    key, written = encode_record(GroupRecord(OFFSET_KEY, value))
    assert key == bytes.fromhex("000100016700017400000003")
    assert written == bytes.fromhex(
        "0004000000000000000500000002026d0000000000000009010010" + b"0123456789abcdef".hex()
    )
    assert decode_record(key, written) == GroupRecord(OFFSET_KEY, value)


def test_an_offset_with_its_own_expiry_is_written_in_version_1():
    """S108a."""
    value = OffsetCommitValue(offset=5, metadata="", commit_timestamp=9, expire_timestamp=10)
    key, written = encode_record(GroupRecord(OFFSET_KEY, value))
    assert written == bytes.fromhex("0001000000000000000500000000000000000009000000000000000a")
    assert decode_record(key, written) == GroupRecord(OFFSET_KEY, value)


def test_a_group_is_written_in_version_3():
    """S108a."""
    member = MemberMetadata("m", "i", "c", "/h", 2, 1, b"s", b"a")
    value = GroupMetadataValue("consumer", 4, "range", "m", 8, [member])
    key, written = encode_record(GroupRecord(GROUP_KEY, value))
    assert key == bytes.fromhex("0002000167")
    assert written == bytes.fromhex(
        "0003"
        "0008" + b"consumer".hex() + "00000004"
        "0005" + b"range".hex() + "00016d"
        "0000000000000008"
        "00000001"
        "00016d"
        "000169"
        "000163"
        "00022f68"
        "00000002"
        "00000001"
        "0000000173"
        "0000000161"
    )
    assert decode_record(key, written) == GroupRecord(GROUP_KEY, value)


@pytest.mark.parametrize("key", [OFFSET_KEY, GROUP_KEY])
def test_a_tombstone_has_no_value(key):
    """S108a."""
    record = GroupRecord(key, None)
    assert encode_record(record)[1] is None
    assert decode_record(*encode_record(record)) == record


def test_records_of_other_kinds_of_groups_are_left_alone():
    assert decode_record(bytes.fromhex("0003000167"), None) is None


@pytest.mark.parametrize(("key", "value"), [(b"", None), (b"\x00", None), (b"\x00\x02\x00\x01g", b"\x00")])
def test_what_is_no_record_is_refused(key, value):
    with pytest.raises(DecodeError):
        decode_record(key, value)


@pytest.mark.parametrize(
    ("group_id", "partition"),
    [("", 0), ("a", 47), ("my-group", 12), ("polygenelubricants", 0), ("Zürich", 12), ("\N{ROCKET}", 27)],
)
def test_the_partition_of_a_group_comes_from_javas_hash(group_id, partition):
    """ "polygenelubricants" hashes to the smallest number there is, whose absolute value Kafka takes to be 0."""
    assert partition_for(group_id, 50) == partition
