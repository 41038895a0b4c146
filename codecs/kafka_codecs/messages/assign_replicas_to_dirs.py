"""AssignReplicasToDirs (API key 73): a broker says in which log directory its replicas lie (KIP-858)."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Int64, Spec, Struct, Uuid

__all__ = [
    "AssignReplicasToDirsRequest",
    "AssignReplicasToDirsResponse",
    "DirectoryData",
    "DirectoryDataResponse",
    "PartitionData",
    "PartitionDataResponse",
    "TopicData",
    "TopicDataResponse",
]


class AssignReplicasToDirsRequest(Struct):
    SPEC = Spec(key=73, versions="0", flexible="0+")

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    directories: list[DirectoryData] = []


class DirectoryData(Struct):
    id: Uuid = ZERO_UUID
    topics: list[TopicData] = []


class TopicData(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class PartitionData(Struct):
    partition_index: Int32 = 0


class AssignReplicasToDirsResponse(Struct):
    SPEC = Spec(key=73, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). NOT_CONTROLLER (41). STALE_BROKER_EPOCH (77). BROKER_ID_NOT_REGISTERED
    (102).
    """
    directories: list[DirectoryDataResponse] = []


class DirectoryDataResponse(Struct):
    id: Uuid = ZERO_UUID
    topics: list[TopicDataResponse] = []


class TopicDataResponse(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionDataResponse] = []


class PartitionDataResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_ID (100), UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6): no replica on this broker."""
