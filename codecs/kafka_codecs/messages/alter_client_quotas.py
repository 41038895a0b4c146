"""AlterClientQuotas (API key 49): set and remove quotas of users, client ids and addresses (KIP-546).

Versions: 1: flexible.
"""

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
    """One of "user", "client-id", "ip"."""
    entity_name: String | None = ""
    """Null: the default of that type."""


class OpData(Struct):
    key: String = ""
    """Such as producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate,
    connection_creation_rate.
    """
    value: Float64 = 0.0
    """Bytes per second, percent of a thread, or a number per second."""
    remove: Bool = False
    """The value then does not count."""


class AlterClientQuotasResponse(Struct):
    SPEC = Spec(key=49, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    entries: list[EntryDataResponse] = []


class EntryDataResponse(Struct):
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER_CONFIGS on the cluster. INVALID_REQUEST (42): an unknown key or
    entity type, a value out of range, an entity given twice.
    """
    error_message: String | None = ""
    entity: list[EntityData] = []
