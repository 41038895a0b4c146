"""Internal records: offsets."""

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
    topic: String = ""
    partition: Int32 = 0


class OffsetCommitValue(Struct):
    SPEC = Spec(key=1, versions="0-4", flexible="4+")

    offset: Int64 = 0
    leader_epoch: Annotated[Int32, "3+", IGNORABLE] = -1
    metadata: String = ""
    commit_timestamp: Int64 = 0
    expire_timestamp: Annotated[Int64, "1", IGNORABLE] = -1
    topic_id: Annotated[Uuid, "4+", Tag(0), IGNORABLE] = ZERO_UUID


class LegacyOffsetCommitKey(Struct):
    SPEC = Spec(key=0, versions="0")

    group: String = ""
    topic: String = ""
    partition: Int32 = 0


class LegacyOffsetCommitValue(Struct):
    SPEC = Spec(key=0, versions="0")

    offset: Int64 = 0
    metadata: String = ""
    commit_timestamp: Int64 = 0
