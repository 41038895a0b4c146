"""DeleteShareGroupOffsets (API key 92): let an empty share group forget topics (KIP-932)."""

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
    """UNSUPPORTED_VERSION (35): share.version is 0. GROUP_AUTHORIZATION_FAILED (30): no DELETE on the group.
    INVALID_GROUP_ID (24): "". GROUP_ID_NOT_FOUND (69). NON_EMPTY_GROUP (68). COORDINATOR_NOT_AVAILABLE (15),
    NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    responses: list[DeleteShareGroupOffsetsResponseTopic] = []


class DeleteShareGroupOffsetsResponseTopic(Struct):
    topic_name: String = ""
    topic_id: Uuid = ZERO_UUID
    error_code: Int16 = 0
    """TOPIC_AUTHORIZATION_FAILED (29): no READ. UNKNOWN_TOPIC_OR_PARTITION (3): no such topic, or no state for it."""
    error_message: String | None = None
