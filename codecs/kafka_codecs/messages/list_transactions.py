"""ListTransactions (API key 66): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "ListTransactionsRequest",
    "ListTransactionsResponse",
    "TransactionState",
]


class ListTransactionsRequest(Struct):
    SPEC = Spec(key=66, versions="0-2", flexible="0+")

    state_filters: list[String] = []
    producer_id_filters: list[Int64] = []
    duration_filter: Annotated[Int64, "1+"] = -1
    transactional_id_pattern: Annotated[String | None, "2+"] = None


class ListTransactionsResponse(Struct):
    SPEC = Spec(key=66, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    unknown_state_filters: list[String] = []
    transaction_states: list[TransactionState] = []


class TransactionState(Struct):
    transactional_id: String = ""
    producer_id: Int64 = 0
    transaction_state: String = ""
