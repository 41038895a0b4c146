"""DeleteTopics (API key 20): request and response."""

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
    topic_names: Annotated[list[String], "0-5", IGNORABLE] = []
    timeout_ms: Int32 = 0


class DeleteTopicState(Struct):
    name: String | None = None
    topic_id: Uuid = ZERO_UUID


class DeleteTopicsResponse(Struct):
    SPEC = Spec(key=20, versions="1-6", flexible="4+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    responses: list[DeletableTopicResult] = []


class DeletableTopicResult(Struct):
    name: Annotated[String | None, Nullable("6+")] = ""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    error_code: Int16 = 0
    error_message: Annotated[String | None, "5+", IGNORABLE] = None
