"""RemoveRaftVoter (API key 81): request and response."""

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
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID


class RemoveRaftVoterResponse(Struct):
    SPEC = Spec(key=81, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: Annotated[String | None, IGNORABLE] = ""
