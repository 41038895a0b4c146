"""ConsumerGroupDescribe (API key 69): epochs, members and assignments of KIP-848 groups.

Versions: 1: whether a member speaks the classic protocol (KIP-1099).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int8, Int16, Int32, Spec, String, Struct, Uuid, field

__all__ = [
    "Assignment",
    "ConsumerGroupDescribeRequest",
    "ConsumerGroupDescribeResponse",
    "DescribedGroup",
    "Member",
    "TopicPartitions",
]


class ConsumerGroupDescribeRequest(Struct):
    SPEC = Spec(key=69, versions="0-1", flexible="0+")

    group_ids: list[String] = []
    include_authorized_operations: Bool = False


class ConsumerGroupDescribeResponse(Struct):
    SPEC = Spec(key=69, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    groups: list[DescribedGroup] = []


class DescribedGroup(Struct):
    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group. TOPIC_AUTHORIZATION_FAILED (29): it reads a topic
    without DESCRIBE; there are no members then. INVALID_GROUP_ID (24): "". GROUP_ID_NOT_FOUND (69): no such group, or
    one of another type. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    """
    error_message: String | None = None
    group_id: String = ""
    group_state: String = ""
    """Empty, Assigning, Reconciling, Stable or Dead."""
    group_epoch: Int32 = 0
    """Raised by whatever calls for a new assignment."""
    assignment_epoch: Int32 = 0
    """The group epoch that the present target was computed for."""
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
    instance_id: String | None = None
    rack_id: String | None = None
    member_epoch: Int32 = 0
    client_id: String = ""
    client_host: String = ""
    """Written "/10.0.0.1"."""
    subscribed_topic_names: list[String] = []
    subscribed_topic_regex: String | None = None
    assignment: Assignment = field(default_factory=Assignment)
    """What the member has now."""
    target_assignment: Assignment = field(default_factory=Assignment)
    """What it is to have."""
    member_type: Annotated[Int8, "1+", IGNORABLE] = -1
    """0 classic, 1 consumer, -1 unknown."""
