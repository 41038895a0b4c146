"""Values of control records: what brokers write into a log between the clients' records.

A control batch holds one record; its key is an int16 version and an int16 type (``ControlRecordTypeSchema``). Type 0
and 1 end a transaction (abort, commit), 2 to 6 are KRaft's. Values begin with their version.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, UInt16, Uuid, field

__all__ = [
    "ControlRecordTypeSchema",
    "EndTxnMarker",
    "Endpoint",
    "KRaftVersionFeature",
    "KRaftVersionRecord",
    "LeaderChangeMessage",
    "SnapshotFooterRecord",
    "SnapshotHeaderRecord",
    "Voter",
    "VotersRecord",
    "VotersRecordVoter",
]


class ControlRecordTypeSchema(Struct):
    SPEC = Spec(key=None, versions="0")

    type: Int16 = 0
    """0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 voters."""


class EndTxnMarker(Struct):
    """A transaction of the batch's producer ends here; which way, the key says."""

    SPEC = Spec(key=None, versions="0")

    coordinator_epoch: Int32 = 0


class LeaderChangeMessage(Struct):
    """First record of each epoch of a KRaft log."""

    SPEC = Spec(key=None, versions="0-1", flexible="0+")

    version: Int16 = 0
    leader_id: Int32 = 0
    voters: list[Voter] = []
    granting_voters: list[Voter] = []


class Voter(Struct):
    voter_id: Int32 = 0
    voter_directory_id: Annotated[Uuid, "1+"] = ZERO_UUID


class SnapshotHeaderRecord(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    version: Int16 = 0
    last_contained_log_timestamp: Int64 = 0


class SnapshotFooterRecord(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    version: Int16 = 0


class KRaftVersionRecord(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    version: Int16 = 0
    kraft_version: Int16 = 0


class VotersRecord(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    version: Int16 = 0
    voters: list[VotersRecordVoter] = []


class KRaftVersionFeature(Struct):
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class VotersRecordVoter(Struct):
    voter_id: Int32 = 0
    voter_directory_id: Uuid = ZERO_UUID
    endpoints: list[Endpoint] = []
    kraft_version_feature: KRaftVersionFeature = field(default_factory=KRaftVersionFeature)


class Endpoint(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0
