"""FetchSnapshot (API key 59): a piece of a snapshot of the metadata log (KIP-630).

Versions: 1: directories and addresses (KIP-853).
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
    UInt16,
    Uuid,
    field,
)

__all__ = [
    "FetchSnapshotRequest",
    "FetchSnapshotResponse",
    "LeaderIdAndEpoch",
    "NodeEndpoint",
    "PartitionSnapshot",
    "PartitionSnapshotResponse",
    "SnapshotId",
    "TopicSnapshot",
    "TopicSnapshotResponse",
]


class FetchSnapshotRequest(Struct):
    SPEC = Spec(key=59, versions="0-1", flexible="0+")

    cluster_id: Annotated[String | None, Tag(0)] = None
    replica_id: Int32 = -1
    max_bytes: Int32 = 0x7FFFFFFF
    """Of all pieces in the answer."""
    topics: list[TopicSnapshot] = []


class TopicSnapshot(Struct):
    name: String = ""
    partitions: list[PartitionSnapshot] = []


class SnapshotId(Struct):
    end_offset: Int64 = 0
    epoch: Int32 = 0


class PartitionSnapshot(Struct):
    partition: Int32 = 0
    current_leader_epoch: Int32 = 0
    snapshot_id: SnapshotId = field(default_factory=SnapshotId)
    position: Int64 = 0
    """Where the piece begins, in bytes."""
    replica_directory_id: Annotated[Uuid, "1+", Tag(0), IGNORABLE] = ZERO_UUID


class FetchSnapshotResponse(Struct):
    SPEC = Spec(key=59, versions="0-1", flexible="0+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). INCONSISTENT_CLUSTER_ID (104)."""
    topics: list[TopicSnapshotResponse] = []
    node_endpoints: Annotated[list[NodeEndpoint], "1+", Tag(0)] = []


class TopicSnapshotResponse(Struct):
    name: String = ""
    partitions: list[PartitionSnapshotResponse] = []


class LeaderIdAndEpoch(Struct):
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0


class PartitionSnapshotResponse(Struct):
    index: Int32 = 0
    error_code: Int16 = 0
    """SNAPSHOT_NOT_FOUND (98). POSITION_OUT_OF_RANGE (99). NOT_LEADER_OR_FOLLOWER (6). FENCED_LEADER_EPOCH (74),
    UNKNOWN_LEADER_EPOCH (75). UNKNOWN_TOPIC_OR_PARTITION (3).
    """
    snapshot_id: SnapshotId = field(default_factory=SnapshotId)
    current_leader: Annotated[LeaderIdAndEpoch, Tag(0)] = field(default_factory=LeaderIdAndEpoch)
    size: Int64 = 0
    """Of the whole snapshot."""
    position: Int64 = 0
    unaligned_records: Records = b""
    """Bytes of the snapshot, cut anywhere."""


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: UInt16 = 0
