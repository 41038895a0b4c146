"""ApiVersions (API key 18): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct, Tag

__all__ = [
    "ApiVersion",
    "ApiVersionsRequest",
    "ApiVersionsResponse",
    "FinalizedFeatureKey",
    "SupportedFeatureKey",
]


class ApiVersionsRequest(Struct):
    SPEC = Spec(key=18, versions="0-5", flexible="3+")

    client_software_name: Annotated[String, "3+", IGNORABLE] = ""
    client_software_version: Annotated[String, "3+", IGNORABLE] = ""
    cluster_id: Annotated[String | None, "5+", IGNORABLE] = None
    node_id: Annotated[Int32, "5+", IGNORABLE] = -1


class ApiVersionsResponse(Struct):
    SPEC = Spec(key=18, versions="0-5", flexible="3+")

    error_code: Int16 = 0
    api_keys: list[ApiVersion] = []
    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    supported_features: Annotated[list[SupportedFeatureKey], "3+", Tag(0), IGNORABLE] = []
    finalized_features_epoch: Annotated[Int64, "3+", Tag(1), IGNORABLE] = -1
    finalized_features: Annotated[list[FinalizedFeatureKey], "3+", Tag(2), IGNORABLE] = []
    zk_migration_ready: Annotated[Bool, "3+", Tag(3), IGNORABLE] = False


class ApiVersion(Struct):
    api_key: Int16 = 0
    min_version: Int16 = 0
    max_version: Int16 = 0


class SupportedFeatureKey(Struct):
    name: String = ""
    min_version: Int16 = 0
    max_version: Int16 = 0


class FinalizedFeatureKey(Struct):
    name: String = ""
    max_version_level: Int16 = 0
    min_version_level: Int16 = 0
