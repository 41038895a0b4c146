"""OffsetFetch (API key 9): the offsets that groups have committed.

Versions (0 read from ZooKeeper and went with Kafka 4.0):

- 1: from __consumer_offsets. 2: null topics mean all; an error of the whole answer. 3: throttle time.
- 4: throttled answers leave at once (KIP-219). 5: leader epoch (KIP-320). 6: flexible. 7: ``require_stable`` (KIP-447).
- 8: several groups in one request (KIP-709). 9: members of KIP-848 groups prove themselves. 10: topics by id (KIP-848).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Int64, Nullable, Spec, String, Struct, Uuid

__all__ = [
    "OffsetFetchRequest",
    "OffsetFetchRequestGroup",
    "OffsetFetchRequestTopic",
    "OffsetFetchRequestTopics",
    "OffsetFetchResponse",
    "OffsetFetchResponseGroup",
    "OffsetFetchResponsePartition",
    "OffsetFetchResponsePartitions",
    "OffsetFetchResponseTopic",
    "OffsetFetchResponseTopics",
]


class OffsetFetchRequest(Struct):
    SPEC = Spec(key=9, versions="1-10", flexible="6+")

    group_id: Annotated[String, "0-7"] = ""
    topics: Annotated[list[OffsetFetchRequestTopic] | None, "0-7", Nullable("2-7")] = []
    groups: Annotated[list[OffsetFetchRequestGroup], "8+"] = []
    """v8+; below, the request is for the one group above."""
    require_stable: Annotated[Bool, "7+"] = False
    """Refuse partitions whose offset a pending transaction may still change."""


class OffsetFetchRequestTopic(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class OffsetFetchRequestGroup(Struct):
    group_id: String = ""
    member_id: Annotated[String | None, "9+", IGNORABLE] = None
    """Null: do not check."""
    member_epoch: Annotated[Int32, "9+", IGNORABLE] = -1
    """-1 with a null member id: do not check."""
    topics: list[OffsetFetchRequestTopics] | None = []
    """Null: all topics with a committed offset."""


class OffsetFetchRequestTopics(Struct):
    name: Annotated[String, "8-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partition_indexes: list[Int32] = []


class OffsetFetchResponse(Struct):
    SPEC = Spec(key=9, versions="1-10", flexible="6+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    topics: Annotated[list[OffsetFetchResponseTopic], "0-7"] = []
    error_code: Annotated[Int16, "2-7", IGNORABLE] = 0
    """v2 to v7: as in ``OffsetFetchResponseGroup``. In v1, which lacks this field, it stands on each partition."""
    groups: Annotated[list[OffsetFetchResponseGroup], "8+"] = []
    """v8+: one entry a group asked for, in that order."""


class OffsetFetchResponseTopic(Struct):
    name: String = ""
    partitions: list[OffsetFetchResponsePartition] = []


class OffsetFetchResponsePartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    """-1: none; that is no error."""
    committed_leader_epoch: Annotated[Int32, "5-7", IGNORABLE] = -1
    metadata: String | None = ""
    error_code: Int16 = 0
    """UNSTABLE_OFFSET_COMMIT (88): ``require_stable``, and a transaction is pending. TOPIC_AUTHORIZATION_FAILED (29):
    no DESCRIBE.
    """


class OffsetFetchResponseGroup(Struct):
    group_id: String = ""
    topics: list[OffsetFetchResponseTopics] = []
    error_code: Int16 = 0
    """GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE on the group. COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR (16),
    COORDINATOR_LOAD_IN_PROGRESS (14). UNKNOWN_MEMBER_ID (25), STALE_MEMBER_EPOCH (113): v9+, wrong member or epoch of a
    KIP-848 group. An unknown group is no error.
    """


class OffsetFetchResponseTopics(Struct):
    name: Annotated[String, "8-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetFetchResponsePartitions] = []


class OffsetFetchResponsePartitions(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    """-1: none; that is no error."""
    committed_leader_epoch: Annotated[Int32, IGNORABLE] = -1
    metadata: String | None = ""
    error_code: Int16 = 0
    """UNSTABLE_OFFSET_COMMIT (88): ``require_stable``, and a transaction is pending. UNKNOWN_TOPIC_ID (100): v10+.
    TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE.
    """
