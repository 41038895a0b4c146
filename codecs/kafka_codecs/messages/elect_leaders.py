"""ElectLeaders (API key 43): hand partitions back to their preferred leader, or to any replica (KIP-183, KIP-460).

Versions: 1: unclean elections. 2: flexible.
"""

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
    """0: the preferred leader. 1: unclean, any live replica, with a loss of records."""
    topic_partitions: list[TopicPartitions] | None = []
    """Null: all."""
    timeout_ms: Int32 = 60000
    """0 or less fails every partition with REQUEST_TIMED_OUT (7) before anything is done."""


class TopicPartitions(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class ElectLeadersResponse(Struct):
    SPEC = Spec(key=43, versions="0-2", flexible="2+")

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "1+"] = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. INVALID_REQUEST (42): an unknown election type."""
    replica_election_results: list[ReplicaElectionResult] = []
    """If all were meant: only partitions with an election or an error."""


class ReplicaElectionResult(Struct):
    topic: String = ""
    partition_result: list[PartitionResult] = []


class PartitionResult(Struct):
    partition_id: Int32 = 0
    error_code: Int16 = 0
    """ELECTION_NOT_NEEDED (84). UNKNOWN_TOPIC_OR_PARTITION (3). PREFERRED_LEADER_NOT_AVAILABLE (80).
    ELIGIBLE_LEADERS_NOT_AVAILABLE (83): unclean, and no replica is alive. INVALID_REQUEST (42). REQUEST_TIMED_OUT (7).
    """
    error_message: String | None = ""
