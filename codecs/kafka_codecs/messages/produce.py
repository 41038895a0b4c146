"""Produce (API key 0): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Int16,
    Int32,
    Int64,
    Records,
    Spec,
    String,
    Struct,
    Tag,
    Uuid,
    field,
)

__all__ = [
    "BatchIndexAndErrorMessage",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionProduceData",
    "PartitionProduceResponse",
    "ProduceRequest",
    "ProduceResponse",
    "TopicProduceData",
    "TopicProduceResponse",
]


class ProduceRequest(Struct):
    SPEC = Spec(key=0, versions="3-13", flexible="9+")

    transactional_id: String | None = None
    acks: Int16 = 0
    timeout_ms: Int32 = 0
    topic_data: list[TopicProduceData] = []


class TopicProduceData(Struct):
    name: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partition_data: list[PartitionProduceData] = []


class PartitionProduceData(Struct):
    index: Int32 = 0
    records: Records | None = b""


class ProduceResponse(Struct):
    SPEC = Spec(key=0, versions="3-13", flexible="9+")

    responses: list[TopicProduceResponse] = []
    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    node_endpoints: Annotated[list[NodeEndpoint], "10+", Tag(0)] = []


class TopicProduceResponse(Struct):
    name: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partition_responses: list[PartitionProduceResponse] = []


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class PartitionProduceResponse(Struct):
    index: Int32 = 0
    error_code: Int16 = 0
    base_offset: Int64 = 0
    log_append_time_ms: Annotated[Int64, IGNORABLE] = -1
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    record_errors: Annotated[list[BatchIndexAndErrorMessage], "8+", IGNORABLE] = []
    error_message: Annotated[String | None, "8+", IGNORABLE] = None
    current_leader: Annotated[LeaderIdAndEpoch, "10+", Tag(0)] = field(default_factory=LeaderIdAndEpoch)


class BatchIndexAndErrorMessage(Struct):
    batch_index: Int32 = 0
    batch_index_error_message: String | None = None


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
