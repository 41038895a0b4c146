"""ListTransactions (API key 66): transactional ids that this broker coordinates (KIP-664).

Versions: 1: by duration (KIP-994). 2: by a pattern of the id (KIP-1152).
"""

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
    """Empty: all."""
    producer_id_filters: list[Int64] = []
    """Empty: all."""
    duration_filter: Annotated[Int64, "1+"] = -1
    """Only transactions open for longer, in milliseconds; -1: all."""
    transactional_id_pattern: Annotated[String | None, "2+"] = None
    """A regular expression (RE2) for the whole id; null or empty: all."""


class ListTransactionsResponse(Struct):
    SPEC = Spec(key=66, versions="0-2", flexible="0+")

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    """COORDINATOR_LOAD_IN_PROGRESS (14), COORDINATOR_NOT_AVAILABLE (15). INVALID_REGULAR_EXPRESSION (128). Ids without
    DESCRIBE are left out.
    """
    unknown_state_filters: list[String] = []
    """Names of states that there are not."""
    transaction_states: list[TransactionState] = []


class TransactionState(Struct):
    transactional_id: String = ""
    producer_id: Int64 = 0
    transaction_state: String = ""
