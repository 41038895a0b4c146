"""AlterPartitionReassignments (API key 45): move partitions to other brokers, or stop moving them (KIP-455).

Versions: 1: may forbid that the number of replicas changes (KIP-860).
"""

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
    """0 or less fails every partition with REQUEST_TIMED_OUT (7) before anything is done."""
    allow_replication_factor_change: Annotated[Bool, "1+"] = True
    topics: list[ReassignableTopic] = []


class ReassignableTopic(Struct):
    name: String = ""
    partitions: list[ReassignablePartition] = []


class ReassignablePartition(Struct):
    partition_index: Int32 = 0
    replicas: list[Int32] | None = None
    """The target, preferred leader first; null: stop the move under way."""


class AlterPartitionReassignmentsResponse(Struct):
    SPEC = Spec(key=45, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    allow_replication_factor_change: Annotated[Bool, "1+", IGNORABLE] = True
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster."""
    error_message: String | None = ""
    responses: list[ReassignableTopicResponse] = []


class ReassignableTopicResponse(Struct):
    name: String = ""
    partitions: list[ReassignablePartitionResponse] = []


class ReassignablePartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_REPLICA_ASSIGNMENT (39): unknown, repeated or no brokers.
    INVALID_REPLICATION_FACTOR (38): v1+, another number of replicas that is forbidden.
    NO_REASSIGNMENT_IN_PROGRESS (85): nothing to stop. REQUEST_TIMED_OUT (7).
    """
    error_message: String | None = ""
