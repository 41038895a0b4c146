"""AddRaftVoter (API key 80): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Spec, String, Struct, UInt16, Uuid

__all__ = [
    "AddRaftVoterRequest",
    "AddRaftVoterResponse",
    "Listener",
]


class AddRaftVoterRequest(Struct):
    SPEC = Spec(key=80, versions="0-1", flexible="0+")

    cluster_id: String | None = ""
    timeout_ms: Int32 = 0
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID
    listeners: list[Listener] = []
    ack_when_committed: Annotated[Bool, "1+"] = True


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class AddRaftVoterResponse(Struct):
    SPEC = Spec(key=80, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: Annotated[String | None, IGNORABLE] = ""
