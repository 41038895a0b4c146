"""ListConfigResources (API key 74): request and response."""

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


class ListConfigResourcesResponse(Struct):
    SPEC = Spec(key=74, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    config_resources: list[ConfigResource] = []


class ConfigResource(Struct):
    resource_name: String = ""
    resource_type: Annotated[Int8, "1+", IGNORABLE] = 16
