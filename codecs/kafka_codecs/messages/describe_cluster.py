"""DescribeCluster (API key 60): the cluster's id and its brokers, or controllers (KIP-700).

Versions: 1: which kind of nodes is meant (KIP-919). 2: fenced brokers (KIP-1073).
"""

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
    """1: brokers. 2: controllers."""
    include_fenced_brokers: Annotated[Bool, "2+"] = False


class DescribeClusterResponse(Struct):
    SPEC = Spec(key=60, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """MISMATCHED_ENDPOINT_TYPE (114): controllers asked of a broker. UNSUPPORTED_ENDPOINT_TYPE (115): neither 1 nor 2.
    In v0 these are INVALID_REQUEST (42). On errors the cluster id is "" and there are no nodes.
    """
    error_message: String | None = None
    endpoint_type: Annotated[Int8, "1+"] = 1
    cluster_id: String = ""
    controller_id: Int32 = -1
    """A live broker, any one; -1: none."""
    brokers: list[DescribeClusterBroker] = []
    cluster_authorized_operations: Int32 = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""


class DescribeClusterBroker(Struct):
    broker_id: Int32 = 0
    host: String = ""
    """On the listener that the client came in by."""
    port: Int32 = 0
    rack: String | None = None
    is_fenced: Annotated[Bool, "2+"] = False
    """Registered, but not alive."""
