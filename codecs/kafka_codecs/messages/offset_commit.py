"""OffsetCommit (API key 8): store how far a group has read, with its coordinator.

A member of a group proves itself by generation (or KIP-848 member epoch) and member id; anybody else commits with
generation -1, which an active group refuses.

Versions (0 and 1 went with Kafka 4.0):

- 2: retention time. 3: throttle time. 4: throttled answers leave at once (KIP-219). 5: retention is the broker's
  business (KIP-211).
- 6: leader epoch (KIP-320). 7: static members (KIP-345). 8: flexible. 9: members of KIP-848 groups. 10: topics by id
  (KIP-848).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "OffsetCommitRequest",
    "OffsetCommitRequestPartition",
    "OffsetCommitRequestTopic",
    "OffsetCommitResponse",
    "OffsetCommitResponsePartition",
    "OffsetCommitResponseTopic",
]


class OffsetCommitRequest(Struct):
    SPEC = Spec(key=8, versions="2-10", flexible="8+")

    group_id: String = ""
    generation_id_or_member_epoch: Annotated[Int32, IGNORABLE] = -1
    """-1: not a member."""
    member_id: Annotated[String, IGNORABLE] = ""
    group_instance_id: Annotated[String | None, "7+"] = None
    retention_time_ms: Annotated[Int64, "2-4", IGNORABLE] = -1
    """How long to keep the offsets; -1: as the broker is configured."""
    topics: list[OffsetCommitRequestTopic] = []


class OffsetCommitRequestTopic(Struct):
    name: Annotated[String, "0-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetCommitRequestPartition] = []


class OffsetCommitRequestPartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "6+", IGNORABLE] = -1
    """Epoch of the last record that was read; -1 if unknown."""
    committed_metadata: String | None = ""
    """Anything the client wants to find again, up to offset.metadata.max.bytes (counted in UTF-16 units); null is
    stored as "".
    """


class OffsetCommitResponse(Struct):
    """There is no error of the whole request: what concerns the group stands on every partition."""

    SPEC = Spec(key=8, versions="2-10", flexible="8+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    topics: list[OffsetCommitResponseTopic] = []


class OffsetCommitResponseTopic(Struct):
    name: Annotated[String, "0-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetCommitResponsePartition] = []


class OffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """Before the group is asked, for one partition: UNKNOWN_TOPIC_ID (100, v10+), TOPIC_AUTHORIZATION_FAILED (29): no
    READ, UNKNOWN_TOPIC_OR_PARTITION (3), OFFSET_METADATA_TOO_LARGE (12).

    On all partitions:

    - GROUP_AUTHORIZATION_FAILED (30): no READ on the group. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
      COORDINATOR_LOAD_IN_PROGRESS (14). INVALID_GROUP_ID (24).
    - GROUP_ID_NOT_FOUND (69; ILLEGAL_GENERATION (22) below v9): a generation, but no such group.
    - UNKNOWN_MEMBER_ID (25), FENCED_INSTANCE_ID (82): not, or not any more, a member. ILLEGAL_GENERATION (22): another
      generation.
    - REBALANCE_IN_PROGRESS (27): joined, but not synced. STALE_MEMBER_EPOCH (113, v9+): a KIP-848 member with another
      epoch. UNSUPPORTED_VERSION (35): such a member below v9.
    """
