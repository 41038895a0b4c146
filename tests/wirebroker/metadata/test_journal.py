from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kafka_codecs.compile import encode
from kafka_codecs.internal.cluster_metadata import ConfigRecord, NoOpRecord, PartitionChangeRecord, RemoveTopicRecord
from kafka_codecs.internal.cluster_nodes import BrokerRegistrationChangeRecord
from kafka_codecs.internal.control_records import LeaderChangeMessage, Voter
from kafka_codecs.messages.delete_topics import DeleteTopicState
from kafka_codecs.records.batch import Record, read_records
from kafka_codecs.records.control import ControlType, read_control_key
from wirebroker.log.storage import StorageError
from wirebroker.metadata.auto_creation import auto_create_topics
from wirebroker.metadata.features import INITIAL_FEATURES
from wirebroker.metadata.framing import decode_record, encode_record
from wirebroker.metadata.image import EMPTY_IMAGE, ClusterImage, ResourceType
from wirebroker.metadata.topics import delete_topics


def epochs(image: ClusterImage, name: str) -> list[tuple[int, int, int]]:
    return [(one.leader, one.leader_epoch, one.partition_epoch) for one in image.topics[name].partitions]


def test_a_fresh_cluster(cluster) -> None:
    """S80c, S85c"""
    image = cluster.journal.image
    assert image.features == INITIAL_FEATURES
    assert image.configs == {(ResourceType.BROKER, ""): {"min.insync.replicas": "1"}}
    (broker,) = image.alive_brokers()
    assert (broker.broker_id, broker.rack) == (1, "r")
    assert image.offset == cluster.log.log_end_offset - 1


def test_a_restart_keeps_everything_and_raises_leader_epochs_by_two(cluster) -> None:
    """S73c, S139"""
    topic_id = cluster.create("t", 3, {"retention.ms": "1"})
    before = cluster.journal.image
    for restarts in (1, 2):
        cluster.stop()
        cluster.restart()
        image = cluster.journal.image
        assert epochs(image, "t") == [(1, 2 * restarts, 2 * restarts)] * 3
        assert image.topics["t"].topic_id == topic_id
        assert image.configs == before.configs
        assert image.features == before.features
        assert image.offset > before.offset


def test_a_broker_epoch_is_the_offset_of_its_registration(cluster) -> None:
    """S139b"""
    first = cluster.journal.image.brokers[1]
    assert first.broker_epoch == 8
    end = cluster.log.log_end_offset
    cluster.stop()
    cluster.restart()
    second = cluster.journal.image.brokers[1]
    assert second.broker_epoch == end + 1
    assert second.incarnation_id != first.incarnation_id


def test_a_stop_is_a_controlled_shutdown_and_the_epochs_rise_by_two_all_the_same(cluster) -> None:
    """Of the records that Kafka's controller writes then: fenced, without a partition, eligible to lead them all."""
    cluster.files.lasting = True
    cluster.create("t", 2)
    end = cluster.log.log_end_offset
    cluster.journal.stop_broker()
    cluster.stop()
    left = [
        decode_record(record.value)
        for _, batch in cluster.log.batches(end)
        for record in read_records(batch, max_decompressed=1 << 20)
    ]
    assert [type(record) for record in left] == [
        BrokerRegistrationChangeRecord,
        PartitionChangeRecord,
        PartitionChangeRecord,
        BrokerRegistrationChangeRecord,
    ]
    assert (left[0].in_controlled_shutdown, left[0].fenced, left[3].fenced) == (1, 0, 1)
    lost = left[2]
    assert (lost.leader, lost.isr, lost.eligible_leader_replicas, lost.last_known_elr) == (-1, [], [1], [1])
    cluster.restart()
    image = cluster.journal.image
    assert epochs(image, "t") == [(1, 2, 2)] * 2
    assert [(one.isr, one.elr, one.last_known_elr) for one in image.topics["t"].partitions] == [((1,), (), ())] * 2
    broker = image.brokers[1]
    assert (broker.fenced, broker.in_controlled_shutdown) == (False, False)


def test_an_epoch_begins_with_its_leader(cluster) -> None:
    """As each does in Kafka: one control record, which names the only voter."""
    cluster.stop()
    cluster.restart()
    begun = {header.partition_leader_epoch: batch for header, batch in cluster.log.batches(0) if header.is_control}
    assert sorted(begun) == [1, 2]
    (record,) = read_records(begun[2], max_decompressed=1 << 20)
    assert read_control_key(record.key) is ControlType.LEADER_CHANGE
    only = [Voter(voter_id=1)]
    assert record.value == encode(
        LeaderChangeMessage, 0, LeaderChangeMessage(leader_id=1, voters=only, granting_voters=only)
    )


def test_leaders_that_a_crash_left_out_are_elected_at_the_next_start(cluster) -> None:
    topic_id = cluster.create("t", 2)
    cluster.journal.commit([PartitionChangeRecord(partition_id=1, topic_id=topic_id, leader=-1)])
    cluster.stop()
    cluster.restart()
    assert epochs(cluster.journal.image, "t") == [(1, 2, 2), (1, 2, 2)]


def test_every_start_is_an_epoch_of_the_metadata_log(cluster) -> None:
    assert cluster.log.leader_epochs.latest == 1
    cluster.stop()
    cluster.restart()
    assert cluster.log.leader_epochs.latest == 2


def test_a_commit_is_one_batch_and_tells_the_subscribers(cluster) -> None:
    heard: list[tuple[ClusterImage, ClusterImage]] = []
    cluster.journal.subscribe(lambda old, new: heard.append((old, new)))
    assert heard == [(EMPTY_IMAGE, cluster.journal.image)]
    before, end = cluster.journal.image, cluster.log.log_end_offset
    cluster.create("t", 5)
    assert heard[1] == (before, cluster.journal.image)
    (header,) = [header for header, _ in cluster.log.batches(end)]
    assert (header.base_offset, header.records_count) == (end, 6)
    cluster.journal.commit([])
    assert len(heard) == 2


def test_producer_ids_are_never_given_twice(cluster) -> None:
    ids = [cluster.journal.next_producer_id() for _ in range(1001)]
    assert ids == list(range(1001))
    assert cluster.journal.image.next_producer_id == 2000
    cluster.stop()
    cluster.restart()
    assert cluster.journal.next_producer_id() == 2000


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (b"\x01\x7f\x00", "metadata record of type 127"),
        (b"\x02", "frame version 2"),
        (encode_record(RemoveTopicRecord(topic_id=b"x" * 16)), "which does not exist"),
    ],
)
def test_a_record_that_is_not_understood_stops_the_start(cluster, value: bytes, complaint: str) -> None:
    cluster.log.append_records([Record(value=value)], leader_epoch=1, timestamp_ms=0)
    cluster.stop()
    with pytest.raises(StorageError, match=f"__cluster_metadata-0 cannot be replayed.*{complaint}"):
        cluster.restart()


def test_many_partitions_are_taken_over_in_several_batches(cluster) -> None:
    cluster.create("t", 1500)
    cluster.stop()
    cluster.restart()
    assert epochs(cluster.journal.image, "t") == [(1, 2, 2)] * 1500


def test_auto_creation_uses_the_brokers_defaults_and_leaves_existing_topics(make_cluster: Callable) -> None:
    """S78a"""
    cluster = make_cluster({"num.partitions": "3"})
    topic_id = cluster.create("old")
    auto_create_topics(["t", "old", "t"], cluster.journal, cluster.config)
    image = cluster.journal.image
    assert image.topics["old"].topic_id == topic_id
    assert len(image.topics["t"].partitions) == 3
    assert image.topic_configs("t") == {}


def test_an_auto_creation_that_fails_is_logged(make_cluster: Callable, caplog: pytest.LogCaptureFixture) -> None:
    """S78a"""
    cluster = make_cluster({"default.replication.factor": "3", "num.partitions": "9999"})
    auto_create_topics(["t"], cluster.journal, cluster.config)
    assert "auto-creation of t failed: Unable to replicate the partition 3 time(s)" in caplog.text
    auto_create_topics(["a", "b"], cluster.journal, cluster.config)
    assert "auto-creation of a, b failed: Excessively large" in caplog.text
    assert not cluster.journal.image.topics


def test_internal_topics_follow_their_own_settings(make_cluster: Callable) -> None:
    """S78c"""
    cluster = make_cluster({"offsets.topic.num.partitions": "5", "offsets.topic.segment.bytes": "2000000"})
    auto_create_topics(["__consumer_offsets"], cluster.journal, cluster.config)
    image = cluster.journal.image
    assert len(image.topics["__consumer_offsets"].partitions) == 5
    assert image.topic_configs("__consumer_offsets") == {
        "compression.type": "producer",
        "cleanup.policy": "compact",
        "segment.bytes": "2000000",
    }


NAMES = st.sampled_from(["a", "b", "c"])
STEPS = st.one_of(
    st.tuples(st.just("create"), NAMES, st.integers(1, 4)),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("set"), NAMES, st.sampled_from(["1", "2", None])),
    st.tuples(st.just("producer id")),
    st.tuples(st.just("nothing")),
    st.tuples(st.just("restart")),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=20))
def test_replaying_the_records_rebuilds_the_image(make_cluster: Callable, steps: list[tuple]) -> None:
    cluster = make_cluster()
    journal_alone = type(cluster.journal)
    for step in steps:
        take(cluster, *step)
        again = journal_alone.open(cluster.storage, cluster.config, timestamp_ms=lambda: 0, random_uuid=lambda: b"")
        assert again.image == cluster.journal.image


def take(cluster, verb: str, name: str = "", value: int | str | None = None) -> None:
    journal = cluster.journal
    if verb == "create" and name not in journal.image.topics:
        cluster.create(name, value)
    elif verb == "delete":
        journal.commit(delete_topics([DeleteTopicState(name=name)], journal.image, timeout_ms=1).records)
    elif verb == "set":
        kind = ResourceType.TOPIC
        journal.commit([ConfigRecord(resource_type=kind, resource_name=name, name="retention.ms", value=value)])
    elif verb == "producer id":
        journal.next_producer_id()
    elif verb == "nothing":
        journal.commit([NoOpRecord()])
    elif verb == "restart":
        cluster.stop()
        cluster.restart()
