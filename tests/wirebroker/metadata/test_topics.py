"""Decisions on creating and deleting topics that one node's wire cannot show; the others are behaviour tests."""

from collections.abc import Callable

import pytest

from kafka_codecs.internal.cluster_metadata import ConfigRecord, PartitionRecord, RemoveTopicRecord, TopicRecord
from kafka_codecs.messages.create_topics import CreatableReplicaAssignment
from kafka_codecs.messages.delete_topics import DeleteTopicState
from kafka_codecs.schema import ZERO_UUID
from wirebroker.errors import KafkaError
from wirebroker.metadata.topics import delete_topics


def test_the_records_of_a_creation_can_be_replayed_in_order(cluster, make_topic: Callable) -> None:
    creation = cluster.decide(make_topic("t", 2, configs={"retention.ms": "1"}))
    kinds = [type(record) for record in creation.records]
    assert kinds == [TopicRecord, ConfigRecord, PartitionRecord, PartitionRecord]
    topic_id = creation.results[0].topic_id
    first = creation.records[2]
    assert {record.topic_id for record in creation.records if not isinstance(record, ConfigRecord)} == {topic_id}
    assert (first.replicas, first.isr, first.leader) == ([1], [1], 1)
    assert (first.leader_epoch, first.partition_epoch) == (0, 0)
    assert first.directories == [b"d" * 16]


def test_a_decision_changes_nothing(cluster, make_topic: Callable) -> None:
    before = cluster.journal.image
    cluster.decide(make_topic("t"))
    assert cluster.journal.image is before


def test_refused_topics_leave_no_records(cluster, make_topic: Callable) -> None:
    creation = cluster.decide(make_topic("a", 0), make_topic("b"), make_topic("c", configs={"x": "y"}))
    assert [record.name for record in creation.records if isinstance(record, TopicRecord)] == ["b"]
    assert [result.error_code for result in creation.results] == [37, 0, 40]


def test_no_time_is_no_matter_when_nothing_is_left_to_create(cluster, make_topic: Callable) -> None:
    creation = cluster.decide(make_topic("a"), make_topic("a"), timeout_ms=0)
    assert [result.error_code for result in creation.results] == [42]
    with pytest.raises(KafkaError) as refusal:
        cluster.decide(make_topic("a"), timeout_ms=0)
    assert (refusal.value.code, refusal.value.message) == (7, None)


def test_the_limit_of_partitions_counts_what_is_asked_for(make_cluster: Callable, make_topic: Callable) -> None:
    """S81d"""
    cluster = make_cluster({"num.partitions": "10001"})
    for wanted in (make_topic("t", -1), make_topic("a b", 10_001)):
        with pytest.raises(KafkaError) as refusal:
            cluster.decide(wanted)
        assert refusal.value.code == 44
    assert cluster.decide(make_topic("t", -10_001)).results[0].error_code == 37


def test_the_limit_of_partitions_counts_assignments(cluster, make_topic: Callable) -> None:
    """S81d"""
    wanted = make_topic("t", -1, -1)
    wanted.assignments = [CreatableReplicaAssignment(partition_index=at, broker_ids=[1]) for at in range(10_001)]
    with pytest.raises(KafkaError) as refusal:
        cluster.decide(wanted)
    assert refusal.value.message == "Excessively large number of partitions per request."


def test_counts_default_to_the_brokers(make_cluster: Callable, make_topic: Callable) -> None:
    """S82a"""
    result = make_cluster({"num.partitions": "4"}).decide(make_topic("t", -1, -1)).results[0]
    assert (result.num_partitions, result.replication_factor) == (4, 1)


def test_a_topic_id_is_never_reserved_nor_an_option(cluster) -> None:
    """S83"""
    offered = [bytes(16), bytes(15) + b"\x01", bytes(15) + b"\x63", b"\xf8" + bytes(15), b"\xfb" * 16, b"\x01" * 16]
    cluster.journal._random_uuid = iter(offered).__next__
    assert cluster.journal.new_topic_id() == offered[-1]


def test_a_deletion_removes_by_id(cluster) -> None:
    """S83a"""
    topic_id = cluster.create("t")
    image = cluster.journal.image
    for state in (DeleteTopicState(name="t"), DeleteTopicState(name=None, topic_id=topic_id)):
        deletion = delete_topics([state], image, timeout_ms=1)
        assert deletion.records == [RemoveTopicRecord(topic_id=topic_id)]


def test_no_time_is_no_matter_when_nothing_can_be_deleted(cluster) -> None:
    states = [DeleteTopicState(name="t"), DeleteTopicState(name="t"), DeleteTopicState(name=None, topic_id=ZERO_UUID)]
    deletion = delete_topics(states, cluster.journal.image, timeout_ms=0)
    assert [result.error_code for result in deletion.results] == [42, 42]
    for state in (states[0], DeleteTopicState(name=None, topic_id=b"x" * 16)):
        with pytest.raises(KafkaError):
            delete_topics([state], cluster.journal.image, timeout_ms=0)


def test_a_name_twice_and_its_id_deletes_the_topic(cluster) -> None:
    """S83a"""
    topic_id = cluster.create("t")
    by_name, by_id = DeleteTopicState(name="t"), DeleteTopicState(name=None, topic_id=topic_id)
    deletion = delete_topics([by_name, by_id, by_name], cluster.journal.image, timeout_ms=1)
    assert deletion.records == [RemoveTopicRecord(topic_id=topic_id)]
    deletion = delete_topics([by_name, by_id], cluster.journal.image, timeout_ms=1)
    assert deletion.records == []
