"""OffsetForLeaderEpoch: where the records of a leader epoch end. Several epochs: ``test_durability.py``."""

from collections.abc import Callable
from typing import Any

import pytest
from partition_client import batch_of, produce_all
from raw_client import RawClient

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)

VERSIONS = range(2, 5)
NOTHING = (-1, -1)


def end_of_epoch(
    raw: RawClient, topic: str, epoch: int, *, partition: int = 0, current: int = -1, version: int = 4
) -> tuple[int, int, int]:
    """Ask about one partition; return (error code, epoch, end offset)."""
    wanted = OffsetForLeaderPartition(partition=partition, current_leader_epoch=current, leader_epoch=epoch)
    request = OffsetForLeaderEpochRequest(replica_id=-1, topics=[OffsetForLeaderTopic(topic, [wanted])])
    (answered,) = raw.call(request, version).topics
    (answer,) = answered.partitions
    assert (answered.topic, answer.partition) == (topic, partition)
    return answer.error_code, answer.leader_epoch, answer.end_offset


@pytest.mark.parametrize("version", VERSIONS)
def test_the_current_epoch_ends_at_the_log_end(raw: RawClient, make_topic: Callable[..., Any], version: int):
    """S73."""
    topic = make_topic()
    produce_all(raw, topic, batch_of(b"a", b"b", b"c"))
    assert end_of_epoch(raw, topic.name, 0, version=version) == (0, 0, 3)


def test_an_empty_partition_has_an_epoch(raw: RawClient, make_topic: Callable[..., Any]):
    """S73b."""
    assert end_of_epoch(raw, make_topic().name, 0) == (0, 0, 0)


@pytest.mark.parametrize("epoch", [-1, 1, 1000])
def test_an_epoch_that_never_was(raw: RawClient, make_topic: Callable[..., Any], epoch: int):
    """S73. No error, and nothing found."""
    assert end_of_epoch(raw, make_topic().name, epoch) == (0, *NOTHING)


def test_an_epoch_below_all_that_are_known(raw: RawClient, make_topic: Callable[..., Any]):
    """S73. It is answered as itself, ending where the first known one begins."""
    assert end_of_epoch(raw, make_topic().name, -2) == (0, -2, 0)


@pytest.mark.parametrize(
    ("current", "error"),
    [(0, ErrorCode.NONE), (1, ErrorCode.UNKNOWN_LEADER_EPOCH), (-2, ErrorCode.FENCED_LEADER_EPOCH)],
)
def test_the_current_epoch_is_checked(raw: RawClient, make_topic: Callable[..., Any], current: int, error: ErrorCode):
    """S72e."""
    found = (0, 0) if error == ErrorCode.NONE else NOTHING
    assert end_of_epoch(raw, make_topic().name, 0, current=current) == (error, *found)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_topic_or_partition(raw: RawClient, make_topic: Callable[..., Any], topic_name: str, version: int):
    """S73a."""
    unknown = (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, *NOTHING)
    assert end_of_epoch(raw, topic_name, 0, version=version) == unknown
    assert end_of_epoch(raw, make_topic().name, 0, partition=1, version=version) == unknown


def test_every_entry_is_answered_in_order(raw: RawClient, make_topic: Callable[..., Any], topic_name: str):
    """S73a. Duplicates too."""
    topic = make_topic(partitions=2).name
    partitions = [OffsetForLeaderPartition(partition=index) for index in (1, 0, 1)]
    asked = [OffsetForLeaderTopic(name, partitions) for name in (topic, topic_name, topic)]
    answer = raw.call(OffsetForLeaderEpochRequest(replica_id=-1, topics=asked), 4)
    assert [(each.topic, [one.partition for one in each.partitions]) for each in answer.topics] == [
        (name, [1, 0, 1]) for name in (topic, topic_name, topic)
    ]
