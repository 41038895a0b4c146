"""Committed offsets in __consumer_offsets.

Every key and value begins with an int16: the record type before a key, the version before a value. A null value is a
tombstone. The partition is the group id's: Java's ``String.hashCode`` of it, positive, modulo the partition count.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int32, Int64, Spec, String, Struct, Tag, Uuid

__all__ = [
    "LegacyOffsetCommitKey",
    "LegacyOffsetCommitValue",
    "OffsetCommitKey",
    "OffsetCommitValue",
]


class OffsetCommitKey(Struct):
    SPEC = Spec(key=1, versions="0")

    group: String = ""
    """The group id."""
    topic: String = ""
    partition: Int32 = 0


class OffsetCommitValue(Struct):
    """Kafka 4.x writes version 4, or 1 if there is an expire timestamp."""

    SPEC = Spec(key=1, versions="0-4", flexible="4+")

    offset: Int64 = 0
    leader_epoch: Annotated[Int32, "3+", IGNORABLE] = -1
    """-1: unknown."""
    metadata: String = ""
    commit_timestamp: Int64 = 0
    """Milliseconds since the epoch."""
    expire_timestamp: Annotated[Int64, "1", IGNORABLE] = -1
    """Milliseconds since the epoch, from the retention time of OffsetCommit v2 to v4; -1: none."""
    topic_id: Annotated[Uuid, "4+", Tag(0), IGNORABLE] = ZERO_UUID
    """Zero: unknown, the commit was for a name only."""


class LegacyOffsetCommitKey(Struct):
    """Record type 0: what Kafka 0.8.2 and 0.9 wrote. Read and, when the group's offsets go, removed; never written."""

    SPEC = Spec(key=0, versions="0")

    group: String = ""
    topic: String = ""
    partition: Int32 = 0


class LegacyOffsetCommitValue(Struct):
    """Beside the key of the same type."""

    SPEC = Spec(key=0, versions="0")

    offset: Int64 = 0
    metadata: String = ""
    commit_timestamp: Int64 = 0
