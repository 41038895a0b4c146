"""ShareGroupHeartbeat (API key 76): request and response."""

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
    member_epoch: Int32 = 0
    rack_id: String | None = None
    subscribed_topic_names: list[String] | None = None


class ShareGroupHeartbeatResponse(Struct):
    SPEC = Spec(key=76, versions="1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    member_id: String | None = None
    member_epoch: Int32 = 0
    heartbeat_interval_ms: Int32 = 0
    assignment: Assignment | None = None


class Assignment(Struct):
    topic_partitions: list[TopicPartitions] = []


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []
