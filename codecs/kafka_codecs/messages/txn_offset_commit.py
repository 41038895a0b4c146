"""TxnOffsetCommit (API key 28): store how far a group has read, if the transaction commits (KIP-98).

Sent to the group's coordinator. The offsets stay invisible until the marker comes.

Versions: 1: throttled answers leave at once (KIP-219). 2: leader epoch (KIP-320). 3: flexible; the member proves itself
(KIP-447). 4: TRANSACTION_ABORTABLE may come back. 5: adds the group's partition to the transaction itself (KIP-890).
6: topics by id, errors as in OffsetCommit v9 (KIP-1319).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, Uuid

__all__ = [
    "TxnOffsetCommitRequest",
    "TxnOffsetCommitRequestPartition",
    "TxnOffsetCommitRequestTopic",
    "TxnOffsetCommitResponse",
    "TxnOffsetCommitResponsePartition",
    "TxnOffsetCommitResponseTopic",
]


class TxnOffsetCommitRequest(Struct):
    SPEC = Spec(key=28, versions="0-6", flexible="3+")

    transactional_id: String = ""
    group_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    generation_id_or_member_epoch: Annotated[Int32, "3+"] = -1
    """-1 with member id "" and no instance id: do not check."""
    member_id: Annotated[String, "3+"] = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    topics: list[TxnOffsetCommitRequestTopic] = []


class TxnOffsetCommitRequestTopic(Struct):
    name: Annotated[String, "0-5", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    partitions: list[TxnOffsetCommitRequestPartition] = []


class TxnOffsetCommitRequestPartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "2+", IGNORABLE] = -1
    committed_metadata: String | None = ""


class TxnOffsetCommitResponse(Struct):
    SPEC = Spec(key=28, versions="0-6", flexible="3+")

    throttle_time_ms: Int32 = 0
    topics: list[TxnOffsetCommitResponseTopic] = []


class TxnOffsetCommitResponseTopic(Struct):
    name: Annotated[String, "0-5", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "6+", IGNORABLE] = ZERO_UUID
    partitions: list[TxnOffsetCommitResponsePartition] = []


class TxnOffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    """TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53): no WRITE on the id. GROUP_AUTHORIZATION_FAILED (30): no READ on the
    group. TOPIC_AUTHORIZATION_FAILED (29): no READ on the topic. UNKNOWN_TOPIC_ID (100, v6+),
    UNKNOWN_TOPIC_OR_PARTITION (3), OFFSET_METADATA_TOO_LARGE (12): this partition alone. INVALID_GROUP_ID (24): "".
    COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16), COORDINATOR_LOAD_IN_PROGRESS (14). UNKNOWN_MEMBER_ID (25),
    FENCED_INSTANCE_ID (82), ILLEGAL_GENERATION (22). GROUP_ID_NOT_FOUND (69), STALE_MEMBER_EPOCH (113): v6+, 22 before.
    INVALID_TXN_STATE (48; TRANSACTION_ABORTABLE (120) in v4): the group's partition was not added.
    INVALID_PRODUCER_EPOCH (47). INVALID_PRODUCER_ID_MAPPING (49). CONCURRENT_TRANSACTIONS (51).
    """
