"""ShareGroupHeartbeat (API key 76): join, stay in and leave a share group (KIP-932).

Version 0 was Kafka 4.0's early access.
"""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "Assignment",
    "ShareGroupHeartbeatRequest",
    "ShareGroupHeartbeatResponse",
    "TopicPartitions",
]


class ShareGroupHeartbeatRequest(Struct):
    SPEC = Spec(key=76, versions="1", flexible="0+")

    group_id: String = ""
    member_id: String = ""
    """Made by the client, up to 36 characters."""
    member_epoch: Int32 = 0
    """0: join. -1: leave. Else: the epoch of the last answer."""
    rack_id: String | None = None
    subscribed_topic_names: list[String] | None = None
    """Null: unchanged; needed to join."""


class ShareGroupHeartbeatResponse(Struct):
    SPEC = Spec(key=76, versions="1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): share.version is 0. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
    TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE on a topic. INVALID_REQUEST (42): a field that is missing, empty or out
    of place. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    GROUP_ID_NOT_FOUND (69): no such group, or one of another type. GROUP_MAX_SIZE_REACHED (81). UNKNOWN_MEMBER_ID (25).
    FENCED_MEMBER_EPOCH (110): join again.
    """
    error_message: String | None = None
    member_id: String | None = None
    member_epoch: Int32 = 0
    heartbeat_interval_ms: Int32 = 0
    assignment: Assignment | None = None
    """Null: unchanged. Several members may have the same partition."""


class Assignment(Struct):
    topic_partitions: list[TopicPartitions] = []


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []
