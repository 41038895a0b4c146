"""CreateTopics (API key 19): request and response."""

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
    validate_only: Bool = False


class CreatableTopic(Struct):
    name: String = ""
    num_partitions: Int32 = 0
    replication_factor: Int16 = 0
    assignments: list[CreatableReplicaAssignment] = []
    configs: list[CreatableTopicConfig] = []


class CreatableReplicaAssignment(Struct):
    partition_index: Int32 = 0
    broker_ids: list[Int32] = []


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
    error_code: Int16 = 0
    error_message: Annotated[String | None, IGNORABLE] = ""
    topic_config_error_code: Annotated[Int16, "5+", Tag(0), IGNORABLE] = 0
    num_partitions: Annotated[Int32, "5+", IGNORABLE] = -1
    replication_factor: Annotated[Int16, "5+", IGNORABLE] = -1
    configs: Annotated[list[CreatableTopicConfigs] | None, "5+", IGNORABLE] = []


class CreatableTopicConfigs(Struct):
    name: String = ""
    value: String | None = ""
    read_only: Bool = False
    config_source: Annotated[Int8, IGNORABLE] = -1
    is_sensitive: Bool = False
