"""AlterConfigs (API key 33): request and response."""

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
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
