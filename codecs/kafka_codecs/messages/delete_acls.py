"""DeleteAcls (API key 31): remove the ACLs that match filters (KIP-140).

Codes are those of Kafka's ``ResourceType``, ``PatternType``, ``AclOperation`` and ``AclPermissionType``; 1 is "any". A
code of 0 makes the request one that does not parse: the connection is closed.

Versions (0 went with Kafka 4.0): 1: pattern types (KIP-290). 2: flexible. 3: users as resources (KIP-373).
"""

from __future__ import annotations

from kafka_codecs.schema import Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "DeleteAclsFilter",
    "DeleteAclsFilterResult",
    "DeleteAclsMatchingAcl",
    "DeleteAclsRequest",
    "DeleteAclsResponse",
]


class DeleteAclsRequest(Struct):
    SPEC = Spec(key=31, versions="1-3", flexible="2+")

    filters: list[DeleteAclsFilter] = []


class DeleteAclsFilter(Struct):
    resource_type_filter: Int8 = 0
    resource_name_filter: String | None = ""
    """Null: any."""
    pattern_type_filter: Int8 = 3
    """1 any, 2 whatever applies to the name, 3 literal, 4 prefixed."""
    principal_filter: String | None = ""
    """Null: any."""
    host_filter: String | None = ""
    """Null: any."""
    operation: Int8 = 0
    permission_type: Int8 = 0
    """1 any, 2 deny, 3 allow."""


class DeleteAclsResponse(Struct):
    SPEC = Spec(key=31, versions="1-3", flexible="2+")

    throttle_time_ms: Int32 = 0
    filter_results: list[DeleteAclsFilterResult] = []


class DeleteAclsFilterResult(Struct):
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. SECURITY_DISABLED (54): there is no authorizer.
    INVALID_REQUEST (42): an unknown code.
    """
    error_message: String | None = ""
    matching_acls: list[DeleteAclsMatchingAcl] = []
    """What was removed; an ACL that several filters match stands with each."""


class DeleteAclsMatchingAcl(Struct):
    error_code: Int16 = 0
    """Of this removal alone."""
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
    pattern_type: Int8 = 3
    principal: String = ""
    host: String = ""
    operation: Int8 = 0
    permission_type: Int8 = 0
