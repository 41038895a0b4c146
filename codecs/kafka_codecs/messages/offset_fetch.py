"""OffsetFetch (API key 9): request and response."""

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
    require_stable: Annotated[Bool, "7+"] = False


class OffsetFetchRequestTopic(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class OffsetFetchRequestGroup(Struct):
    group_id: String = ""
    member_id: Annotated[String | None, "9+", IGNORABLE] = None
    member_epoch: Annotated[Int32, "9+", IGNORABLE] = -1
    topics: list[OffsetFetchRequestTopics] | None = []


class OffsetFetchRequestTopics(Struct):
    name: Annotated[String, "8-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partition_indexes: list[Int32] = []


class OffsetFetchResponse(Struct):
    SPEC = Spec(key=9, versions="1-10", flexible="6+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    topics: Annotated[list[OffsetFetchResponseTopic], "0-7"] = []
    error_code: Annotated[Int16, "2-7", IGNORABLE] = 0
    groups: Annotated[list[OffsetFetchResponseGroup], "8+"] = []


class OffsetFetchResponseTopic(Struct):
    name: String = ""
    partitions: list[OffsetFetchResponsePartition] = []


class OffsetFetchResponsePartition(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "5-7", IGNORABLE] = -1
    metadata: String | None = ""
    error_code: Int16 = 0


class OffsetFetchResponseGroup(Struct):
    group_id: String = ""
    topics: list[OffsetFetchResponseTopics] = []
    error_code: Int16 = 0


class OffsetFetchResponseTopics(Struct):
    name: Annotated[String, "8-9", IGNORABLE] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    partitions: list[OffsetFetchResponsePartitions] = []


class OffsetFetchResponsePartitions(Struct):
    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, IGNORABLE] = -1
    metadata: String | None = ""
    error_code: Int16 = 0
