"""IncrementalAlterConfigs (API key 44): set, unset, extend and shorten configs (KIP-339).

Each resource is changed as a whole or not at all. Versions: 1: flexible.
"""

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
    """Check everything, change nothing."""


class AlterConfigsResource(Struct):
    resource_type: Int8 = 0
    """2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group (Kafka's ``ConfigResource.Type``)."""
    resource_name: String = ""
    """A topic, broker id, group or subscription; a broker may be "": all brokers."""
    configs: list[AlterableConfig] = []


class AlterableConfig(Struct):
    name: String = ""
    config_operation: Int8 = 0
    """0 set, 1 delete, 2 append to a list, 3 subtract from a list."""
    value: String | None = ""
    """Null with 1 only."""


class IncrementalAlterConfigsResponse(Struct):
    SPEC = Spec(key=44, versions="0-1", flexible="1+")

    throttle_time_ms: Int32 = 0
    responses: list[AlterConfigsResourceResponse] = []


class AlterConfigsResourceResponse(Struct):
    error_code: Int16 = 0
    """INVALID_REQUEST (42): a resource or key given twice, null values, unknown operations or types, a bad broker
    config. TOPIC_AUTHORIZATION_FAILED (29), CLUSTER_AUTHORIZATION_FAILED (31), GROUP_AUTHORIZATION_FAILED (30): no
    ALTER_CONFIGS. INVALID_CONFIG (40): an unknown key, a bad value, append or subtract on what is no list.
    UNKNOWN_TOPIC_OR_PARTITION (3). INVALID_TOPIC_EXCEPTION (17). POLICY_VIOLATION (44): alter.config.policy.class.name
    objects.
    """
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
