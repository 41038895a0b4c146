"""Share state in __share_group_state: how far a share group has read a partition (KIP-932).

A snapshot holds everything, updates after it hold what changed. Both keys name group, topic and partition; the int16
before a key is the record type (the key's ``SPEC.key``), before a value its version.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int8, Int16, Int32, Int64, Spec, String, Struct, Tag, Uuid

__all__ = [
    "ShareSnapshotKey",
    "ShareSnapshotValue",
    "ShareUpdateKey",
    "ShareUpdateValue",
    "StateBatch",
]


class ShareSnapshotKey(Struct):
    SPEC = Spec(key=0, versions="0")

    group_id: String = ""
    topic_id: Uuid = ZERO_UUID
    partition: Int32 = 0


class ShareSnapshotValue(Struct):
    SPEC = Spec(key=0, versions="0", flexible="0+")

    snapshot_epoch: Int32 = 0
    """Raised with each snapshot; updates of an older one do not count."""
    state_epoch: Int32 = 0
    """Raised when the group is set up anew; requests with an older one are fenced."""
    leader_epoch: Int32 = 0
    start_offset: Int64 = 0
    """Everything below is finished."""
    delivery_complete_count: Annotated[Int32, Tag(0)] = -1
    """Finished records at or above the start offset, for the lag; -1: unknown."""
    create_timestamp: Int64 = 0
    write_timestamp: Int64 = 0
    state_batches: list[StateBatch] = []


class StateBatch(Struct):
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    delivery_state: Int8 = 0
    """0 available, 2 acknowledged, 4 archived; records being delivered are saved as available."""
    delivery_count: Int16 = 0


class ShareUpdateKey(Struct):
    SPEC = Spec(key=1, versions="0")

    group_id: String = ""
    topic_id: Uuid = ZERO_UUID
    partition: Int32 = 0


class ShareUpdateValue(Struct):
    SPEC = Spec(key=1, versions="0", flexible="0+")

    snapshot_epoch: Int32 = 0
    leader_epoch: Int32 = 0
    start_offset: Int64 = 0
    """-1: unchanged."""
    delivery_complete_count: Annotated[Int32, Tag(0)] = -1
    state_batches: list[StateBatch] = []
