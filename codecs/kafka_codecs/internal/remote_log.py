"""Records of __remote_log_metadata: which segments of which partition lie in the remote tier (KIP-405)."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Bool, Bytes, Int8, Int32, Int64, Spec, String, Struct, Tag, Uuid, field

__all__ = [
    "RemoteLogSegmentIdEntry",
    "RemoteLogSegmentMetadataRecord",
    "RemoteLogSegmentMetadataSnapshotRecord",
    "RemoteLogSegmentMetadataUpdateRecord",
    "RemotePartitionDeleteMetadataRecord",
    "SegmentLeaderEpochEntry",
    "TopicIdPartitionEntry",
]


class TopicIdPartitionEntry(Struct):
    name: String = ""
    id: Uuid = ZERO_UUID
    partition: Int32 = 0


class RemoteLogSegmentIdEntry(Struct):
    topic_id_partition: TopicIdPartitionEntry = field(default_factory=TopicIdPartitionEntry)
    id: Uuid = ZERO_UUID


class RemoteLogSegmentMetadataRecord(Struct):
    SPEC = Spec(key=0, versions="0", flexible="0+")

    remote_log_segment_id: RemoteLogSegmentIdEntry = field(default_factory=RemoteLogSegmentIdEntry)
    start_offset: Int64 = 0
    end_offset: Int64 = 0
    broker_id: Int32 = 0
    max_timestamp_ms: Int64 = 0
    event_timestamp_ms: Int64 = 0
    segment_leader_epochs: list[SegmentLeaderEpochEntry] = []
    segment_size_in_bytes: Int32 = 0
    custom_metadata: Bytes | None = None
    remote_log_segment_state: Int8 = 0
    txn_index_empty: Annotated[Bool, Tag(0)] = False


class SegmentLeaderEpochEntry(Struct):
    leader_epoch: Int32 = 0
    offset: Int64 = 0


class RemoteLogSegmentMetadataUpdateRecord(Struct):
    SPEC = Spec(key=1, versions="0", flexible="0+")

    remote_log_segment_id: RemoteLogSegmentIdEntry = field(default_factory=RemoteLogSegmentIdEntry)
    broker_id: Int32 = 0
    event_timestamp_ms: Int64 = 0
    custom_metadata: Bytes | None = None
    remote_log_segment_state: Int8 = 0


class RemotePartitionDeleteMetadataRecord(Struct):
    SPEC = Spec(key=2, versions="0", flexible="0+")

    topic_id_partition: TopicIdPartitionEntry = field(default_factory=TopicIdPartitionEntry)
    broker_id: Int32 = 0
    event_timestamp_ms: Int64 = 0
    remote_partition_delete_state: Int8 = 0


class RemoteLogSegmentMetadataSnapshotRecord(Struct):
    SPEC = Spec(key=3, versions="0", flexible="0+")

    segment_id: Uuid = ZERO_UUID
    start_offset: Int64 = 0
    end_offset: Int64 = 0
    broker_id: Int32 = 0
    max_timestamp_ms: Int64 = 0
    event_timestamp_ms: Int64 = 0
    segment_leader_epochs: list[SegmentLeaderEpochEntry] = []
    segment_size_in_bytes: Int32 = 0
    custom_metadata: Bytes | None = None
    remote_log_segment_state: Int8 = 0
    txn_index_empty: Annotated[Bool, Tag(0)] = False
