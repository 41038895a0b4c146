"""ListConfigResources (API key 74): which resources have configs (KIP-1142).

In version 0 this was ListClientMetricsResources (KIP-714) and knew only those.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "ConfigResource",
    "ListConfigResourcesRequest",
    "ListConfigResourcesResponse",
]


class ListConfigResourcesRequest(Struct):
    SPEC = Spec(key=74, versions="0-1", flexible="0+")

    resource_types: Annotated[list[Int8], "1+"] = []
    """Empty: all."""


class ListConfigResourcesResponse(Struct):
    SPEC = Spec(key=74, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE_CONFIGS on the cluster. UNSUPPORTED_VERSION (35): an unknown
    type.
    """
    config_resources: list[ConfigResource] = []


class ConfigResource(Struct):
    resource_name: String = ""
    resource_type: Annotated[Int8, "1+", IGNORABLE] = 16
    """2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group (Kafka's ``ConfigResource.Type``)."""
