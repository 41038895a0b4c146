"""UpdateFeatures (API key 57): raise or lower the cluster's feature levels (KIP-584).

All updates are made, or none. Versions: 1: kinds of update, dry runs (KIP-778). 2: no results by feature.
"""

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
    """0: switch the feature off."""
    allow_downgrade: Annotated[Bool, "0"] = False
    upgrade_type: Annotated[Int8, "1+"] = 1
    """1 upgrade, 2 safe downgrade, 3 unsafe downgrade."""


class UpdateFeaturesResponse(Struct):
    SPEC = Spec(key=57, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. INVALID_UPDATE_VERSION (95): the message names the
    feature.
    """
    error_message: String | None = ""
    results: Annotated[list[UpdatableFeatureResult], "0-1", IGNORABLE] = []


class UpdatableFeatureResult(Struct):
    feature: String = ""
    error_code: Int16 = 0
    """NONE: a refused feature fails the whole request, and then there are no results."""
    error_message: String | None = ""
