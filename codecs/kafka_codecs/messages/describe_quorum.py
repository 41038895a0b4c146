"""DescribeQuorum (API key 55): leader, voters and observers of the metadata log (KIP-595).

Versions: 1: when each replica last fetched and was last level (KIP-836). 2: directories, addresses, messages (KIP-853).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, UInt16, Uuid

__all__ = [
    "DescribeQuorumRequest",
    "DescribeQuorumResponse",
    "Listener",
    "Node",
    "PartitionData",
    "PartitionDataResponse",
    "ReplicaState",
    "TopicData",
    "TopicDataResponse",
]


class DescribeQuorumRequest(Struct):
    SPEC = Spec(key=55, versions="0-2", flexible="0+")

    topics: list[TopicData] = []
    """Exactly __cluster_metadata with partition 0."""


class TopicData(Struct):
    topic_name: String = ""
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0


class DescribeQuorumResponse(Struct):
    SPEC = Spec(key=55, versions="0-2", flexible="0+")

    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE on the cluster."""
    error_message: Annotated[String | None, "2+", IGNORABLE] = ""
    """Empty on success."""
    topics: list[TopicDataResponse] = []
    nodes: Annotated[list[Node], "2+"] = []


class TopicDataResponse(Struct):
    topic_name: String = ""
    partitions: list[PartitionDataResponse] = []


class PartitionDataResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6)."""
    error_message: Annotated[String | None, "2+", IGNORABLE] = ""
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0
    high_watermark: Int64 = 0
    current_voters: list[ReplicaState] = []
    observers: list[ReplicaState] = []


class ReplicaState(Struct):
    replica_id: Int32 = 0
    replica_directory_id: Annotated[Uuid, "2+"] = ZERO_UUID
    log_end_offset: Int64 = 0
    last_fetch_timestamp: Annotated[Int64, "1+", IGNORABLE] = -1
    """Milliseconds since the epoch; -1: unknown."""
    last_caught_up_timestamp: Annotated[Int64, "1+", IGNORABLE] = -1
    """Milliseconds since the epoch; -1: unknown."""


class Node(Struct):
    node_id: Int32 = 0
    listeners: list[Listener] = []


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
