"""AlterClientQuotas (API key 49): request and response."""

from __future__ import annotations

from kafka_codecs.schema import Bool, Float64, Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterClientQuotasRequest",
    "AlterClientQuotasResponse",
    "EntityData",
    "EntryData",
    "EntryDataResponse",
    "OpData",
]


class AlterClientQuotasRequest(Struct):
    SPEC = Spec(key=49, versions="0-1", flexible="1+")

    entries: list[EntryData] = []
    validate_only: Bool = False


class EntryData(Struct):
    entity: list[EntityData] = []
    ops: list[OpData] = []


class EntityData(Struct):
    entity_type: String = ""
    entity_name: String | None = ""


class OpData(Struct):
    key: String = ""
    value: Float64 = 0.0
    remove: Bool = False


class AlterClientQuotasResponse(Struct):
    SPEC = Spec(key=49, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    entries: list[EntryDataResponse] = []


class EntryDataResponse(Struct):
    error_code: Int16 = 0
    error_message: String | None = ""
    entity: list[EntityData] = []
