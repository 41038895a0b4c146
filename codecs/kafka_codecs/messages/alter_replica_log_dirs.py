"""AlterReplicaLogDirs (API key 34): move replicas to another log directory of this broker (KIP-113).

Versions (0 went with Kafka 4.0): 1: throttled answers leave at once (KIP-219). 2: flexible.
"""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterReplicaLogDir",
    "AlterReplicaLogDirPartitionResult",
    "AlterReplicaLogDirTopic",
    "AlterReplicaLogDirTopicResult",
    "AlterReplicaLogDirsRequest",
    "AlterReplicaLogDirsResponse",
]


class AlterReplicaLogDirsRequest(Struct):
    SPEC = Spec(key=34, versions="1-2", flexible="2+")

    dirs: list[AlterReplicaLogDir] = []


class AlterReplicaLogDir(Struct):
    path: String = ""
    """Absolute; one of log.dirs."""
    topics: list[AlterReplicaLogDirTopic] = []


class AlterReplicaLogDirTopic(Struct):
    name: String = ""
    partitions: list[Int32] = []


class AlterReplicaLogDirsResponse(Struct):
    SPEC = Spec(key=34, versions="1-2", flexible="2+")

    throttle_time_ms: Int32 = 0
    results: list[AlterReplicaLogDirTopicResult] = []


class AlterReplicaLogDirTopicResult(Struct):
    topic_name: String = ""
    partitions: list[AlterReplicaLogDirPartitionResult] = []


class AlterReplicaLogDirPartitionResult(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """NONE means that the move has begun. CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster.
    UNKNOWN_TOPIC_OR_PARTITION (3). LOG_DIR_NOT_FOUND (57). REPLICA_NOT_AVAILABLE (9): not on this broker.
    INVALID_REPLICA_ASSIGNMENT (39): the directory is cordoned. KAFKA_STORAGE_ERROR (56).
    """
