"""DescribeUserScramCredentials (API key 50): request and response."""

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


class UserName(Struct):
    name: String = ""


class DescribeUserScramCredentialsResponse(Struct):
    SPEC = Spec(key=50, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
    results: list[DescribeUserScramCredentialsResult] = []


class DescribeUserScramCredentialsResult(Struct):
    user: String = ""
    error_code: Int16 = 0
    error_message: String | None = ""
    credential_infos: list[CredentialInfo] = []


class CredentialInfo(Struct):
    mechanism: Int8 = 0
    iterations: Int32 = 0
