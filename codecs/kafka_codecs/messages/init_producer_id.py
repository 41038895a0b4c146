"""InitProducerId (API key 22): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "InitProducerIdRequest",
    "InitProducerIdResponse",
]


class InitProducerIdRequest(Struct):
    SPEC = Spec(key=22, versions="0-6", flexible="2+")

    transactional_id: String | None = ""
    transaction_timeout_ms: Int32 = 0
    producer_id: Annotated[Int64, "3+"] = -1
    producer_epoch: Annotated[Int16, "3+"] = -1
    enable2_pc: Annotated[Bool, "6+"] = False
    keep_prepared_txn: Annotated[Bool, "6+"] = False


class InitProducerIdResponse(Struct):
    SPEC = Spec(key=22, versions="0-6", flexible="2+")

    throttle_time_ms: Annotated[Int32, IGNORABLE] = 0
    error_code: Int16 = 0
    producer_id: Int64 = -1
    producer_epoch: Int16 = 0
    ongoing_txn_producer_id: Annotated[Int64, "6+"] = -1
    ongoing_txn_producer_epoch: Annotated[Int16, "6+"] = -1
