"""What two right answers may differ in: everything else is a difference. Each line has its reason.

Paths are the message's class and field names, without the numbers of elements.
"""

from enum import Enum
from typing import NamedTuple


class May(Enum):
    """How two values are compared that need not be equal."""

    BE_ANYTHING = "whatever both say"
    BE_ASSIGNED = "a name or number that a broker gives: the same one always stands for the same one"
    BE_NOW = "a time at which the broker did something: both during the script"
    TELL_TIMES = "a text with times of the broker in it, equal but for them and how long null is"
    BE_OWN_WORDS = "a text that both have, or neither"


class Rule(NamedTuple):
    path: str
    may: May
    reason: str
    kind: str = ""
    """Of names that are assigned: which of them are the same name."""


_EVERYWHERE = (
    Rule("throttle_time_ms", May.BE_ANYTHING, "quotas measure time"),
    Rule("host", May.BE_ANYTHING, "where a broker listens"),
    Rule("port", May.BE_ANYTHING, "where a broker listens"),
    Rule("cluster_id", May.BE_ANYTHING, "each cluster has its own"),
    Rule("topic_id", May.BE_ASSIGNED, "chosen at random", "topic_id"),
    Rule("member_id", May.BE_ASSIGNED, "chosen at random", "member_id"),
    Rule("producer_id", May.BE_ASSIGNED, "counted by each broker", "producer_id"),
)
"""By the field's name alone."""

_FIELDS = (
    Rule("JoinGroupResponse.leader", May.BE_ASSIGNED, "a member id", "member_id"),
    Rule("FetchResponse.session_id", May.BE_ASSIGNED, "chosen at random", "session_id"),
    Rule(
        "ProduceResponse.responses.partition_responses.log_append_time_ms", May.BE_NOW, "of topics with LogAppendTime"
    ),
    Rule("ListOffsetsResponse.topics.partitions.timestamp", May.BE_NOW, "of topics with LogAppendTime"),
    Rule(
        "ProduceResponse.responses.partition_responses.record_errors.batch_index_error_message",
        May.TELL_TIMES,
        "the bounds of timestamps, which follow the clock; DIFFERENCES: how long null is in a compressed record",
    ),
    Rule(
        "ProduceResponse.responses.partition_responses.error_message",
        May.TELL_TIMES,
        "the bounds of timestamps, which follow the clock",
    ),
    Rule(
        "DescribeConfigsResponse.results.configs.documentation",
        May.BE_OWN_WORDS,
        "DIFFERENCES: nobody's prose is copied",
    ),
    Rule("ApiVersionsResponse.finalized_features_epoch", May.BE_ANYTHING, "an offset of the metadata log"),
)

_BY_NAME = {rule.path: rule for rule in _EVERYWHERE}
_BY_PATH = {rule.path: rule for rule in _FIELDS}


def rule_for(path: tuple[str, ...]) -> Rule | None:
    """Return what is permitted at the end of this path, if anything."""
    return _BY_PATH.get(".".join(path)) or _BY_NAME.get(path[-1])


UNORDERED: dict[str, tuple[str, ...]] = {
    # Java's hash maps, or sets, stand behind these; clients look elements up.
    "MetadataResponse.brokers": ("node_id",),
    "MetadataResponse.topics": ("name", "topic_id"),
    "MetadataResponse.topics.partitions": ("partition_index",),
    "CreateTopicsResponse.topics": ("name",),
    "DeleteTopicsResponse.responses": ("name", "topic_id"),
    "ProduceResponse.responses": ("name", "topic_id"),
    "ProduceResponse.responses.partition_responses": ("index",),
    "ListOffsetsResponse.topics": ("name",),
    "ListOffsetsResponse.topics.partitions": ("partition_index",),
    "OffsetForLeaderEpochResponse.topics": ("topic",),
    "OffsetForLeaderEpochResponse.topics.partitions": ("partition",),
    "OffsetCommitResponse.topics": ("name", "topic_id"),
    "OffsetCommitResponse.topics.partitions": ("partition_index",),
    "OffsetFetchResponse.topics": ("name",),
    "OffsetFetchResponse.topics.partitions": ("partition_index",),
    "OffsetFetchResponse.groups.topics": ("name", "topic_id"),
    "OffsetFetchResponse.groups.topics.partitions": ("partition_index",),
    "DeleteRecordsResponse.topics": ("name",),
    "DeleteRecordsResponse.topics.partitions": ("partition_index",),
    "CreatePartitionsResponse.results": ("name",),
    "DeleteGroupsResponse.results": ("group_id",),
    "OffsetDeleteResponse.topics": ("name",),
    "OffsetDeleteResponse.topics.partitions": ("partition_index",),
    "JoinGroupResponse.members": ("member_id",),
    "DescribeGroupsResponse.groups": ("group_id",),
    "DescribeGroupsResponse.groups.members": ("member_id",),
    "ListGroupsResponse.groups": ("group_id",),
    "DescribeConfigsResponse.results": ("resource_type", "resource_name"),
    "DescribeConfigsResponse.results.configs": ("name",),
    "DescribeClusterResponse.brokers": ("broker_id",),
    "ApiVersionsResponse.supported_features": ("name",),
    "ApiVersionsResponse.finalized_features": ("name",),
}
"""Arrays of which the order means nothing, and by which fields their elements are told apart."""

OF_OTHERS = {
    "MetadataResponse.topics": "name",
    "ListGroupsResponse.groups": "group_id",
}
"""Arrays that list what other scripts have made, too: only those of this script are compared."""

LOGGERS = 8
"""The resource of DescribeConfigs of which the configs are names of Java classes (DIFFERENCES)."""

BROKER_CONFIGS = {
    "advertised.listeners": "where a broker listens",
    "listeners": "where a broker listens",
    "listener.security.protocol.map": "where a broker listens",
    "log.dirs": "where data lies",
    "log.dir": "where data lies",
    "controller.quorum.voters": "there is one controller, inside the broker",
    "inter.broker.listener.name": "where a broker listens",
}
"""Configs of a broker whose values are those of its place."""
