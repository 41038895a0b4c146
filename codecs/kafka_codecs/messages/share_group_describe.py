"""ShareGroupDescribe (API key 77): epochs, members and assignments of share groups (KIP-932).

Version 0 was Kafka 4.0's early access.
"""

from __future__ import annotations

from kafka_codecs.schema import ZERO_UUID, Bool, Int16, Int32, Spec, String, Struct, Uuid, field

__all__ = [
    "Assignment",
    "DescribedGroup",
    "Member",
    "ShareGroupDescribeRequest",
    "ShareGroupDescribeResponse",
    "TopicPartitions",
]


class ShareGroupDescribeRequest(Struct):
    SPEC = Spec(key=77, versions="1", flexible="0+")

    group_ids: list[String] = []
    include_authorized_operations: Bool = False


class ShareGroupDescribeResponse(Struct):
    SPEC = Spec(key=77, versions="1", flexible="0+")

    throttle_time_ms: Int32 = 0
    groups: list[DescribedGroup] = []


class DescribedGroup(Struct):
    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group. TOPIC_AUTHORIZATION_FAILED (29): it reads a topic
    without DESCRIBE. INVALID_GROUP_ID (24): "". GROUP_ID_NOT_FOUND (69): no such group, or one of another type.
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    group_id: String = ""
    group_state: String = ""
    """Empty, Stable or Dead."""
    group_epoch: Int32 = 0
    assignment_epoch: Int32 = 0
    assignor_name: String = ""
    members: list[Member] = []
    authorized_operations: Int32 = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""


class Assignment(Struct):
    topic_partitions: list[TopicPartitions] = []


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    topic_name: String = ""
    partitions: list[Int32] = []


class Member(Struct):
    member_id: String = ""
    rack_id: String | None = None
    member_epoch: Int32 = 0
    client_id: String = ""
    client_host: String = ""
    """Written "/10.0.0.1"."""
    subscribed_topic_names: list[String] = []
    assignment: Assignment = field(default_factory=Assignment)
