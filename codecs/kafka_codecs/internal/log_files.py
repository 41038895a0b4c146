"""Structures in files beside a log's segments."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import ZERO_UUID, Int16, Int32, Int64, Spec, String, Struct, UInt32, Uuid

__all__ = [
    "AbortedTxn",
    "ProducerEntry",
    "ProducerSnapshot",
    "QuorumStateData",
    "Voter",
]


class ProducerSnapshot(Struct):
    """A ``.snapshot`` file: what the log knew about its producers at an offset, behind an int16 version."""

    SPEC = Spec(key=None, versions="1")

    crc: UInt32 = 0
    """CRC-32C of the producer entries."""
    producer_entries: list[ProducerEntry] = []


class ProducerEntry(Struct):
    producer_id: Int64 = 0
    epoch: Int16 = 0
    last_sequence: Int32 = 0
    last_offset: Int64 = 0
    offset_delta: Int32 = 0
    timestamp: Int64 = 0
    coordinator_epoch: Int32 = 0
    """-1: no marker yet."""
    current_txn_first_offset: Int64 = 0
    """-1: no transaction is open."""


class AbortedTxn(Struct):
    """An entry of a ``.txnindex`` file, behind an int16 version."""

    SPEC = Spec(key=None, versions="0")

    producer_id: Int64 = 0
    first_offset: Int64 = 0
    last_offset: Int64 = 0
    """Offset of the abort marker."""
    last_stable_offset: Int64 = 0
    """When the marker was written."""


class QuorumStateData(Struct):
    """Written as JSON into ``quorum-state``: what KRaft must not forget about its vote."""

    SPEC = Spec(key=None, versions="0-1", flexible="0+")

    cluster_id: Annotated[String, "0"] = ""
    leader_id: Int32 = -1
    leader_epoch: Int32 = -1
    voted_id: Int32 = -1
    voted_directory_id: Annotated[Uuid, "1+"] = ZERO_UUID
    applied_offset: Annotated[Int64, "0"] = 0
    current_voters: Annotated[list[Voter] | None, "0"] = []


class Voter(Struct):
    voter_id: Int32 = 0
