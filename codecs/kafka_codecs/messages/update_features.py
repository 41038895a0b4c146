"""UpdateFeatures (API key 57): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "FeatureUpdateKey",
    "UpdatableFeatureResult",
    "UpdateFeaturesRequest",
    "UpdateFeaturesResponse",
]


class UpdateFeaturesRequest(Struct):
    SPEC = Spec(key=57, versions="0-2", flexible="0+")

    timeout_ms: Int32 = 60000
    feature_updates: list[FeatureUpdateKey] = []
    validate_only: Annotated[Bool, "1+"] = False


class FeatureUpdateKey(Struct):
    feature: String = ""
    max_version_level: Int16 = 0
    allow_downgrade: Annotated[Bool, "0"] = False
    upgrade_type: Annotated[Int8, "1+"] = 1


class UpdateFeaturesResponse(Struct):
    SPEC = Spec(key=57, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
    results: Annotated[list[UpdatableFeatureResult], "0-1", IGNORABLE] = []


class UpdatableFeatureResult(Struct):
    feature: String = ""
    error_code: Int16 = 0
    error_message: String | None = ""
