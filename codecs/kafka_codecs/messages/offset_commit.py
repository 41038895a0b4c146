"""OffsetCommit (API key 8): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "OffsetCommitRequest",
    "OffsetCommitRequestPartition",
    "OffsetCommitRequestTopic",
    "OffsetCommitResponse",
    "OffsetCommitResponsePartition",
    "OffsetCommitResponseTopic",
]


class OffsetCommitRequest(Struct):
    SPEC = Spec(key=8, versions="2-10", flexible="8+")

    group_id: String = ""
    generation_id_or_member_epoch: Annotated[Int32, IGNORABLE] = -1
    member_id: Annotated[String, IGNORABLE] = ""
    group_instance_id: Annotated[String | None, "7+"] = None
    retention_time_ms: Annotated[Int64, "2-4", IGNORABLE] = -1
    topics: list[OffsetCommitRequestTopic] = []


class OffsetCommitRequestTopic(Struct):
    name: Annotated[String, "0-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetCommitRequestPartition] = []


class OffsetCommitRequestPartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "6+", IGNORABLE] = -1
    committed_metadata: String | None = ""


class OffsetCommitResponse(Struct):
    SPEC = Spec(key=8, versions="2-10", flexible="8+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    topics: list[OffsetCommitResponseTopic] = []


class OffsetCommitResponseTopic(Struct):
    name: Annotated[String, "0-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetCommitResponsePartition] = []


class OffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
