"""ApiVersions (18): what this broker serves, which features it has (KIP-35, KIP-511, KIP-584, KIP-1242)."""

import re

from kafka_codecs.api_keys import ApiKey
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
    FinalizedFeatureKey,
    SupportedFeatureKey,
)
from wirebroker.apis.context import Context
from wirebroker.apis.registry import SERVED, ServedApi
from wirebroker.errors import KafkaError
from wirebroker.metadata.features import SUPPORTED_FEATURES

_SOFTWARE = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")


async def handle(request: ApiVersionsRequest, context: Context) -> ApiVersionsResponse:
    """Answer with every served API. A client that meant another cluster or node is told to bootstrap again (v5)."""
    if context.version >= 3:
        _check_software(request)
    if context.version >= 5:
        _check_destination(request, context)
    image = context.services.journal.image
    return ApiVersionsResponse(
        api_keys=[_range(api) for _, api in sorted(SERVED.items())],
        supported_features=[
            SupportedFeatureKey(name=name, min_version=levels.low, max_version=levels.high)
            for name, levels in SUPPORTED_FEATURES.items()
            if levels.low > 0 or context.version >= 4  # older clients fail on a minimum of 0 (KAFKA-17492)
        ],
        finalized_features_epoch=image.offset,
        finalized_features=[
            FinalizedFeatureKey(name=name, min_version_level=level, max_version_level=level)
            for name, level in image.features.items()
        ],
    )


def refuse(
    request: ApiVersionsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> ApiVersionsResponse:
    return ApiVersionsResponse(error_code=code)


def unsupported_version_answer() -> ApiVersionsResponse:
    """Return the answer, to be encoded in version 0, to a version that is not served: this API's own range."""
    return ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=[_range(SERVED[ApiKey.API_VERSIONS])])


def _range(api: ServedApi) -> ApiVersion:
    return ApiVersion(api_key=api.key, min_version=api.advertised_min, max_version=api.max_version)


def _check_software(request: ApiVersionsRequest) -> None:
    for name in (request.client_software_name, request.client_software_version):
        if not _SOFTWARE.fullmatch(name):
            raise KafkaError(ErrorCode.INVALID_REQUEST)


def _check_destination(request: ApiVersionsRequest, context: Context) -> None:
    if (request.cluster_id is None) != (request.node_id == -1):
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    services = context.services
    if request.cluster_id is not None and (request.cluster_id, request.node_id) != (
        services.cluster_id,
        services.node_id,
    ):
        raise KafkaError(ErrorCode.REBOOTSTRAP_REQUIRED)
