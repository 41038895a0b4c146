"""DescribeClientQuotas (API key 48): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bool, Float64, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "ComponentData",
    "DescribeClientQuotasRequest",
    "DescribeClientQuotasResponse",
    "EntityData",
    "EntryData",
    "ValueData",
]


class DescribeClientQuotasRequest(Struct):
    SPEC = Spec(key=48, versions="0-1", flexible="1+")

    components: list[ComponentData] = []
    strict: Bool = False


class ComponentData(Struct):
    entity_type: String = ""
    match_type: Int8 = 0
    match: String | None = ""


class DescribeClientQuotasResponse(Struct):
    SPEC = Spec(key=48, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
    entries: list[EntryData] | None = []


class EntryData(Struct):
    entity: list[EntityData] = []
    values: list[ValueData] = []


class EntityData(Struct):
    entity_type: String = ""
    entity_name: String | None = ""


class ValueData(Struct):
    key: String = ""
    value: Float64 = 0.0
