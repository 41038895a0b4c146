"""Metadata (API key 3): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Nullable, Spec, String, Struct, Uuid

__all__ = [
    "MetadataRequest",
    "MetadataRequestTopic",
    "MetadataResponse",
    "MetadataResponseBroker",
    "MetadataResponsePartition",
    "MetadataResponseTopic",
]


class MetadataRequest(Struct):
    SPEC = Spec(key=3, versions="0-13", flexible="9+")

    topics: Annotated[list[MetadataRequestTopic] | None, Nullable("1+")] = []
    allow_auto_topic_creation: Annotated[Bool, "4+"] = True
    include_cluster_authorized_operations: Annotated[Bool, "8-10"] = False
    include_topic_authorized_operations: Annotated[Bool, "8+"] = False


class MetadataRequestTopic(Struct):
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    name: Annotated[String | None, Nullable("10+")] = ""


class MetadataResponse(Struct):
    SPEC = Spec(key=3, versions="0-13", flexible="9+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    brokers: list[MetadataResponseBroker] = []
    cluster_id: Annotated[String | None, "2+", IGNORABLE] = None
    controller_id: Annotated[Int32, "1+", IGNORABLE] = -1
    topics: list[MetadataResponseTopic] = []
    cluster_authorized_operations: Annotated[Int32, "8-10"] = -0x8000_0000
    error_code: Annotated[Int16, "13+", IGNORABLE] = 0


class MetadataResponseBroker(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: Annotated[String | None, "1+", IGNORABLE] = None


class MetadataResponseTopic(Struct):
    error_code: Int16 = 0
    name: Annotated[String | None, Nullable("12+")] = ""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    is_internal: Annotated[Bool, "1+", IGNORABLE] = False
    partitions: list[MetadataResponsePartition] = []
    topic_authorized_operations: Annotated[Int32, "8+"] = -0x8000_0000


class MetadataResponsePartition(Struct):
    error_code: Int16 = 0
    partition_index: Int32 = 0
    leader_id: Int32 = 0
    leader_epoch: Annotated[Int32, "7+", IGNORABLE] = -1
    replica_nodes: list[Int32] = []
    isr_nodes: list[Int32] = []
    offline_replicas: Annotated[list[Int32], "5+", IGNORABLE] = []
