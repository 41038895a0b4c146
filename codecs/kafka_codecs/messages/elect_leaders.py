"""ElectLeaders (API key 43): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "ElectLeadersRequest",
    "ElectLeadersResponse",
    "PartitionResult",
    "ReplicaElectionResult",
    "TopicPartitions",
]


class ElectLeadersRequest(Struct):
    SPEC = Spec(key=43, versions="0-2", flexible="2+")

    election_type: Annotated[Int8, "1+"] = 0
    topic_partitions: list[TopicPartitions] | None = []
    timeout_ms: Int32 = 60000


class TopicPartitions(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class ElectLeadersResponse(Struct):
    SPEC = Spec(key=43, versions="0-2", flexible="2+")

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "1+"] = 0
    replica_election_results: list[ReplicaElectionResult] = []


class ReplicaElectionResult(Struct):
    topic: String = ""
    partition_result: list[PartitionResult] = []


class PartitionResult(Struct):
    partition_id: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
