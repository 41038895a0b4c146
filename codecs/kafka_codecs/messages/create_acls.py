"""CreateAcls (API key 30): add ACLs (KIP-140).

Codes are those of Kafka's ``ResourceType``, ``PatternType``, ``AclOperation`` and ``AclPermissionType``. A code of 0
makes the request one that does not parse: the connection is closed.

Versions (0 went with Kafka 4.0): 1: pattern types (KIP-290). 2: flexible. 3: users as resources (KIP-373).
"""

from __future__ import annotations

from kafka_codecs.schema import Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "AclCreation",
    "AclCreationResult",
    "CreateAclsRequest",
    "CreateAclsResponse",
]


class CreateAclsRequest(Struct):
    SPEC = Spec(key=30, versions="1-3", flexible="2+")

    creations: list[AclCreation] = []


class AclCreation(Struct):
    resource_type: Int8 = 0
    """2 topic, 3 group, 4 cluster (named "kafka-cluster"), 5 transactional id, 6 delegation token, 7 user."""
    resource_name: String = ""
    resource_pattern_type: Int8 = 3
    """3 literal, 4 prefixed."""
    principal: String = ""
    """Written "User:alice"; "User:*" is everybody."""
    host: String = ""
    """An address, or a range of them (10.0.0.0/8); "*" is any."""
    operation: Int8 = 0
    permission_type: Int8 = 0
    """2 deny, 3 allow."""


class CreateAclsResponse(Struct):
    SPEC = Spec(key=30, versions="1-3", flexible="2+")

    throttle_time_ms: Int32 = 0
    results: list[AclCreationResult] = []


class AclCreationResult(Struct):
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. SECURITY_DISABLED (54): there is no authorizer.
    INVALID_REQUEST (42): an empty name or host, another name of the cluster, a bad principal or range, an unknown code.
    An ACL that exists is no error.
    """
    error_message: String | None = ""
    """Empty on success."""
