"""BeginQuorumEpoch (API key 53): the new KRaft leader says that it is (KIP-595).

Between controllers. Versions: 1: flexible; directories and addresses (KIP-853).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Spec, String, Struct, Tag, UInt16, Uuid

__all__ = [
    "BeginQuorumEpochRequest",
    "BeginQuorumEpochResponse",
    "LeaderEndpoint",
    "NodeEndpoint",
    "PartitionData",
    "PartitionDataResponse",
    "TopicData",
    "TopicDataResponse",
]


class BeginQuorumEpochRequest(Struct):
    SPEC = Spec(key=53, versions="0-1", flexible="1+")

    cluster_id: String | None = None
    voter_id: Annotated[Int32, "1+", IGNORABLE] = -1
    topics: list[TopicData] = []
    leader_endpoints: Annotated[list[LeaderEndpoint], "1+", IGNORABLE] = []


class TopicData(Struct):
    topic_name: String = ""
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0
    voter_directory_id: Annotated[Uuid, "1+", IGNORABLE] = ZERO_UUID
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class LeaderEndpoint(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class BeginQuorumEpochResponse(Struct):
    SPEC = Spec(key=53, versions="0-1", flexible="1+")

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
    """FENCED_LEADER_EPOCH (74): an older epoch. INCONSISTENT_VOTER_SET (94). UNKNOWN_TOPIC_OR_PARTITION (3).
    INVALID_VOTER_KEY (125).
    """
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: UInt16 = 0
