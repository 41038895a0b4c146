"""ConsumerGroupHeartbeat (API key 68): join, stay in and leave a consumer group (KIP-848).

One request does what JoinGroup, SyncGroup, Heartbeat and LeaveGroup do in the classic protocol: the member says what
changed, the broker assigns partitions and says what the member shall have, and nobody waits for the others.

Versions: 1: subscription by regular expression; the member makes up its own id (KIP-1082).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "Assignment",
    "ConsumerGroupHeartbeatRequest",
    "ConsumerGroupHeartbeatResponse",
    "TopicPartitions",
]


class ConsumerGroupHeartbeatRequest(Struct):
    """All but the first fields may stay null or -1: unchanged since the last heartbeat."""

    SPEC = Spec(key=68, versions="0-1", flexible="0+")

    group_id: String = ""
    member_id: String = ""
    """Made by the client (a Uuid's base64 text); in v0 a newcomer may send ""."""
    member_epoch: Int32 = 0
    """0: join. -1: leave. -2: leave for a while, as a static member. Else: the epoch of the last answer."""
    instance_id: String | None = None
    """Makes a static member, one that may restart without a rebalance."""
    rack_id: String | None = None
    rebalance_timeout_ms: Int32 = -1
    """How long the member may take to give up partitions; needed to join."""
    subscribed_topic_names: list[String] | None = None
    """Needed to join, unless there is a regular expression."""
    subscribed_topic_regex: Annotated[String | None, "1+"] = None
    """RE2J's syntax, for whole names."""
    server_assignor: String | None = None
    """Null: whatever the group uses."""
    topic_partitions: list[TopicPartitions] | None = None
    """What the member owns now; must be empty to join. To leave a partition out is to give it up."""


class TopicPartitions(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []


class ConsumerGroupHeartbeatResponse(Struct):
    SPEC = Spec(key=68, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """Checks in their order.

    - UNSUPPORTED_VERSION (35): group.version is 0. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
      TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE on a topic of the subscription.
    - INVALID_REQUEST (42): a field that is missing, empty or out of place. UNSUPPORTED_ASSIGNOR (112).
    - COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14).
    - GROUP_ID_NOT_FOUND (69): no such group, or one of another type. GROUP_MAX_SIZE_REACHED (81).
      INVALID_REGULAR_EXPRESSION (128, v1+).
    - UNKNOWN_MEMBER_ID (25): not, or not any more, a member. FENCED_MEMBER_EPOCH (110): join again.
      UNRELEASED_INSTANCE_ID (111), FENCED_INSTANCE_ID (82): another member has the instance id.
    """
    error_message: String | None = None
    member_id: String | None = None
    """Null on errors."""
    member_epoch: Int32 = 0
    heartbeat_interval_ms: Int32 = 0
    assignment: Assignment | None = None
    """Null: unchanged."""


class Assignment(Struct):
    topic_partitions: list[TopicPartitions] = []
