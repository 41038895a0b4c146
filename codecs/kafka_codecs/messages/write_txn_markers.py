"""WriteTxnMarkers (API key 27): request and response."""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bool, Int8, Int16, Int32, Int64, Spec, String, Struct

__all__ = [
    "WritableTxnMarker",
    "WritableTxnMarkerPartitionResult",
    "WritableTxnMarkerResult",
    "WritableTxnMarkerTopic",
    "WritableTxnMarkerTopicResult",
    "WriteTxnMarkersRequest",
    "WriteTxnMarkersResponse",
]


class WriteTxnMarkersRequest(Struct):
    SPEC = Spec(key=27, versions="1-2", flexible="1+")

    markers: list[WritableTxnMarker] = []


class WritableTxnMarker(Struct):
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    transaction_result: Bool = False
    topics: list[WritableTxnMarkerTopic] = []
    coordinator_epoch: Int32 = 0
    transaction_version: Annotated[Int8, "2+", IGNORABLE] = 0


class WritableTxnMarkerTopic(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class WriteTxnMarkersResponse(Struct):
    SPEC = Spec(key=27, versions="1-2", flexible="1+")

    markers: list[WritableTxnMarkerResult] = []


class WritableTxnMarkerResult(Struct):
    producer_id: Int64 = 0
    topics: list[WritableTxnMarkerTopicResult] = []


class WritableTxnMarkerTopicResult(Struct):
    name: String = ""
    partitions: list[WritableTxnMarkerPartitionResult] = []


class WritableTxnMarkerPartitionResult(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
