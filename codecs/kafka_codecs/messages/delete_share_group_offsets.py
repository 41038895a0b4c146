"""DeleteShareGroupOffsets (API key 92): request and response."""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "DeleteShareGroupOffsetsRequest",
    "DeleteShareGroupOffsetsRequestTopic",
    "DeleteShareGroupOffsetsResponse",
    "DeleteShareGroupOffsetsResponseTopic",
]


class DeleteShareGroupOffsetsRequest(Struct):
    SPEC = Spec(key=92, versions="0", flexible="0+")

    group_id: String = ""
    topics: list[DeleteShareGroupOffsetsRequestTopic] = []


class DeleteShareGroupOffsetsRequestTopic(Struct):
    topic_name: String = ""


class DeleteShareGroupOffsetsResponse(Struct):
    SPEC = Spec(key=92, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    responses: list[DeleteShareGroupOffsetsResponseTopic] = []


class DeleteShareGroupOffsetsResponseTopic(Struct):
    topic_name: String = ""
    topic_id: Uuid = ZERO_UUID
    error_code: Int16 = 0
    error_message: String | None = None
