"""Produce (API key 0): append one batch of records to each of the named partitions.

Versions (Kafka 4.x serves 3 to 13, and advertises 0 so that librdkafka keeps its features: KAFKA-18659):

- 3: transactional id; record batches are of format v2 (KIP-98).
- 4: KAFKA_STORAGE_ERROR may come back. 5: the answer has the log start offset. 6: as 5.
- 7: zstd is allowed (KIP-110). 8: the answer tells which records were refused (KIP-467). 9: flexible.
- 10: the answer names the new leader when the broker is not it any more (KIP-951).
- 11: TRANSACTION_ABORTABLE may come back. 12: a transactional batch adds its partition to the transaction (KIP-890).
- 13: topics by id instead of name (KIP-516).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Int16,
    Int32,
    Int64,
    Records,
    Spec,
    String,
    Struct,
    Tag,
    Uuid,
    field,
)

__all__ = [
    "BatchIndexAndErrorMessage",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionProduceData",
    "PartitionProduceResponse",
    "ProduceRequest",
    "ProduceResponse",
    "TopicProduceData",
    "TopicProduceResponse",
]


class ProduceRequest(Struct):
    """With ``acks`` 0 there is no answer at all; if a partition then fails, the broker closes the connection."""

    SPEC = Spec(key=0, versions="3-13", flexible="9+")

    transactional_id: String | None = None
    """Needed if a batch has the transactional bit; null otherwise."""
    acks: Int16 = 0
    """0: no answer. 1: the leader has appended. -1: all in-sync replicas have."""
    timeout_ms: Int32 = 0
    """How long the leader waits for the in-sync replicas (``acks`` -1) before REQUEST_TIMED_OUT."""
    topic_data: list[TopicProduceData] = []


class TopicProduceData(Struct):
    name: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partition_data: list[PartitionProduceData] = []


class PartitionProduceData(Struct):
    index: Int32 = 0
    records: Records | None = b""
    """Exactly one batch of format v2: a view of the frame when read."""


class ProduceResponse(Struct):
    """Topics and partitions come in no particular order; of a partition asked twice only the last entry counts."""

    SPEC = Spec(key=0, versions="3-13", flexible="9+")

    responses: list[TopicProduceResponse] = []
    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    node_endpoints: Annotated[list[NodeEndpoint], "10+", Tag(0)] = []
    """Where the nodes live that ``current_leader`` names; filled with NOT_LEADER_OR_FOLLOWER (6) only."""


class TopicProduceResponse(Struct):
    name: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partition_responses: list[PartitionProduceResponse] = []


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class PartitionProduceResponse(Struct):
    """On errors ``base_offset`` and ``log_append_time_ms`` are -1, but for 7 and 20: those records were appended."""

    index: Int32 = 0
    error_code: Int16 = 0
    """Checks in their order. Before any append:

    - TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53), on every partition: a batch is transactional and ``transactional_id``
      is null or not the client's to write with.
    - UNKNOWN_TOPIC_ID (100): v13+, no topic has this id. TOPIC_AUTHORIZATION_FAILED (29): no WRITE.
      UNKNOWN_TOPIC_OR_PARTITION (3): no such topic or partition; Produce never creates one.
    - INVALID_RECORD (87): not exactly one batch of format v2. UNSUPPORTED_COMPRESSION_TYPE (76): zstd below v7.
      CORRUPT_MESSAGE (2), on every partition: a length or magic that no batch can have.
    - INVALID_PRODUCER_ID_MAPPING (49): unknown transactional id, foreign or second producer id. INVALID_TXN_STATE (48),
      in v11 TRANSACTION_ABORTABLE (120): the partition is not part of the transaction. CONCURRENT_TRANSACTIONS (51):
      v12+, the previous transaction is still being completed.
    - INVALID_REQUIRED_ACKS (21): ``acks`` is not -1, 0 or 1.

    While appending, for each partition alone:

    - INVALID_TOPIC_EXCEPTION (17): an internal topic. NOT_LEADER_OR_FOLLOWER (6). NOT_ENOUGH_REPLICAS (19): ``acks`` -1
      and fewer replicas in sync than min.insync.replicas, or the transaction could not be verified.
    - INVALID_RECORD (87): base offset not 0, counts that do not agree, a control batch, no key for a compacted topic.
    - MESSAGE_TOO_LARGE (10): more than max.message.bytes. CORRUPT_MESSAGE (2): wrong CRC. INVALID_TIMESTAMP (32):
      outside message.timestamp.before.max.ms and after.max.ms. RECORD_LIST_TOO_LARGE (18): more than segment.bytes.
    - INVALID_PRODUCER_EPOCH (47): an older epoch. OUT_OF_ORDER_SEQUENCE_NUMBER (45): a gap. INVALID_TXN_STATE (48): a
      plain batch inside the producer's own open transaction.
    - UNKNOWN_SERVER_ERROR (-1): compressed data that cannot be unpacked. KAFKA_STORAGE_ERROR (56): the disk failed.

    After it: NOT_ENOUGH_REPLICAS_AFTER_APPEND (20), REQUEST_TIMED_OUT (7).
    """
    base_offset: Int64 = 0
    """Offset of the batch's first record; of the first attempt, if this was a repeat."""
    log_append_time_ms: Annotated[Int64, IGNORABLE] = -1
    """Milliseconds since the epoch if the topic stamps records itself (LogAppendTime), else -1."""
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    """-1 with errors found before the append."""
    record_errors: Annotated[list[BatchIndexAndErrorMessage], "8+", IGNORABLE] = []
    """The offending records, with INVALID_RECORD (87) and INVALID_TIMESTAMP (32)."""
    error_message: Annotated[String | None, "8+", IGNORABLE] = None
    """Null unless there is more to say than the code does."""
    current_leader: Annotated[LeaderIdAndEpoch, "10+", Tag(0)] = field(default_factory=LeaderIdAndEpoch)
    """Written with NOT_LEADER_OR_FOLLOWER (6) only."""


class BatchIndexAndErrorMessage(Struct):
    batch_index: Int32 = 0
    """Number of the record within its batch, from 0."""
    batch_index_error_message: String | None = None


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
