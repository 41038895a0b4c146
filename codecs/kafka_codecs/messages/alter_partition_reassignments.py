"""AlterPartitionReassignments (API key 45): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterPartitionReassignmentsRequest",
    "AlterPartitionReassignmentsResponse",
    "ReassignablePartition",
    "ReassignablePartitionResponse",
    "ReassignableTopic",
    "ReassignableTopicResponse",
]


class AlterPartitionReassignmentsRequest(Struct):
    SPEC = Spec(key=45, versions="0-1", flexible="0+")

    timeout_ms: Int32 = 60000
    allow_replication_factor_change: Annotated[Bool, "1+"] = True
    topics: list[ReassignableTopic] = []


class ReassignableTopic(Struct):
    name: String = ""
    partitions: list[ReassignablePartition] = []


class ReassignablePartition(Struct):
    partition_index: Int32 = 0
    replicas: list[Int32] | None = None


class AlterPartitionReassignmentsResponse(Struct):
    SPEC = Spec(key=45, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    allow_replication_factor_change: Annotated[Bool, "1+", IGNORABLE] = True
    error_code: Int16 = 0
    error_message: String | None = ""
    responses: list[ReassignableTopicResponse] = []


class ReassignableTopicResponse(Struct):
    name: String = ""
    partitions: list[ReassignablePartitionResponse] = []


class ReassignablePartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
