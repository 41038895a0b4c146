"""ShareAcknowledge (API key 79): acknowledge records of a share group without fetching (KIP-932).

Versions (0 was Kafka 4.0's early access): 2: renewed locks (KIP-1222).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int8, Int16, Int32, Int64, Spec, String, Struct, Uuid, field

__all__ = [
    "AcknowledgePartition",
    "AcknowledgeTopic",
    "AcknowledgementBatch",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionData",
    "ShareAcknowledgeRequest",
    "ShareAcknowledgeResponse",
    "ShareAcknowledgeTopicResponse",
]


class ShareAcknowledgeRequest(Struct):
    SPEC = Spec(key=79, versions="1-2", flexible="0+")

    group_id: String | None = None
    member_id: String | None = ""
    share_session_epoch: Int32 = 0
    """The next one of the session; -1 closes it afterwards."""
    is_renew_ack: Annotated[Bool, "2+"] = False
    """Some acknowledgements renew their locks."""
    topics: list[AcknowledgeTopic] = []


class AcknowledgeTopic(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[AcknowledgePartition] = []


class AcknowledgePartition(Struct):
    partition_index: Int32 = 0
    acknowledgement_batches: list[AcknowledgementBatch] = []


class AcknowledgementBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    acknowledge_types: list[Int8] = []
    """One for all records, or one each: 0 gap, 1 accept, 2 release, 3 reject, 4 renew (v2+)."""


class ShareAcknowledgeResponse(Struct):
    SPEC = Spec(key=79, versions="1-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): share.version is 0. GROUP_AUTHORIZATION_FAILED (30): no READ on the group.
    SHARE_SESSION_NOT_FOUND (122), INVALID_SHARE_SESSION_EPOCH (123). INVALID_REQUEST (42): a bad group or member id.
    """
    error_message: String | None = None
    acquisition_lock_timeout_ms: Annotated[Int32, "2+", IGNORABLE] = 0
    """How long renewed records are lent."""
    responses: list[ShareAcknowledgeTopicResponse] = []
    node_endpoints: list[NodeEndpoint] = []
    """Where the nodes live that ``current_leader`` names."""


class ShareAcknowledgeTopicResponse(Struct):
    topic_id: Uuid = ZERO_UUID
    partitions: list[PartitionData] = []


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class PartitionData(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """Of all acknowledgements together: UNKNOWN_TOPIC_ID (100), UNKNOWN_TOPIC_OR_PARTITION (3),
    TOPIC_AUTHORIZATION_FAILED (29): no READ, INVALID_REQUEST (42): ranges or types that make no sense,
    INVALID_RECORD_STATE (121): not lent to this member, NOT_LEADER_OR_FOLLOWER (6), FENCED_LEADER_EPOCH (74),
    KAFKA_STORAGE_ERROR (56).
    """
    error_message: String | None = None
    current_leader: LeaderIdAndEpoch = field(default_factory=LeaderIdAndEpoch)


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
