"""UpdateRaftVoter (API key 82): a voter tells the leader its new addresses and versions (KIP-853)."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Spec, String, Struct, Tag, UInt16, Uuid, field

__all__ = [
    "CurrentLeader",
    "KRaftVersionFeature",
    "Listener",
    "UpdateRaftVoterRequest",
    "UpdateRaftVoterResponse",
]


class KRaftVersionFeature(Struct):
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class UpdateRaftVoterRequest(Struct):
    SPEC = Spec(key=82, versions="0", flexible="0+")

    cluster_id: String | None = ""
    current_leader_epoch: Int32 = 0
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID
    listeners: list[Listener] = []
    kraft_version_feature: KRaftVersionFeature = field(default_factory=KRaftVersionFeature)


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class CurrentLeader(Struct):
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1
    host: String = ""
    port: Int32 = 0


class UpdateRaftVoterResponse(Struct):
    SPEC = Spec(key=82, versions="0", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """CLUSTER_AUTHORIZATION_FAILED (31). INCONSISTENT_CLUSTER_ID (104). NOT_LEADER_OR_FOLLOWER (6).
    FENCED_LEADER_EPOCH (74), UNKNOWN_LEADER_EPOCH (75). INVALID_REQUEST (42). VOTER_NOT_FOUND (127).
    REQUEST_TIMED_OUT (7).
    """
    current_leader: Annotated[CurrentLeader, Tag(0)] = field(default_factory=CurrentLeader)
