"""CreatePartitions (API key 37): add partitions to topics (KIP-195).

Versions: 1: throttled answers leave at once (KIP-219). 2: flexible. 3: THROTTLING_QUOTA_EXCEEDED may come back
(KIP-599).
"""

from __future__ import annotations

from kafka_codecs.schema import Bool, Int16, Int32, Spec, String, Struct

__all__ = [
    "CreatePartitionsAssignment",
    "CreatePartitionsRequest",
    "CreatePartitionsResponse",
    "CreatePartitionsTopic",
    "CreatePartitionsTopicResult",
]


class CreatePartitionsRequest(Struct):
    SPEC = Spec(key=37, versions="0-3", flexible="2+")

    topics: list[CreatePartitionsTopic] = []
    timeout_ms: Int32 = 0
    """0 or less fails every topic with REQUEST_TIMED_OUT (7) before anything is done."""
    validate_only: Bool = False
    """Check everything, change nothing."""


class CreatePartitionsTopic(Struct):
    name: String = ""
    count: Int32 = 0
    """What the topic shall have in all."""
    assignments: list[CreatePartitionsAssignment] | None = []
    """One for each partition that is added, or null: the broker places the replicas."""


class CreatePartitionsAssignment(Struct):
    broker_ids: list[Int32] = []


class CreatePartitionsResponse(Struct):
    SPEC = Spec(key=37, versions="0-3", flexible="2+")

    throttle_time_ms: Int32 = 0
    results: list[CreatePartitionsTopicResult] = []


class CreatePartitionsTopicResult(Struct):
    name: String = ""
    error_code: Int16 = 0
    """REQUEST_TIMED_OUT (7). INVALID_REQUEST (42): named twice. TOPIC_AUTHORIZATION_FAILED (29): no ALTER.
    UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_PARTITIONS (37): not more than it has. POLICY_VIOLATION (44): too many at
    once. INVALID_REPLICA_ASSIGNMENT (39). INVALID_REPLICATION_FACTOR (38): too few brokers.
    THROTTLING_QUOTA_EXCEEDED (89): v3+, controller_mutation_rate.
    """
    error_message: String | None = None
