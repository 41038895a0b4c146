"""IncrementalAlterConfigs (API key 44): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bool, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterConfigsResource",
    "AlterConfigsResourceResponse",
    "AlterableConfig",
    "IncrementalAlterConfigsRequest",
    "IncrementalAlterConfigsResponse",
]


class IncrementalAlterConfigsRequest(Struct):
    SPEC = Spec(key=44, versions="0-1", flexible="1+")

    resources: list[AlterConfigsResource] = []
    validate_only: Bool = False


class AlterConfigsResource(Struct):
    resource_type: Int8 = 0
    resource_name: String = ""
    configs: list[AlterableConfig] = []


class AlterableConfig(Struct):
    name: String = ""
    config_operation: Int8 = 0
    value: String | None = ""


class IncrementalAlterConfigsResponse(Struct):
    SPEC = Spec(key=44, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    responses: list[AlterConfigsResourceResponse] = []


class AlterConfigsResourceResponse(Struct):
    error_code: Int16 = 0
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
