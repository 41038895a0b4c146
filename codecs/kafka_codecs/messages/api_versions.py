"""ApiVersions (API key 18): which requests the broker answers, in which versions, and the cluster's features.

Clients ask this first. So that any client can, an unknown version is not refused with a closed connection: the answer
is a v0 body with UNSUPPORTED_VERSION (35) and the range of ApiVersions itself (KIP-511); and the header of the answer
has no tags even where the body has, since the client cannot know yet.

Versions: 1: throttle time. 2: throttled answers leave at once (KIP-219). 3: flexible; name of the client's software
(KIP-511), features (KIP-584). 4: supported features may begin at 0 (KAFKA-17011). 5: the broker the client means
(KIP-1242).
"""

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
    """Letters, digits, "-" and "."; first and last a letter or digit."""
    client_software_version: Annotated[String, "3+", IGNORABLE] = ""
    """As the name."""
    cluster_id: Annotated[String | None, "5+", IGNORABLE] = None
    """Together with ``node_id``, or neither."""
    node_id: Annotated[Int32, "5+", IGNORABLE] = -1


class ApiVersionsResponse(Struct):
    SPEC = Spec(key=18, versions="0-5", flexible="3+")

    error_code: Int16 = 0
    """UNSUPPORTED_VERSION (35): see above. INVALID_REQUEST (42): a bad software name or version, or only one of cluster
    id and node id. REBOOTSTRAP_REQUIRED (129): v5+, this is another cluster or broker than the client means. With 42
    and 129 ``api_keys`` is empty.
    """
    api_keys: list[ApiVersion] = []
    """In ascending order."""
    throttle_time_ms: Annotated[Int32, "1+", IGNORABLE] = 0
    supported_features: Annotated[list[SupportedFeatureKey], "3+", Tag(0), IGNORABLE] = []
    """Ranges this broker can work with; v3 leaves out those that begin at 0."""
    finalized_features_epoch: Annotated[Int64, "3+", Tag(1), IGNORABLE] = -1
    """Grows with every change of the metadata, not of features alone; -1: unknown."""
    finalized_features: Annotated[list[FinalizedFeatureKey], "3+", Tag(2), IGNORABLE] = []
    """Levels the cluster works with now; those at level 0 are left out."""
    zk_migration_ready: Annotated[Bool, "3+", Tag(3), IGNORABLE] = False
    """Was for the way from ZooKeeper (KIP-866); false since."""


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
