"""ListPartitionReassignments (API key 46): the moves of partitions under way (KIP-455)."""

from __future__ import annotations

from kafka_codecs.schema import Int16, Int32, Spec, String, Struct

__all__ = [
    "ListPartitionReassignmentsRequest",
    "ListPartitionReassignmentsResponse",
    "ListPartitionReassignmentsTopics",
    "OngoingPartitionReassignment",
    "OngoingTopicReassignment",
]


class ListPartitionReassignmentsRequest(Struct):
    SPEC = Spec(key=46, versions="0", flexible="0+")

    timeout_ms: Int32 = 60000
    topics: list[ListPartitionReassignmentsTopics] | None = None
    """Null: all."""


class ListPartitionReassignmentsTopics(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class ListPartitionReassignmentsResponse(Struct):
    SPEC = Spec(key=46, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE on the cluster. Unknown topics are no error."""
    error_message: String | None = ""
    topics: list[OngoingTopicReassignment] = []


class OngoingTopicReassignment(Struct):
    name: String = ""
    partitions: list[OngoingPartitionReassignment] = []


class OngoingPartitionReassignment(Struct):
    partition_index: Int32 = 0
    replicas: list[Int32] = []
    adding_replicas: list[Int32] = []
    removing_replicas: list[Int32] = []
