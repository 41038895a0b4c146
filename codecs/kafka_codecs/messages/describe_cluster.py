"""DescribeCluster (API key 60): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Bool, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "DescribeClusterBroker",
    "DescribeClusterRequest",
    "DescribeClusterResponse",
]


class DescribeClusterRequest(Struct):
    SPEC = Spec(key=60, versions="0-2", flexible="0+")

    include_cluster_authorized_operations: Bool = False
    endpoint_type: Annotated[Int8, "1+"] = 1
    include_fenced_brokers: Annotated[Bool, "2+"] = False


class DescribeClusterResponse(Struct):
    SPEC = Spec(key=60, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    endpoint_type: Annotated[Int8, "1+"] = 1
    cluster_id: String = ""
    controller_id: Int32 = -1
    brokers: list[DescribeClusterBroker] = []
    cluster_authorized_operations: Int32 = -0x8000_0000


class DescribeClusterBroker(Struct):
    broker_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None
    is_fenced: Annotated[Bool, "2+"] = False
