"""Internal records: transactions."""

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
    next_producer_id: Annotated[Int64, "1+", Tag(1)] = -1
    producer_epoch: Int16 = 0
    next_producer_epoch: Annotated[Int16, "1+", Tag(3)] = -1
    transaction_timeout_ms: Int32 = 0
    transaction_status: Int8 = 0
    transaction_partitions: list[PartitionsSchema] | None = []
    transaction_last_update_timestamp_ms: Int64 = 0
    transaction_start_timestamp_ms: Int64 = 0
    client_transaction_version: Annotated[Int16, "1+", Tag(2)] = 0


class PartitionsSchema(Struct):
    topic: String = ""
    partition_ids: list[Int32] = []
