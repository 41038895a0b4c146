"""CreateAcls (API key 30): request and response."""

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
    resource_name: String = ""
    resource_pattern_type: Int8 = 3
    principal: String = ""
    host: String = ""
    operation: Int8 = 0
    permission_type: Int8 = 0


class CreateAclsResponse(Struct):
    SPEC = Spec(key=30, versions="1-3", flexible="2+")

    throttle_time_ms: Int32 = 0
    results: list[AclCreationResult] = []


class AclCreationResult(Struct):
    error_code: Int16 = 0
    error_message: String | None = ""
