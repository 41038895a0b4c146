"""AlterConfigs (API key 33): replace all configs of topics, brokers, groups or metrics subscriptions (KIP-133).

Whatever the request does not name goes back to its default; IncrementalAlterConfigs is what one wants.

Versions: 1: throttled answers leave at once (KIP-219). 2: flexible.
"""

from __future__ import annotations

from kafka_codecs.schema import Bool, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterConfigsRequest",
    "AlterConfigsResource",
    "AlterConfigsResourceResponse",
    "AlterConfigsResponse",
    "AlterableConfig",
]


class AlterConfigsRequest(Struct):
    SPEC = Spec(key=33, versions="0-2", flexible="2+")

    resources: list[AlterConfigsResource] = []
    validate_only: Bool = False


class AlterConfigsResource(Struct):
    resource_type: Int8 = 0
    """2 topic, 4 broker, 16 client metrics, 32 group (Kafka's ``ConfigResource.Type``)."""
    resource_name: String = ""
    configs: list[AlterableConfig] = []


class AlterableConfig(Struct):
    name: String = ""
    value: String | None = ""


class AlterConfigsResponse(Struct):
    SPEC = Spec(key=33, versions="0-2", flexible="2+")

    throttle_time_ms: Int32 = 0
    responses: list[AlterConfigsResourceResponse] = []


class AlterConfigsResourceResponse(Struct):
    error_code: Int16 = 0
    """As in IncrementalAlterConfigs."""
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
