"""The records of ``__consumer_offsets``, in Kafka's formats, and the partition in which a group's records lie.

    key    record type i16 | fields                       (1 OffsetCommit, 2 GroupMetadata)
    value  version i16     | fields of that version       (null: the key is gone)

Written are OffsetCommitValue 4 (1 where a commit has its own expiry) and GroupMetadataValue 3, read all versions
(Kafka's ``GroupCoordinatorRecordHelpers``, ``GroupCoordinatorRecordSerde``).
"""

from struct import Struct
from typing import TypeVar

import msgspec

from kafka_codecs.compile import decode, encode
from kafka_codecs.internal.classic_groups import GroupMetadataKey, GroupMetadataValue
from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from kafka_codecs.wire import DecodeError
from wirebroker.coordinators.group.java_hash import java_hash

GROUP_METADATA_TOPIC = "__consumer_offsets"

LEGACY_OFFSET_COMMIT, OFFSET_COMMIT, GROUP_METADATA = 0, 1, 2

_INT16 = Struct(">h")
_GROUP_METADATA_VALUE_VERSION = 3
_OFFSET_COMMIT_VALUE_VERSION = 4
_OFFSET_COMMIT_VALUE_VERSION_WITH_EXPIRY = 1


class GroupRecord(msgspec.Struct, frozen=True):
    """A key, and what is said of it from now on; None: nothing, it is gone."""

    key: OffsetCommitKey | GroupMetadataKey
    value: OffsetCommitValue | GroupMetadataValue | None

    @property
    def group_id(self) -> str:
        return self.key.group


def encode_record(record: GroupRecord) -> tuple[bytes, bytes | None]:
    """Write a record as key and value. Raises EncodeError for what the format cannot hold."""
    if isinstance(record.key, OffsetCommitKey):
        key = _INT16.pack(OFFSET_COMMIT) + encode(OffsetCommitKey, 0, record.key)
    else:
        key = _INT16.pack(GROUP_METADATA) + encode(GroupMetadataKey, 0, record.key)
    value = record.value
    if value is None:
        return key, None
    if isinstance(value, GroupMetadataValue):
        version = _GROUP_METADATA_VALUE_VERSION
    elif value.expire_timestamp >= 0:
        version = _OFFSET_COMMIT_VALUE_VERSION_WITH_EXPIRY
    else:
        version = _OFFSET_COMMIT_VALUE_VERSION
    return key, _INT16.pack(version) + encode(type(value), version, value)


def decode_record(key: bytes, value: bytes | None) -> GroupRecord | None:
    """Read a record; None for one of a type that no machine here keeps (a newer kind of group).

    Raises DecodeError for one that is none at all.
    """
    if len(key) < _INT16.size:
        raise DecodeError(f"a group record's key of {len(key)} bytes")
    kind: int = _INT16.unpack_from(key)[0]
    if kind in (LEGACY_OFFSET_COMMIT, OFFSET_COMMIT):
        offset_key = decode(OffsetCommitKey, 0, key, _INT16.size)
        return GroupRecord(offset_key, _decode_value(OffsetCommitValue, value))
    if kind == GROUP_METADATA:
        return GroupRecord(decode(GroupMetadataKey, 0, key, _INT16.size), _decode_value(GroupMetadataValue, value))
    return None


_Value = TypeVar("_Value", OffsetCommitValue, GroupMetadataValue)


def _decode_value(kind: type[_Value], value: bytes | None) -> _Value | None:
    if value is None:
        return None
    if len(value) < _INT16.size:
        raise DecodeError(f"a group record's value of {len(value)} bytes")
    return decode(kind, _INT16.unpack_from(value)[0], value, _INT16.size)


def partition_for(group_id: str, partition_count: int) -> int:
    """Choose the partition of ``__consumer_offsets`` that keeps this group (``Utils.abs``; 0 for the least number)."""
    value = java_hash(group_id)
    return 0 if value == -(2**31) else abs(value) % partition_count
