"""DescribeClientQuotas (API key 48): quotas of users, client ids and addresses (KIP-546).

Versions: 1: flexible.
"""

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
    """An entity must match all of them; empty: all entities."""
    strict: Bool = False
    """The entity must have no further parts."""


class ComponentData(Struct):
    entity_type: String = ""
    """One of "user", "client-id", "ip"."""
    match_type: Int8 = 0
    """0: this name. 1: the default entity. 2: any that has this type."""
    match: String | None = ""
    """A name with type 0, else null."""


class DescribeClientQuotasResponse(Struct):
    SPEC = Spec(key=48, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE_CONFIGS on the cluster. INVALID_REQUEST (42): an empty or repeated
    type, a name that is missing or too much, an unknown match type, an address together with a user or client id.
    UNSUPPORTED_VERSION (35): an unknown entity type.
    """
    error_message: String | None = ""
    """Empty on success."""
    entries: list[EntryData] | None = []
    """Null on errors."""


class EntryData(Struct):
    entity: list[EntityData] = []
    values: list[ValueData] = []


class EntityData(Struct):
    entity_type: String = ""
    entity_name: String | None = ""
    """Null: the default of that type."""


class ValueData(Struct):
    key: String = ""
    value: Float64 = 0.0
