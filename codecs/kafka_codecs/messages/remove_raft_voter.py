"""RemoveRaftVoter (API key 81): take a controller out of the voters (KIP-853)."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Int16, Int32, Spec, String, Struct, Uuid

__all__ = [
    "RemoveRaftVoterRequest",
    "RemoveRaftVoterResponse",
]


class RemoveRaftVoterRequest(Struct):
    SPEC = Spec(key=81, versions="0", flexible="0+")

    cluster_id: String | None = ""
    """Null: do not check."""
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID


class RemoveRaftVoterResponse(Struct):
    SPEC = Spec(key=81, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. INCONSISTENT_CLUSTER_ID (104). INVALID_REQUEST (42):
    no voter id or directory. UNSUPPORTED_VERSION (35): kraft.version 0. VOTER_NOT_FOUND (127): unknown, another
    directory, or the last voter. REQUEST_TIMED_OUT (7).
    """
    error_message: Annotated[String | None, IGNORABLE] = ""
