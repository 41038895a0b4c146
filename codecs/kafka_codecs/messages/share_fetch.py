"""ShareFetch (API key 78): acquire records for a member of a share group, and acknowledge earlier ones (KIP-932).

Records are lent, each to one member, until it acknowledges them or the lock runs out. Works in a share session: the
broker remembers the partitions, an epoch keeps the requests in step.

Versions (0 was Kafka 4.0's early access): 2: acquire modes (KIP-1206), renewed locks (KIP-1222).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    Records,
    Spec,
    String,
    Struct,
    Uuid,
    field,
)

__all__ = [
    "AcknowledgementBatch",
    "AcquiredRecords",
    "FetchPartition",
    "FetchTopic",
    "ForgottenTopic",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionData",
    "ShareFetchRequest",
    "ShareFetchResponse",
    "ShareFetchableTopicResponse",
]


class ShareFetchRequest(Struct):
    SPEC = Spec(key=78, versions="1-2", flexible="0+")

    group_id: String | None = None
    member_id: String | None = ""
    share_session_epoch: Int32 = 0
    """0 opens a session, then 1, 2, ... in it; -1 closes it after its acknowledgements."""
    max_wait_ms: Int32 = 0
    """How long to wait for ``min_bytes``."""
    min_bytes: Int32 = 0
    max_bytes: Int32 = 0x7FFFFFFF
    max_records: Int32 = 0
    batch_size: Int32 = 0
    """Where to cut acquired ranges."""
    share_acquire_mode: Annotated[Int8, "2+", IGNORABLE] = 0
    """0: whole batches, ``max_records`` is soft. 1: at most ``max_records``."""
    is_renew_ack: Annotated[Bool, "2+"] = False
    """Some acknowledgements renew their locks; then nothing may be fetched and all limits are 0."""
    topics: list[FetchTopic] = []
    """Partitions to add to the session, and those with acknowledgements."""
    forgotten_topics_data: list[ForgottenTopic] = []


class FetchTopic(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[FetchPartition] = []


class FetchPartition(Struct):
    partition_index: Int32 = 0
    acknowledgement_batches: list[AcknowledgementBatch] = []


class AcknowledgementBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    acknowledge_types: list[Int8] = []
    """One for all records, or one each: 0 gap, 1 accept, 2 release, 3 reject, 4 renew (v2+)."""


class ForgottenTopic(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[Int32] = []


class ShareFetchResponse(Struct):
    SPEC = Spec(key=78, versions="1-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): share.version is 0. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
    SHARE_SESSION_NOT_FOUND (122), INVALID_SHARE_SESSION_EPOCH (123). SHARE_SESSION_LIMIT_REACHED (133).
    INVALID_REQUEST (42): a bad group or member id, acknowledgements that open a session, a renewal that fetches.
    """
    error_message: String | None = None
    acquisition_lock_timeout_ms: Int32 = 0
    """How long acquired records are lent."""
    responses: list[ShareFetchableTopicResponse] = []
    node_endpoints: list[NodeEndpoint] = []
    """Where the nodes live that ``current_leader`` names."""


class ShareFetchableTopicResponse(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class LeaderIdAndEpoch(Struct):
    """Not -1 but 0 when there is nothing to say: this field has no default of its own."""

    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class PartitionData(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """Of the fetch: UNKNOWN_TOPIC_ID (100), UNKNOWN_TOPIC_OR_PARTITION (3), TOPIC_AUTHORIZATION_FAILED (29): no READ,
    NOT_LEADER_OR_FOLLOWER (6), FENCED_LEADER_EPOCH (74), KAFKA_STORAGE_ERROR (56), UNKNOWN_SERVER_ERROR (-1): the share
    state is not set up.
    """
    error_message: String | None = None
    acknowledge_error_code: Int16 = 0
    """Of the acknowledgements, which stand or fall together: INVALID_REQUEST (42): ranges or types that make no sense,
    INVALID_RECORD_STATE (121): not lent to this member, and those of ``error_code``.
    """
    acknowledge_error_message: String | None = None
    current_leader: LeaderIdAndEpoch = field(default_factory=LeaderIdAndEpoch)
    records: Records = b""
    """May hold more than was acquired."""
    acquired_records: list[AcquiredRecords] = []


class AcquiredRecords(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    delivery_count: Int16 = 0
    """1 on the first delivery."""


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
