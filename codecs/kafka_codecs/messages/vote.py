"""Vote (API key 52): a KRaft replica asks to be elected (KIP-595).

Between controllers. Versions: 1: directories of the voters (KIP-853). 2: votes that only sound out (KIP-996).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Int64, Spec, String, Struct, Tag, UInt16, Uuid

__all__ = [
    "NodeEndpoint",
    "PartitionData",
    "PartitionDataResponse",
    "TopicData",
    "TopicDataResponse",
    "VoteRequest",
    "VoteResponse",
]


class VoteRequest(Struct):
    SPEC = Spec(key=52, versions="0-2", flexible="0+")

    cluster_id: String | None = None
    voter_id: Annotated[Int32, "1+", IGNORABLE] = -1
    topics: list[TopicData] = []


class TopicData(Struct):
    topic_name: String = ""
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0
    replica_epoch: Int32 = 0
    replica_id: Int32 = 0
    replica_directory_id: Annotated[Uuid, "1+", IGNORABLE] = ZERO_UUID
    voter_directory_id: Annotated[Uuid, "1+", IGNORABLE] = ZERO_UUID
    last_offset_epoch: Int32 = 0
    last_offset: Int64 = 0
    pre_vote: Annotated[Bool, "2+"] = False
    """Only ask whether the vote would be granted; the epoch stays."""


class VoteResponse(Struct):
    SPEC = Spec(key=52, versions="0-2", flexible="0+")

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
    """-1: unknown."""
    leader_epoch: Int32 = 0
    vote_granted: Bool = False


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: UInt16 = 0
