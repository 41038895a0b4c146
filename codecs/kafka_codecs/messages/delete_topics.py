"""DeleteTopics (API key 20): delete topics by name or id, with their records, configs and offsets.

Versions (0 went with Kafka 4.0): 1: throttle time. 2: throttled answers leave at once (KIP-219).
3: TOPIC_DELETION_DISABLED (KIP-322). 4: flexible. 5: error message; THROTTLING_QUOTA_EXCEEDED may come back (KIP-599).
6: topics by id (KIP-516).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Nullable, Spec, String, Struct, Uuid

__all__ = [
    "DeletableTopicResult",
    "DeleteTopicState",
    "DeleteTopicsRequest",
    "DeleteTopicsResponse",
]


class DeleteTopicsRequest(Struct):
    SPEC = Spec(key=20, versions="1-6", flexible="4+")

    topics: Annotated[list[DeleteTopicState], "6+"] = []
    """v6+."""
    topic_names: Annotated[list[String], "0-5", IGNORABLE] = []
    """v1 to v5."""
    timeout_ms: Int32 = 0
    """0 or less fails every topic with REQUEST_TIMED_OUT (7) before anything is done."""


class DeleteTopicState(Struct):
    name: String | None = None
    """Null if ``topic_id`` is given."""
    topic_id: Uuid = ZERO_UUID


class DeleteTopicsResponse(Struct):
    SPEC = Spec(key=20, versions="1-6", flexible="4+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    responses: list[DeletableTopicResult] = []
    """In no particular order."""


class DeletableTopicResult(Struct):
    name: Annotated[String | None, Nullable("6+")] = ""
    """Null if the topic was named by an id that is unknown, or not to be seen."""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    error_code: Int16 = 0
    """REQUEST_TIMED_OUT (7). TOPIC_DELETION_DISABLED (73; INVALID_REQUEST (42) below v3): delete.topic.enable is false.
    INVALID_REQUEST (42): named twice, or neither or both of name and id. UNKNOWN_TOPIC_ID (100),
    UNKNOWN_TOPIC_OR_PARTITION (3). TOPIC_AUTHORIZATION_FAILED (29): no DELETE. THROTTLING_QUOTA_EXCEEDED (89): v5+,
    controller_mutation_rate.
    """
    error_message: Annotated[String | None, "5+", IGNORABLE] = None
    """The standard text of the error."""
