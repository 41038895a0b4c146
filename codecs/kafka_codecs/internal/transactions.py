"""Transactions in __transaction_state.

The int16 before a key is the record type, before a value its version. The partition is the transactional id's, found as
in ``offsets``.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Int8, Int16, Int32, Int64, Spec, String, Struct, Tag

__all__ = [
    "PartitionsSchema",
    "TransactionLogKey",
    "TransactionLogValue",
]


class TransactionLogKey(Struct):
    SPEC = Spec(key=0, versions="0")

    transactional_id: String = ""


class TransactionLogValue(Struct):
    SPEC = Spec(key=0, versions="0-1", flexible="1+")

    producer_id: Int64 = 0
    previous_producer_id: Annotated[Int64, "1+", Tag(0)] = -1
    """v1+: the id before the last change, so that a repeated EndTxn is recognised."""
    next_producer_id: Annotated[Int64, "1+", Tag(1)] = -1
    """v1+: the id that the client goes on with, once the epochs of the present one are used up."""
    producer_epoch: Int16 = 0
    next_producer_epoch: Annotated[Int16, "1+", Tag(3)] = -1
    transaction_timeout_ms: Int32 = 0
    """After so long the coordinator aborts."""
    transaction_status: Int8 = 0
    """0 Empty, 1 Ongoing, 2 PrepareCommit, 3 PrepareAbort, 4 CompleteCommit, 5 CompleteAbort, 6 Dead, 7
    PrepareEpochFence.
    """
    transaction_partitions: list[PartitionsSchema] | None = []
    """Null: none."""
    transaction_last_update_timestamp_ms: Int64 = 0
    transaction_start_timestamp_ms: Int64 = 0
    """Milliseconds since the epoch."""
    client_transaction_version: Annotated[Int16, "1+", Tag(2)] = 0
    """0: before KIP-890; 2: each transaction has an epoch of its own."""


class PartitionsSchema(Struct):
    topic: String = ""
    partition_ids: list[Int32] = []
