"""DescribeUserScramCredentials (API key 50): which users have SCRAM credentials (KIP-554)."""

from __future__ import annotations

from kafka_codecs.schema import Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "CredentialInfo",
    "DescribeUserScramCredentialsRequest",
    "DescribeUserScramCredentialsResponse",
    "DescribeUserScramCredentialsResult",
    "UserName",
]


class DescribeUserScramCredentialsRequest(Struct):
    SPEC = Spec(key=50, versions="0", flexible="0+")

    users: list[UserName] | None = []
    """Null or empty: all."""


class UserName(Struct):
    name: String = ""


class DescribeUserScramCredentialsResponse(Struct):
    SPEC = Spec(key=50, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no DESCRIBE on the cluster."""
    error_message: String | None = ""
    """Empty on success."""
    results: list[DescribeUserScramCredentialsResult] = []


class DescribeUserScramCredentialsResult(Struct):
    user: String = ""
    error_code: Int16 = 0
    """RESOURCE_NOT_FOUND (91): no such user. DUPLICATE_RESOURCE (92): asked for twice."""
    error_message: String | None = ""
    credential_infos: list[CredentialInfo] = []


class CredentialInfo(Struct):
    mechanism: Int8 = 0
    """1 SCRAM-SHA-256, 2 SCRAM-SHA-512."""
    iterations: Int32 = 0
