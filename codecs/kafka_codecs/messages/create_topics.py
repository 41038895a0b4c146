"""CreateTopics (API key 19): create topics, or only check whether they could be.

Versions (0 and 1 went with Kafka 4.0):

- 2: throttle time. 3: throttled answers leave at once (KIP-219). 4: counts of -1 take the broker's defaults (KIP-464).
- 5: flexible; the answer has counts and configs (KIP-525). 6: THROTTLING_QUOTA_EXCEEDED may come back (KIP-599).
- 7: the answer has the topic id (KIP-516).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int8, Int16, Int32, Spec, String, Struct, Tag, Uuid

__all__ = [
    "CreatableReplicaAssignment",
    "CreatableTopic",
    "CreatableTopicConfig",
    "CreatableTopicConfigs",
    "CreatableTopicResult",
    "CreateTopicsRequest",
    "CreateTopicsResponse",
]


class CreateTopicsRequest(Struct):
    SPEC = Spec(key=19, versions="2-7", flexible="5+")

    topics: list[CreatableTopic] = []
    timeout_ms: Int32 = 60000
    """0 or less fails every topic with REQUEST_TIMED_OUT (7) before anything is done."""
    validate_only: Bool = False
    """Check everything, change nothing."""


class CreatableTopic(Struct):
    name: String = ""
    num_partitions: Int32 = 0
    """-1: the default, or ``assignments`` are given."""
    replication_factor: Int16 = 0
    """-1: the default, or ``assignments`` are given."""
    assignments: list[CreatableReplicaAssignment] = []
    """Empty: the broker places the replicas."""
    configs: list[CreatableTopicConfig] = []


class CreatableReplicaAssignment(Struct):
    partition_index: Int32 = 0
    broker_ids: list[Int32] = []
    """The first is the preferred leader."""


class CreatableTopicConfig(Struct):
    name: String = ""
    value: String | None = ""


class CreateTopicsResponse(Struct):
    SPEC = Spec(key=19, versions="2-7", flexible="5+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    topics: list[CreatableTopicResult] = []


class CreatableTopicResult(Struct):
    name: String = ""
    topic_id: Annotated[Uuid, "7+", IGNORABLE] = ZERO_UUID
    """Under ``validate_only`` one that nobody will see again; zero on errors."""
    error_code: Int16 = 0
    """Checks in their order. REQUEST_TIMED_OUT (7). INVALID_REQUEST (42): a name given twice, or __cluster_metadata.
    TOPIC_AUTHORIZATION_FAILED (29): no CREATE. POLICY_VIOLATION (44): too many partitions in one request, or
    create.topic.policy.class.name objects. INVALID_TOPIC_EXCEPTION (17): an illegal name, or one that differs from
    another only in "." and "_". TOPIC_ALREADY_EXISTS (36). INVALID_CONFIG (40). INVALID_REQUEST (42): assignments and
    counts. INVALID_REPLICATION_FACTOR (38). INVALID_PARTITIONS (37). INVALID_REPLICA_ASSIGNMENT (39).
    THROTTLING_QUOTA_EXCEEDED (89): v6+, controller_mutation_rate.
    """
    error_message: Annotated[String | None, IGNORABLE] = ""
    """Clients print it."""
    topic_config_error_code: Annotated[Int16, "5+", Tag(0), IGNORABLE] = 0
    """TOPIC_AUTHORIZATION_FAILED (29): created, but the client may not see configs: counts are -1, configs null."""
    num_partitions: Annotated[Int32, "5+", IGNORABLE] = -1
    """-1 on errors."""
    replication_factor: Annotated[Int16, "5+", IGNORABLE] = -1
    """-1 on errors."""
    configs: Annotated[list[CreatableTopicConfigs] | None, "5+", IGNORABLE] = []
    """All effective configs, by name; empty on errors."""


class CreatableTopicConfigs(Struct):
    name: String = ""
    value: String | None = ""
    read_only: Bool = False
    config_source: Annotated[Int8, IGNORABLE] = -1
    """As in DescribeConfigs: 1 topic, 2 broker, 3 cluster default, 4 static file, 5 default."""
    is_sensitive: Bool = False
    """Then the value is null."""
