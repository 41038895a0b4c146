"""EndQuorumEpoch (API key 54): the KRaft leader steps down and names who shall follow (KIP-595).

Between controllers. Versions: 1: flexible; directories and addresses (KIP-853).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Spec, String, Struct, Tag, UInt16, Uuid

__all__ = [
    "EndQuorumEpochRequest",
    "EndQuorumEpochResponse",
    "LeaderEndpoint",
    "NodeEndpoint",
    "PartitionData",
    "PartitionDataResponse",
    "ReplicaInfo",
    "TopicData",
    "TopicDataResponse",
]


class EndQuorumEpochRequest(Struct):
    SPEC = Spec(key=54, versions="0-1", flexible="1+")

    cluster_id: String | None = None
    topics: list[TopicData] = []
    leader_endpoints: Annotated[list[LeaderEndpoint], "1+", IGNORABLE] = []


class TopicData(Struct):
    topic_name: String = ""
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0
    preferred_successors: Annotated[list[Int32], "0", IGNORABLE] = []
    """The best first."""
    preferred_candidates: Annotated[list[ReplicaInfo], "1+", IGNORABLE] = []
    """The best first."""


class ReplicaInfo(Struct):
    candidate_id: Int32 = 0
    candidate_directory_id: Uuid = ZERO_UUID


class LeaderEndpoint(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class EndQuorumEpochResponse(Struct):
    SPEC = Spec(key=54, versions="0-1", flexible="1+")

    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). INCONSISTENT_CLUSTER_ID (104). INVALID_REQUEST (42)."""
    topics: list[TopicDataResponse] = []
    node_endpoints: Annotated[list[NodeEndpoint], "1+", Tag(0)] = []


class TopicDataResponse(Struct):
    topic_name: String = ""
    partitions: list[PartitionDataResponse] = []


class PartitionDataResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """FENCED_LEADER_EPOCH (74): an older epoch. INCONSISTENT_VOTER_SET (94). UNKNOWN_TOPIC_OR_PARTITION (3)."""
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: UInt16 = 0
