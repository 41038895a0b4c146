"""DescribeConfigs (API key 32): configs of topics, brokers, groups and more, and where they come from.

Versions (0 went with Kafka 4.0): 1: source and synonyms (KIP-226). 2: throttled answers leave at once (KIP-219).
3: type and documentation (KIP-569). 4: flexible.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "DescribeConfigsRequest",
    "DescribeConfigsResource",
    "DescribeConfigsResourceResult",
    "DescribeConfigsResponse",
    "DescribeConfigsResult",
    "DescribeConfigsSynonym",
]


class DescribeConfigsRequest(Struct):
    SPEC = Spec(key=32, versions="1-4", flexible="4+")

    resources: list[DescribeConfigsResource] = []
    include_synonyms: Bool = False
    include_documentation: Annotated[Bool, "3+"] = False


class DescribeConfigsResource(Struct):
    resource_type: Int8 = 0
    """2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group (Kafka's ``ConfigResource.Type``)."""
    resource_name: String = ""
    """A topic, broker id, group or subscription; a broker may be "": configs of all brokers."""
    configuration_keys: list[String] | None = []
    """Null or empty: all."""


class DescribeConfigsResponse(Struct):
    SPEC = Spec(key=32, versions="1-4", flexible="4+")

    throttle_time_ms: Int32 = 0
    results: list[DescribeConfigsResult] = []


class DescribeConfigsResult(Struct):
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_OR_PARTITION (3), INVALID_TOPIC_EXCEPTION (17). INVALID_REQUEST (42): another broker's id, a name
    that is missing; an unknown type fails all resources. TOPIC_AUTHORIZATION_FAILED (29),
    CLUSTER_AUTHORIZATION_FAILED (31), GROUP_AUTHORIZATION_FAILED (30): no DESCRIBE_CONFIGS.
    """
    error_message: String | None = ""
    """Empty on success, not null."""
    resource_type: Int8 = 0
    resource_name: String = ""
    configs: list[DescribeConfigsResourceResult] = []


class DescribeConfigsResourceResult(Struct):
    name: String = ""
    value: String | None = ""
    """In the form it was understood; null if unset, or sensitive."""
    read_only: Bool = False
    """A broker config that cannot be changed while the broker runs."""
    config_source: Annotated[Int8, IGNORABLE] = -1
    """1 topic, 2 this broker, 3 all brokers, 4 static file, 5 default, 6 logger, 7 client metrics, 8 group."""
    is_sensitive: Bool = False
    synonyms: Annotated[list[DescribeConfigsSynonym], IGNORABLE] = []
    """Every place that could give the value, the one that wins first; only if asked for."""
    config_type: Annotated[Int8, "3+", IGNORABLE] = 0
    """0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password."""
    documentation: Annotated[String | None, "3+", IGNORABLE] = ""
    """Null if not asked for."""


class DescribeConfigsSynonym(Struct):
    name: String = ""
    value: String | None = ""
    source: Int8 = 0
