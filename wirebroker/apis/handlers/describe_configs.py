"""DescribeConfigs (32): configurations with their sources and synonyms (KIP-133, KIP-226, KIP-569)."""

import logging

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.metadata import describe_configs
from wirebroker.metadata.configs import BrokerSettings
from wirebroker.metadata.image import ResourceType


async def handle(request: DescribeConfigsRequest, context: Context) -> DescribeConfigsResponse:
    """Describe each resource, in the order of the request.

    Errors per resource: UNKNOWN_TOPIC_OR_PARTITION (3), INVALID_TOPIC_EXCEPTION (17), INVALID_REQUEST (42) for a broker
    that is not this one and for an empty name; an unknown type of resource is INVALID_REQUEST for all of them.
    """
    if any(resource.resource_type not in list(ResourceType) for resource in request.resources):
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    services = context.services
    settings = BrokerSettings(services.config, services.journal.image, services.node_id)
    return DescribeConfigsResponse(
        results=[_result(resource, request, context, settings) for resource in request.resources]
    )


def refuse(
    request: DescribeConfigsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> DescribeConfigsResponse:
    return DescribeConfigsResponse(
        results=[
            DescribeConfigsResult(
                error_code=code,
                error_message=code.text,
                resource_type=resource.resource_type,
                resource_name=resource.resource_name,
            )
            for resource in request.resources
        ]
    )


def _result(
    resource: DescribeConfigsResource, request: DescribeConfigsRequest, context: Context, settings: BrokerSettings
) -> DescribeConfigsResult:
    result = DescribeConfigsResult(resource_type=resource.resource_type, resource_name=resource.resource_name)
    try:
        entries = _describe(resource, context, settings)
    except KafkaError as refusal:
        result.error_code, result.error_message = refusal.code, refusal.message
        return result
    keys = resource.configuration_keys
    result.configs = [entry for entry in entries if not keys or entry.name in keys]
    for entry in result.configs:
        if not request.include_synonyms:
            entry.synonyms = []
        if not request.include_documentation and resource.resource_type != ResourceType.BROKER_LOGGER:
            entry.documentation = None  # of loggers it is the empty text, asked for or not
    return result


def _describe(
    resource: DescribeConfigsResource, context: Context, settings: BrokerSettings
) -> list[DescribeConfigsResourceResult]:
    name, node_id, image = resource.resource_name, context.services.node_id, context.services.journal.image
    match ResourceType(resource.resource_type):
        case ResourceType.TOPIC:
            return describe_configs.describe_topic(name, image, settings)
        case ResourceType.BROKER:
            return describe_configs.describe_broker(name, node_id, settings)
        case ResourceType.BROKER_LOGGER:
            return describe_configs.describe_loggers(name, node_id, _logger_levels())
        case ResourceType.CLIENT_METRICS:
            return describe_configs.describe_client_metrics(name, image)
        case ResourceType.GROUP:
            return describe_configs.describe_group(name, image, settings)


def _logger_levels() -> dict[str, str]:
    """Return the loggers of this program and the root, with the level in force in Kafka's words."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "wirebroker"]
    levels = {name: _level_name(logging.getLogger(name).getEffectiveLevel()) for name in sorted(names)}
    return levels | {"root": _level_name(logging.root.level)}


def _level_name(level: int) -> str:
    for least, name in ((logging.CRITICAL, "FATAL"), (logging.ERROR, "ERROR"), (logging.WARNING, "WARN")):
        if level >= least:
            return name
    return "INFO" if level >= logging.INFO else "DEBUG"
