"""Fetch (API key 1): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Int8,
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
    "AbortedTransaction",
    "EpochEndOffset",
    "FetchPartition",
    "FetchRequest",
    "FetchResponse",
    "FetchTopic",
    "FetchableTopicResponse",
    "ForgottenTopic",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionData",
    "ReplicaState",
    "SnapshotId",
]


class ReplicaState(Struct):
    replica_id: Int32 = -1
    replica_epoch: Int64 = -1


class FetchRequest(Struct):
    SPEC = Spec(key=1, versions="4-18", flexible="12+")

    cluster_id: Annotated[String | None, "12+", Tag(0), IGNORABLE] = None
    replica_id: Annotated[Int32, "0-14"] = -1
    replica_state: Annotated[ReplicaState, "15+", Tag(1)] = field(default_factory=ReplicaState)
    max_wait_ms: Int32 = 0
    min_bytes: Int32 = 0
    max_bytes: Annotated[Int32, IGNORABLE] = 0x7FFFFFFF
    isolation_level: Annotated[Int8, IGNORABLE] = 0
    session_id: Annotated[Int32, "7+", IGNORABLE] = 0
    session_epoch: Annotated[Int32, "7+", IGNORABLE] = -1
    topics: list[FetchTopic] = []
    forgotten_topics_data: Annotated[list[ForgottenTopic], "7+"] = []
    rack_id: Annotated[String, "11+", IGNORABLE] = ""


class FetchTopic(Struct):
    topic: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[FetchPartition] = []


class FetchPartition(Struct):
    partition: Int32 = 0
    current_leader_epoch: Annotated[Int32, "9+", IGNORABLE] = -1
    fetch_offset: Int64 = 0
    last_fetched_epoch: Annotated[Int32, "12+"] = -1
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    partition_max_bytes: Int32 = 0
    replica_directory_id: Annotated[Uuid, "17+", Tag(0), IGNORABLE] = ZERO_UUID
    high_watermark: Annotated[Int64, "18+", Tag(1), IGNORABLE] = 0x7FFF_FFFF_FFFF_FFFF


class ForgottenTopic(Struct):
    topic: Annotated[String, "7-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[Int32] = []


class FetchResponse(Struct):
    SPEC = Spec(key=1, versions="4-18", flexible="12+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    error_code: Annotated[Int16, "7+", IGNORABLE] = 0
    session_id: Annotated[Int32, "7+"] = 0
    responses: list[FetchableTopicResponse] = []
    node_endpoints: Annotated[list[NodeEndpoint], "16+", Tag(0)] = []


class FetchableTopicResponse(Struct):
    topic: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[PartitionData] = []


class EpochEndOffset(Struct):
    epoch: Int32 = -1
    end_offset: Int64 = -1


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class SnapshotId(Struct):
    end_offset: Int64 = -1
    epoch: Int32 = -1


class PartitionData(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    high_watermark: Int64 = 0
    last_stable_offset: Annotated[Int64, IGNORABLE] = -1
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    diverging_epoch: Annotated[EpochEndOffset, "12+", Tag(0)] = field(default_factory=EpochEndOffset)
    current_leader: Annotated[LeaderIdAndEpoch, "12+", Tag(1)] = field(default_factory=LeaderIdAndEpoch)
    snapshot_id: Annotated[SnapshotId, "12+", Tag(2)] = field(default_factory=SnapshotId)
    aborted_transactions: Annotated[list[AbortedTransaction] | None, IGNORABLE] = []
    preferred_read_replica: Annotated[Int32, "11+"] = -1
    records: Records | None = b""


class AbortedTransaction(Struct):
    producer_id: Int64 = 0
    first_offset: Int64 = 0


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
