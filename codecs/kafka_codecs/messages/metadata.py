"""Metadata (API key 3): brokers, topics, and who leads which partition.

Versions:

- 0: an empty topic list means all. 1: null means all, empty means none; racks, controller, internal topics.
- 2: cluster id. 3: throttle time. 4: the client may forbid to create topics. 5: offline replicas (KIP-112).
- 6: throttled answers leave at once (KIP-219). 7: leader epochs (KIP-320). 8: authorized operations (KIP-430).
  9: flexible.
- 10: topic ids. 11: the cluster's authorized operations moved to DescribeCluster (KIP-700).
- 12: topics may be asked for by id (KIP-516). 13: an error code of the whole answer (KIP-1102).
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, ZERO_UUID, Bool, Int16, Int32, Nullable, Spec, String, Struct, Uuid

__all__ = [
    "MetadataRequest",
    "MetadataRequestTopic",
    "MetadataResponse",
    "MetadataResponseBroker",
    "MetadataResponsePartition",
    "MetadataResponseTopic",
]


class MetadataRequest(Struct):
    SPEC = Spec(key=3, versions="0-13", flexible="9+")

    topics: Annotated[list[MetadataRequestTopic] | None, Nullable("1+")] = []
    """Null (v1+): all; in v0 an empty list means that."""
    allow_auto_topic_creation: Annotated[Bool, "4+"] = True
    """Create named topics that do not exist, if auto.create.topics.enable is set."""
    include_cluster_authorized_operations: Annotated[Bool, "8-10"] = False
    include_topic_authorized_operations: Annotated[Bool, "8+"] = False


class MetadataRequestTopic(Struct):
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    """If any entry has a non-zero id, names are ignored. v10 and v11 must not use it."""
    name: Annotated[String | None, Nullable("10+")] = ""


class MetadataResponse(Struct):
    SPEC = Spec(key=3, versions="0-13", flexible="9+")

    throttle_time_ms: Annotated[Int32, "3+", IGNORABLE] = 0
    brokers: list[MetadataResponseBroker] = []
    cluster_id: Annotated[String | None, "2+", IGNORABLE] = None
    controller_id: Annotated[Int32, "1+", IGNORABLE] = -1
    """A live broker, any one: requests for the controller are forwarded. -1: none."""
    topics: list[MetadataResponseTopic] = []
    cluster_authorized_operations: Annotated[Int32, "8-10"] = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""
    error_code: Annotated[Int16, "13+", IGNORABLE] = 0
    """v13+: the error that refused the request as a whole; a broker may send REBOOTSTRAP_REQUIRED (129)."""


class MetadataResponseBroker(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: Annotated[String | None, "1+", IGNORABLE] = None


class MetadataResponseTopic(Struct):
    error_code: Int16 = 0
    """UNKNOWN_TOPIC_OR_PARTITION (3): no such topic; also the first answer while it is being created.
    UNKNOWN_TOPIC_ID (100): v12+, no topic has this id. INVALID_TOPIC_EXCEPTION (17): an illegal name.
    TOPIC_AUTHORIZATION_FAILED (29): no DESCRIBE, or creation wanted without CREATE. INVALID_REQUEST (42): ids in v10
    and v11. UNKNOWN_SERVER_ERROR (-1): neither name nor id.
    """
    name: Annotated[String | None, Nullable("12+")] = ""
    """Null if the topic was asked for by an id that is not known or not to be seen."""
    topic_id: Annotated[Uuid, "10+", IGNORABLE] = ZERO_UUID
    is_internal: Annotated[Bool, "1+", IGNORABLE] = False
    """__consumer_offsets, __transaction_state and __share_group_state."""
    partitions: list[MetadataResponsePartition] = []
    topic_authorized_operations: Annotated[Int32, "8+"] = -0x8000_0000
    """A set of bits, by Kafka's ``AclOperation`` codes; -2147483648: not asked for."""


class MetadataResponsePartition(Struct):
    error_code: Int16 = 0
    """LEADER_NOT_AVAILABLE (5): no leader now. LISTENER_NOT_FOUND (72; 5 below v6): the leader lacks the client's
    listener. REPLICA_NOT_AVAILABLE (9): v0 only, a replica is down.
    """
    partition_index: Int32 = 0
    leader_id: Int32 = 0
    """-1: none."""
    leader_epoch: Annotated[Int32, "7+", IGNORABLE] = -1
    replica_nodes: list[Int32] = []
    isr_nodes: list[Int32] = []
    offline_replicas: Annotated[list[Int32], "5+", IGNORABLE] = []
