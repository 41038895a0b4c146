"""WriteTxnMarkers (API key 27): the coordinator tells partitions how a transaction ended (KIP-98).

Between brokers, and from an administrator who aborts a hanging transaction (KIP-664).

Versions (0 went with Kafka 4.0): 1: flexible. 2: the transaction version, which says how epochs are compared
(KIP-1228).
"""

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
    """True: committed. False: aborted."""
    topics: list[WritableTxnMarkerTopic] = []
    coordinator_epoch: Int32 = 0
    """Leader epoch of the coordinator's partition of __transaction_state."""
    transaction_version: Annotated[Int8, "2+", IGNORABLE] = 0
    """2: the epoch must be above the one that wrote the records."""


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
    """CLUSTER_AUTHORIZATION_FAILED (31): neither a broker nor one who may ALTER the cluster.
    UNKNOWN_TOPIC_OR_PARTITION (3). NOT_LEADER_OR_FOLLOWER (6). INVALID_PRODUCER_EPOCH (47): an older epoch.
    TRANSACTION_COORDINATOR_FENCED (52): an older coordinator.
    """
