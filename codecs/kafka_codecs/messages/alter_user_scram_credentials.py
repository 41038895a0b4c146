"""AlterUserScramCredentials (API key 51): set and delete SCRAM credentials (KIP-554).

The password does not travel: the client salts it. Each user may be touched once in a request.
"""

from __future__ import annotations

from kafka_codecs.schema import Bytes, Int8, Int16, Int32, Spec, String, Struct

__all__ = [
    "AlterUserScramCredentialsRequest",
    "AlterUserScramCredentialsResponse",
    "AlterUserScramCredentialsResult",
    "ScramCredentialDeletion",
    "ScramCredentialUpsertion",
]


class AlterUserScramCredentialsRequest(Struct):
    SPEC = Spec(key=51, versions="0", flexible="0+")

    deletions: list[ScramCredentialDeletion] = []
    upsertions: list[ScramCredentialUpsertion] = []


class ScramCredentialDeletion(Struct):
    name: String = ""
    mechanism: Int8 = 0
    """1 SCRAM-SHA-256, 2 SCRAM-SHA-512."""


class ScramCredentialUpsertion(Struct):
    name: String = ""
    mechanism: Int8 = 0
    """1 SCRAM-SHA-256, 2 SCRAM-SHA-512."""
    iterations: Int32 = 0
    """From 4096 to 16384."""
    salt: Bytes = b""
    salted_password: Bytes = b""
    """``Hi(password, salt, iterations)`` of RFC 5802."""


class AlterUserScramCredentialsResponse(Struct):
    SPEC = Spec(key=51, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    results: list[AlterUserScramCredentialsResult] = []


class AlterUserScramCredentialsResult(Struct):
    user: String = ""
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. UNACCEPTABLE_CREDENTIAL (93): no name, too few or too
    many iterations. UNSUPPORTED_SASL_MECHANISM (33). RESOURCE_NOT_FOUND (91): nothing to delete.
    DUPLICATE_RESOURCE (92): the user occurs twice.
    """
    error_message: String | None = ""
