"""Fetch (API key 1): read record batches from partitions, waiting a while if there are none yet.

Consumers, followers and KRaft's replicas all read with this request. A fetch session (KIP-227, v7+) lets the client
send only what changed since its last request, and the broker only what is new.

Versions (0 to 3 went with Kafka 4.0):

- 4: isolation level and aborted transactions (KIP-98). 5: log start offset. 6: KAFKA_STORAGE_ERROR may come back.
- 7: fetch sessions (KIP-227). 8: throttled answers leave at once (KIP-219). 9: the client's leader epoch (KIP-320).
- 10: zstd (KIP-110). 11: rack of the consumer, reads from followers (KIP-392).
- 12: flexible; last fetched epoch and its answers (KIP-595). 13: topics by id (KIP-516).
- 14: OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405). 15: the replica's epoch (KIP-903). 16: endpoints of new leaders
  (KIP-951).
- 17: the replica's directory (KIP-853). 18: the replica's high watermark (KIP-1166).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Int8,
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
    "AbortedTransaction",
    "EpochEndOffset",
    "FetchPartition",
    "FetchRequest",
    "FetchResponse",
    "FetchTopic",
    "FetchableTopicResponse",
    "ForgottenTopic",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionData",
    "ReplicaState",
    "SnapshotId",
]


class ReplicaState(Struct):
    replica_id: Int32 = -1
    """-1 for a consumer."""
    replica_epoch: Int64 = -1
    """The broker epoch of the replica, so that a restarted one is not mistaken for its former self."""


class FetchRequest(Struct):
    SPEC = Spec(key=1, versions="4-18", flexible="12+")

    cluster_id: Annotated[String | None, "12+", Tag(0), IGNORABLE] = None
    """Sent by KRaft's replicas only."""
    replica_id: Annotated[Int32, "0-14"] = -1
    """-1 for a consumer; from v15 on in ``replica_state``."""
    replica_state: Annotated[ReplicaState, "15+", Tag(1)] = field(default_factory=ReplicaState)
    max_wait_ms: Int32 = 0
    """How long to wait for ``min_bytes``."""
    min_bytes: Int32 = 0
    """Counted over all partitions."""
    max_bytes: Annotated[Int32, IGNORABLE] = 0x7FFFFFFF
    """Of the whole answer; the first batch is sent whole even if it alone is larger."""
    isolation_level: Annotated[Int8, IGNORABLE] = 0
    """0: read uncommitted, up to the high watermark. 1: read committed, up to the last stable offset."""
    session_id: Annotated[Int32, "7+", IGNORABLE] = 0
    """0: none, or a new one."""
    session_epoch: Annotated[Int32, "7+", IGNORABLE] = -1
    """0 opens a session, then 1, 2, ... in it; -1: a full request outside of a session, or its end."""
    topics: list[FetchTopic] = []
    """All partitions of a full request; in a session those that are new or have changed."""
    forgotten_topics_data: Annotated[list[ForgottenTopic], "7+"] = []
    """Partitions to take out of the session."""
    rack_id: Annotated[String, "11+", IGNORABLE] = ""
    """The consumer's rack: the leader may point to a replica there."""


class FetchTopic(Struct):
    topic: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[FetchPartition] = []


class FetchPartition(Struct):
    partition: Int32 = 0
    current_leader_epoch: Annotated[Int32, "9+", IGNORABLE] = -1
    """The epoch the client knows; negative: do not check."""
    fetch_offset: Int64 = 0
    last_fetched_epoch: Annotated[Int32, "12+"] = -1
    """Epoch of the last record the client holds, to detect a log that was truncated; -1: do not check."""
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    """The follower's own; consumers send -1."""
    partition_max_bytes: Int32 = 0
    """A limit for this partition, soft like ``max_bytes``."""
    replica_directory_id: Annotated[Uuid, "17+", Tag(0), IGNORABLE] = ZERO_UUID
    high_watermark: Annotated[Int64, "18+", Tag(1), IGNORABLE] = 0x7FFF_FFFF_FFFF_FFFF


class ForgottenTopic(Struct):
    topic: Annotated[String, "7-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[Int32] = []


class FetchResponse(Struct):
    SPEC = Spec(key=1, versions="4-18", flexible="12+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    error_code: Annotated[Int16, "7+", IGNORABLE] = 0
    """Of the whole request. FETCH_SESSION_ID_NOT_FOUND (70): no such session (any more).
    INVALID_FETCH_SESSION_EPOCH (71): not the next epoch. FETCH_SESSION_TOPIC_ID_ERROR (106): a session of names
    continued with ids, or the reverse. UNKNOWN_SERVER_ERROR (-1): bad isolation level or session id. With all of them
    ``responses`` is empty.
    """
    session_id: Annotated[Int32, "7+"] = 0
    """0: there is no session; the client goes on with full requests."""
    responses: list[FetchableTopicResponse] = []
    """In a session only partitions with records, an error or changed offsets."""
    node_endpoints: Annotated[list[NodeEndpoint], "16+", Tag(0)] = []
    """Where the nodes live that ``current_leader`` names."""


class FetchableTopicResponse(Struct):
    topic: Annotated[String, "0-12", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "13+", IGNORABLE] = ZERO_UUID
    partitions: list[PartitionData] = []


class EpochEndOffset(Struct):
    epoch: Int32 = -1
    """The largest epoch at or below the one asked for."""
    end_offset: Int64 = -1
    """The end offset of that epoch."""


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class SnapshotId(Struct):
    end_offset: Int64 = -1
    epoch: Int32 = -1


class PartitionData(Struct):
    """With an error the offsets are -1 and the records empty."""

    partition_index: Int32 = 0
    error_code: Int16 = 0
    """Checks in their order.

    - UNKNOWN_TOPIC_ID (100): v13+, no topic has this id. TOPIC_AUTHORIZATION_FAILED (29): no READ, or a replica without
      CLUSTER_ACTION.
    - UNKNOWN_TOPIC_OR_PARTITION (3): no such topic or partition, or it was deleted meanwhile.
    - NOT_LEADER_OR_FOLLOWER (6): this broker may not serve it. INCONSISTENT_TOPIC_ID (103): the name now belongs to
      another topic id than the session's.
    - FENCED_LEADER_EPOCH (74), UNKNOWN_LEADER_EPOCH (75): the client's epoch is older, or newer, than the broker's.
    - OFFSET_OUT_OF_RANGE (1): below the log start, above the log end, or an epoch that was never here.
    - KAFKA_STORAGE_ERROR (56): the disk failed; 6 below v6. UNKNOWN_SERVER_ERROR (-1): negative limits.
    """
    high_watermark: Int64 = 0
    last_stable_offset: Annotated[Int64, IGNORABLE] = -1
    """Below it every transaction is decided. Filled whatever the isolation level."""
    log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
    diverging_epoch: Annotated[EpochEndOffset, "12+", Tag(0)] = field(default_factory=EpochEndOffset)
    """Written if the client's log has records of ``last_fetched_epoch`` that this log never had: where to cut."""
    current_leader: Annotated[LeaderIdAndEpoch, "12+", Tag(1)] = field(default_factory=LeaderIdAndEpoch)
    """Written with 6 and 74 only, from v16 on."""
    snapshot_id: Annotated[SnapshotId, "12+", Tag(2)] = field(default_factory=SnapshotId)
    """KRaft: the offset asked for lies below this snapshot; fetch that first."""
    aborted_transactions: Annotated[list[AbortedTransaction] | None, IGNORABLE] = []
    """With isolation level 1, in the order of their markers; null with level 0 and with errors of the read."""
    preferred_read_replica: Annotated[Int32, "11+"] = -1
    """Another replica to read from, in the consumer's rack; then there are no records. -1: stay here."""
    records: Records | None = b""
    """Whole batches, the first of which may begin before the offset asked for. Never null on the wire: librdkafka fails
    on it.
    """


class AbortedTransaction(Struct):
    producer_id: Int64 = 0
    first_offset: Int64 = 0
    """Where the producer's aborted transaction began in this partition; it ends with its marker."""


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
