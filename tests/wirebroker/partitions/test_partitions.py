"""Partitions follow the metadata: opened, led, reconfigured, deleted."""

import logging

import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, build_batch
from wirebroker.errors import KafkaError
from wirebroker.log.storage import StorageError
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage, PartitionImage, ResourceType, TopicImage
from wirebroker.partitions.waiters import ParkedFetch

ONE, TWO = bytes(15) + b"\1", bytes(15) + b"\2"


def topic(name, topic_id, partitions=1, leader_epoch=0):
    described = [PartitionImage(index, (1,), (1,), 1, leader_epoch, 0) for index in range(partitions)]
    return TopicImage(name, topic_id, tuple(described))


def image(*topics, configs=None):
    return ClusterImage(
        {each.name: each for each in topics},
        {each.topic_id: each for each in topics},
        {(ResourceType.TOPIC, name): values for name, values in (configs or {}).items()},
        {},
        {},
        0,
        0,
    )


def refused(partitions, name, index):
    with pytest.raises(KafkaError) as refusal:
        partitions.find(name, index)
    return refusal.value.code


def append(partition, value=b"v"):
    batch = build_batch([Record(key=b"k", value=value)], base_timestamp=0)
    return partition.append(memoryview(batch), timestamp_ms=0)


def test_a_new_topic(partitions):
    partitions.apply(EMPTY_IMAGE, image(topic("one", ONE, 2, leader_epoch=3)))
    assert [(each.topic, each.index, each.leader_epoch) for each in partitions] == [("one", 0, 3), ("one", 1, 3)]
    assert partitions.find("one", 1) is partitions.get("one", 1)
    assert partitions.find("one", 0).topic_id == ONE
    assert partitions.exists("one", 0)


def test_what_does_not_exist(partitions):
    partitions.apply(EMPTY_IMAGE, image(topic("one", ONE)))
    for name, index in (("one", 1), ("one", -1), ("two", 0)):
        assert partitions.get(name, index) is None
        assert not partitions.exists(name, index)
        assert refused(partitions, name, index) == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_more_partitions(partitions):
    old, new = image(topic("one", ONE, 1)), image(topic("one", ONE, 3))
    partitions.apply(EMPTY_IMAGE, old)
    first = partitions.get("one", 0)
    partitions.apply(old, new)
    assert len(list(partitions)) == 3
    assert partitions.get("one", 0) is first


def test_a_new_leader_epoch(partitions):
    """S73c"""
    old, new = image(topic("one", ONE)), image(topic("one", ONE, leader_epoch=2))
    partitions.apply(EMPTY_IMAGE, old)
    append(partitions.get("one", 0))
    partitions.apply(old, new)
    assert partitions.get("one", 0).leader_epoch == 2
    assert partitions.get("one", 0).log.leader_epochs.entries == [(0, 0), (2, 1)]


@pytest.mark.trio
async def test_a_deleted_topic(partitions):
    """S54: fetches that wait there are woken."""
    old = image(topic("one", ONE), topic("two", TWO))
    partitions.apply(EMPTY_IMAGE, old)
    parked = ParkedFetch(1)
    partitions.get("one", 0).waiters.parked[parked] = 1
    partitions.apply(old, image(topic("two", TWO)))
    assert parked.woken
    assert partitions.get("one", 0) is None
    assert partitions.get("two", 0) is not None


def test_a_topic_created_anew_in_the_same_change(partitions):
    """S49: it begins with an empty log."""
    old, new = image(topic("one", ONE)), image(topic("one", TWO))
    partitions.apply(EMPTY_IMAGE, old)
    append(partitions.get("one", 0))
    partitions.apply(old, new)
    assert partitions.get("one", 0).topic_id == TWO
    assert partitions.get("one", 0).high_watermark == 0


def test_configurations(partitions):
    """They are in force from the next append on."""
    one = topic("one", ONE)
    plain, small = image(one), image(one, configs={"one": {"max.message.bytes": "100"}})
    partitions.apply(EMPTY_IMAGE, plain)
    append(partitions.get("one", 0), b"v" * 200)
    partitions.apply(plain, small)
    with pytest.raises(KafkaError) as refusal:
        append(partitions.get("one", 0), b"v" * 200)
    assert refusal.value.code == ErrorCode.MESSAGE_TOO_LARGE
    partitions.apply(small, plain)
    append(partitions.get("one", 0), b"v" * 200)


def test_configurations_of_a_new_topic(partitions):
    partitions.apply(EMPTY_IMAGE, image(topic("one", ONE), configs={"one": {"max.message.bytes": "100"}}))
    assert partitions.get("one", 0).log.config.max_message_bytes == 100


def test_a_log_that_does_not_open(partitions, storage, monkeypatch, caplog):
    """The others are served; clients of this one are told of the storage."""
    open_log = storage.open_log

    def fail_for_one(name, *rest, **options):
        if name == "one":
            raise StorageError("data/one-0 cannot be read")
        return open_log(name, *rest, **options)

    monkeypatch.setattr(storage, "open_log", fail_for_one)
    old = image(topic("one", ONE), topic("two", TWO))
    with caplog.at_level(logging.ERROR):
        partitions.apply(EMPTY_IMAGE, old)
    assert "one-0 cannot be opened" in caplog.text
    assert partitions.exists("one", 0)
    assert partitions.get("one", 0) is None
    assert refused(partitions, "one", 0) == ErrorCode.KAFKA_STORAGE_ERROR
    assert partitions.find("two", 0)
    partitions.apply(old, image(topic("two", TWO)))
    assert refused(partitions, "one", 0) == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_idle_producers_are_forgotten(partitions):
    """S49: after producer.id.expiration.ms, one day; any first sequence is accepted then."""
    partitions.apply(EMPTY_IMAGE, image(topic("one", ONE)))
    partition = partitions.get("one", 0)

    def send(sequence):
        records = [Record(key=b"k", value=b"v")]
        batch = build_batch(records, base_timestamp=0, producer_id=5, producer_epoch=0, base_sequence=sequence)
        return partition.append(memoryview(batch), timestamp_ms=0)

    send(0)
    partitions.expire_producers(86_399_999)
    with pytest.raises(KafkaError):
        send(7)
    partitions.expire_producers(86_400_000)
    assert send(7).base_offset == 1


def test_close(partitions):
    partitions.apply(EMPTY_IMAGE, image(topic("one", ONE)))
    partitions.close()
    assert list(partitions) == []
