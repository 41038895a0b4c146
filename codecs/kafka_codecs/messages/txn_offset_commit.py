"""TxnOffsetCommit (API key 28): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "TxnOffsetCommitRequest",
    "TxnOffsetCommitRequestPartition",
    "TxnOffsetCommitRequestTopic",
    "TxnOffsetCommitResponse",
    "TxnOffsetCommitResponsePartition",
    "TxnOffsetCommitResponseTopic",
]


class TxnOffsetCommitRequest(Struct):
    SPEC = Spec(key=28, versions="0-6", flexible="3+")

    transactional_id: String = ""
    group_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    generation_id_or_member_epoch: Annotated[Int32, "3+"] = -1
    member_id: Annotated[String, "3+"] = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    topics: list[TxnOffsetCommitRequestTopic] = []


class TxnOffsetCommitRequestTopic(Struct):
    name: Annotated[String, "0-5", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    partitions: list[TxnOffsetCommitRequestPartition] = []


class TxnOffsetCommitRequestPartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "2+", IGNORABLE] = -1
    committed_metadata: String | None = ""


class TxnOffsetCommitResponse(Struct):
    SPEC = Spec(key=28, versions="0-6", flexible="3+")

    throttle_time_ms: Int32 = 0
    topics: list[TxnOffsetCommitResponseTopic] = []


class TxnOffsetCommitResponseTopic(Struct):
    name: Annotated[String, "0-5", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    partitions: list[TxnOffsetCommitResponsePartition] = []


class TxnOffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
