"""AddRaftVoter (API key 80): add a controller to the voters (KIP-853).

Versions: 1: may answer before the change is committed (KIP-1186).
"""

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
    """Null: do not check."""
    timeout_ms: Int32 = 0
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID
    listeners: list[Listener] = []
    """Where to reach the voter."""
    ack_when_committed: Annotated[Bool, "1+"] = True
    """False: answer as soon as the leader has written the change."""


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class AddRaftVoterResponse(Struct):
    SPEC = Spec(key=80, versions="0-1", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31): no ALTER on the cluster. INCONSISTENT_CLUSTER_ID (104). INVALID_REQUEST (42):
    no voter id, directory or address of the controllers' listener. UNSUPPORTED_VERSION (35): kraft.version 0.
    DUPLICATE_VOTER (126). REQUEST_TIMED_OUT (7): also while another change is under way.
    """
    error_message: Annotated[String | None, IGNORABLE] = ""
