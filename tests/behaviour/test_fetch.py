"""Fetch on raw frames: what is read, what each refusal looks like, and how long an answer waits."""

import time
from contextlib import contextmanager

import pytest
from conftest import Topic
from partition_client import (
    batch_of,
    batches,
    fetch,
    fetch_all,
    fetch_request,
    produce,
    produce_all,
    produce_values,
    values,
)

from kafka_codecs.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from kafka_codecs.messages.fetch import FetchPartition, FetchTopic, ReplicaState
from kafka_codecs.records.batch import Compression
from kafka_codecs.schema import ZERO_UUID

AT_ONCE = 1.5
LONG_MS = 8_000


@pytest.fixture
def topic(make_topic):
    return make_topic()


@contextmanager
def at_once():
    """What is done here must not wait."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < AT_ONCE


@contextmanager
def waiting(milliseconds):
    """What is done here must wait so long, and not much longer."""
    start = time.monotonic()
    yield
    assert milliseconds / 1000 - 0.05 <= time.monotonic() - start < milliseconds / 1000 + AT_ONCE


def delete(client, topic):
    client.call(DeleteTopicsRequest(topics=[DeleteTopicState(name=topic.name)], timeout_ms=30_000), 6)


def marks(answer):
    return (answer.error_code, answer.high_watermark, answer.last_stable_offset, answer.log_start_offset)


class TestReading:
    @pytest.mark.parametrize("version", range(4, 19))
    def test_records(self, raw, topic, version):
        """S50c, S67c, S67d: every version gets the stored batches, and the marks of the log."""
        sent = [batch_of(b"a", b"b"), batch_of(b"c")]
        for batch in sent:
            assert produce(raw, topic, batch).error_code == 0
        answer = fetch(raw, topic, version=version)
        assert marks(answer) == (0, 3, 3, 0 if version >= 5 else -1)
        assert answer.preferred_read_replica == -1
        assert (answer.diverging_epoch.epoch, answer.current_leader.leader_id, answer.snapshot_id.epoch) == (-1, -1, -1)
        assert [(header.base_offset, header.partition_leader_epoch) for header in batches(answer)] == [(0, 0), (2, 0)]
        assert bytes(answer.records)[16 : len(sent[0])] == sent[0][16:]
        assert values(answer) == [b"a", b"b", b"c"]

    def test_an_offset_inside_of_a_batch(self, raw, topic):
        """S50"""
        produce_values(raw, topic, b"a", b"b", b"c")
        produce_values(raw, topic, b"d")
        assert [header.base_offset for header in batches(fetch(raw, topic, 1))] == [0, 3]
        assert [header.base_offset for header in batches(fetch(raw, topic, 3))] == [3]

    @pytest.mark.parametrize("isolation_level", [0, 1])
    def test_aborted_transactions(self, raw, topic, isolation_level):
        """S56: null for read_uncommitted, an empty array when there are none."""
        produce_values(raw, topic, b"a")
        answer = fetch(raw, topic, isolation_level=isolation_level)
        assert answer.aborted_transactions == ([] if isolation_level else None)
        assert values(answer) == [b"a"]

    @pytest.mark.parametrize("version", [4, 9, 12, 18])
    def test_nothing_is_zero_bytes(self, raw, topic, version):
        """S58, S52"""
        answer = fetch(raw, topic, version=version)
        assert answer.error_code == 0
        assert answer.records is not None
        assert len(answer.records) == 0

    @pytest.mark.parametrize(("max_bytes", "partition_max_bytes"), [(0, 1 << 20), (1 << 20, 0), (1, 1)])
    def test_the_first_batch_comes_whole(self, raw, topic, max_bytes, partition_max_bytes):
        """S51"""
        produce_values(raw, topic, b"a" * 1000)
        produce_values(raw, topic, b"b")
        answer = fetch(raw, topic, max_bytes=max_bytes, partition_max_bytes=partition_max_bytes)
        assert values(answer) == [b"a" * 1000]

    def test_later_partitions_respect_the_limit(self, raw, make_topic):
        """S51: the first batch of another partition stays away if it does not fit."""
        topic = make_topic(3)
        for answer in produce_all(
            raw, topic, b"" or batch_of(b"a" * 1000), batch_of(b"b" * 1000), batch_of(b"c" * 1000)
        ):
            assert answer.error_code == 0
        answers = fetch_all(raw, topic, partitions=3, max_bytes=1500)
        assert [len(batches(answer)) for answer in answers] == [1, 0, 0]
        assert [marks(answer) for answer in answers] == [(0, 1, 1, 0)] * 3

    def test_the_limit_of_a_partition(self, raw, topic):
        """S51, S51a: whole batches are complete up to the limit; Kafka sends a part of the next one too."""
        for value in (b"a", b"b", b"c"):
            produce_values(raw, topic, value * 1000)
        answer = fetch(raw, topic, partition_max_bytes=2300)
        assert len(batches(answer)) == 2
        assert len(answer.records) <= 2300

    @pytest.mark.parametrize("limits", [{"max_bytes": -1}, {"partition_max_bytes": -1}])
    def test_negative_limits(self, raw, topic, limits):
        """S51b: -1 where there is data."""
        assert fetch(raw, topic, **limits).error_code == 0
        produce_values(raw, topic, b"a")
        assert marks(fetch(raw, topic, **limits)) == (-1, -1, -1, -1)

    def test_a_negative_limit_of_the_request_concerns_its_first_partition(self, raw, make_topic):
        """S51: what is left is never below zero."""
        topic = make_topic(3)
        assert {answer.error_code for answer in produce_all(raw, topic, *[batch_of(b"a")] * 3)} == {0}
        answers = fetch_all(raw, topic, partitions=3, max_bytes=-1)
        assert [answer.error_code for answer in answers] == [-1, 0, 0]
        answers = fetch_all(raw, topic, 1, partitions=3, max_bytes=-1)
        assert [(answer.error_code, len(answer.records)) for answer in answers] == [(0, 0)] * 3

    @pytest.mark.parametrize("version", [4, 9, 10])
    def test_zstd_in_old_versions(self, raw, topic, version):
        """S67"""
        produce_values(raw, topic, b"a", compression=Compression.ZSTD)
        answer = fetch(raw, topic, version=version)
        assert (answer.error_code, values(answer)) == (0, [b"a"])

    def test_the_order_of_the_answer(self, raw, make_topic):
        """S50c: partitions that do not exist come last; a topic that is named twice is answered twice."""
        one, two = make_topic(2), make_topic(1)
        request = fetch_request(one)
        request.topics = [
            FetchTopic(one.name, partitions=[FetchPartition(7), FetchPartition(0)]),
            FetchTopic(two.name, partitions=[FetchPartition(0)]),
            FetchTopic(one.name, partitions=[FetchPartition(1)]),
        ]
        answered = raw.call(request, 12).responses
        flat = [(topic.topic, part.partition_index, part.error_code) for topic in answered for part in topic.partitions]
        assert flat == [(one.name, 0, 0), (two.name, 0, 0), (one.name, 1, 0), (one.name, 7, 3)]
        assert [topic.topic for topic in answered] == [one.name, two.name, one.name]

    @pytest.mark.parametrize(("replica", "order"), [(-1, [100, 3]), (7, [3, 100])])
    def test_those_of_unknown_ids_come_before_other_missing_ones(self, raw, make_topic, replica, order):
        """S50c: for consumers; a follower's keep their order."""
        topic = make_topic(1)
        request = fetch_request(topic, version=13, replica_id=replica)
        request.topics = [
            FetchTopic(topic_id=topic.topic_id, partitions=[FetchPartition(7)]),
            FetchTopic(topic_id=b"no topic has it!", partitions=[FetchPartition(0)]),
        ]
        answered = raw.call(request, 13).responses
        assert [partition.error_code for topic in answered for partition in topic.partitions] == order

    def test_a_partition_listed_twice(self, raw, topic):
        """S50c: answered once, by its last entry."""
        produce_values(raw, topic, b"a")
        produce_values(raw, topic, b"b")
        request = fetch_request(topic)
        request.topics[0].partitions = [FetchPartition(0, fetch_offset=at, partition_max_bytes=1000) for at in (0, 1)]
        (answered,) = raw.call(request, 12).responses
        (answer,) = answered.partitions
        assert values(answer) == [b"b"]

    def test_no_topics(self, raw, topic):
        """S53a: no partition left to read, no wait."""
        with at_once():
            assert raw.call(fetch_request(topic, partitions=0, max_wait_ms=LONG_MS), 12).responses == []


class TestRefusals:
    @pytest.mark.parametrize("offset", [2, -1, -2, 2**62])
    def test_out_of_range(self, raw, topic, offset):
        """S52, S50b, S53"""
        produce_values(raw, topic, b"a")
        with at_once():
            answer = fetch(raw, topic, offset, max_wait_ms=LONG_MS)
        assert marks(answer) == (1, -1, -1, -1)
        assert (answer.preferred_read_replica, answer.aborted_transactions) == (-1, None)
        assert len(answer.records) == 0

    @pytest.mark.parametrize("version", [4, 12])
    def test_unknown_names(self, raw, topic_name, version):
        """S50b"""
        answer = fetch(raw, Topic(topic_name, ZERO_UUID, 1), version=version)
        assert marks(answer) == (3, -1, -1, -1)
        assert answer.aborted_transactions == []
        assert len(answer.records) == 0

    @pytest.mark.parametrize("version", [12, 13])
    def test_unknown_partitions(self, raw, topic, version):
        """S50b"""
        answers = fetch_all(raw, topic, version=version, partitions=2)
        assert [answer.error_code for answer in answers] == [0, 3]

    @pytest.mark.parametrize("topic_id", [ZERO_UUID, bytes(range(16))])
    def test_unknown_ids(self, raw, topic_id):
        """S50b"""
        answer = fetch(raw, Topic("", topic_id, 1), version=13)
        assert marks(answer) == (100, -1, -1, -1)
        assert answer.aborted_transactions == []

    @pytest.mark.parametrize(
        ("version", "epoch", "code"), [(9, -1, 0), (9, -7, 0), (9, 0, 0), (9, 1, 75), (12, 2**31 - 1, 75), (8, 5, 0)]
    )
    def test_the_leader_epoch(self, raw, topic, version, epoch, code):
        """S63"""
        answer = fetch(raw, topic, version=version, current_leader_epoch=epoch)
        assert answer.error_code == code
        assert answer.aborted_transactions is None

    def test_the_leader_epoch_before_the_offset(self, raw, topic):
        """S63, S50a"""
        assert fetch(raw, topic, 99, current_leader_epoch=1).error_code == 75

    def test_a_last_fetched_epoch_that_fits(self, raw, topic):
        """S64"""
        produce_values(raw, topic, b"a", b"b")
        produce_values(raw, topic, b"c")
        answer = fetch(raw, topic, 2, last_fetched_epoch=0)
        assert (values(answer), answer.diverging_epoch.epoch) == ([b"c"], -1)

    def test_a_last_fetched_epoch_that_is_unknown(self, raw, topic):
        """S64"""
        produce_values(raw, topic, b"a")
        assert marks(fetch(raw, topic, 1, last_fetched_epoch=1)) == (1, -1, -1, -1)

    @pytest.mark.parametrize("isolation_level", [0, 1])
    def test_a_diverging_epoch(self, raw, topic, isolation_level):
        """S64, S53: the epoch's end lies before the offset; real marks, no records, no wait."""
        produce_values(raw, topic, b"a")
        options = {"max_wait_ms": LONG_MS, "isolation_level": isolation_level}
        with at_once():
            answer = fetch(raw, topic, 5, last_fetched_epoch=0, **options)
        assert answer.aborted_transactions is None
        assert marks(answer) == (0, 1, 1, 0)
        assert (answer.diverging_epoch.epoch, answer.diverging_epoch.end_offset) == (0, 1)
        assert len(answer.records) == 0

    def test_a_negative_offset_before_divergence(self, raw, topic):
        """S64"""
        assert fetch(raw, topic, -5, last_fetched_epoch=0).error_code == 1

    @pytest.mark.parametrize("level", [2, -1])
    def test_isolation_levels(self, raw, topic, level):
        """S55a, S67b: at the top, and before v13 on every partition."""
        response = raw.call(fetch_request(topic, isolation_level=level), 12)
        assert response.error_code == -1
        assert [part.error_code for answered in response.responses for part in answered.partitions] == [-1]
        response = raw.call(fetch_request(topic, version=13, isolation_level=level), 13)
        assert (response.error_code, response.responses) == (-1, [])

    @pytest.mark.parametrize(("epoch", "code"), [(-1, 6), (0, 75), (3, 75)])
    def test_who_is_no_replica(self, raw, topic, epoch, code):
        """S55a, S50a"""
        assert fetch(raw, topic, 99, current_leader_epoch=epoch, replica_id=77).error_code == code
        state = ReplicaState(replica_id=77)
        assert fetch(raw, topic, version=15, current_leader_epoch=epoch, replica_state=state).error_code == code

    def test_the_debugging_replica(self, raw, topic):
        """S55a"""
        produce_values(raw, topic, b"a")
        assert values(fetch(raw, topic, replica_id=-2)) == [b"a"]

    def test_a_leader_hint_for_who_is_no_replica(self, raw, topic):
        """S48: a broker is told who leads, but knows where the nodes are."""
        state = ReplicaState(replica_id=77)
        response = raw.call(fetch_request(topic, version=16, replica_state=state), 16)
        (answer,) = response.responses[0].partitions
        assert (answer.error_code, answer.current_leader.leader_epoch) == (6, 0)
        assert answer.current_leader.leader_id >= 0
        assert response.node_endpoints == []

    def test_no_leader_hint_before_version_16(self, raw, topic):
        """S48"""
        state = ReplicaState(replica_id=77)
        response = raw.call(fetch_request(topic, version=15, replica_state=state), 15)
        (answer,) = response.responses[0].partitions
        assert (answer.error_code, answer.current_leader.leader_id, response.node_endpoints) == (6, -1, [])


class TestWaiting:
    @pytest.mark.parametrize("limits", [{"max_wait_ms": 0}, {"max_wait_ms": -1}, {"min_bytes": 0}, {"min_bytes": -1}])
    def test_no_wait(self, raw, topic, limits):
        """S53a"""
        with at_once():
            assert fetch(raw, topic, **{"max_wait_ms": LONG_MS, **limits}).error_code == 0

    def test_enough_bytes(self, raw, topic):
        """S53a"""
        batch = batch_of(b"a")
        produce(raw, topic, batch)
        with at_once():
            fetch(raw, topic, max_wait_ms=LONG_MS, min_bytes=len(batch))

    def test_the_end_of_the_log(self, raw, topic):
        """S52"""
        with waiting(400):
            assert marks(fetch(raw, topic, max_wait_ms=400)) == (0, 0, 0, 0)

    def test_too_few_bytes(self, raw, topic):
        """S54: what is there comes when the time is over."""
        produce_values(raw, topic, b"a")
        with waiting(400):
            assert values(fetch(raw, topic, max_wait_ms=400, min_bytes=10_000)) == [b"a"]

    @pytest.mark.parametrize("version", [4, 12, 13])
    def test_an_append_wakes(self, raw, connect, topic, version):
        """S54"""
        parked = raw.send(fetch_request(topic, version=version, max_wait_ms=LONG_MS), version)
        assert raw.is_silent()
        with at_once():
            produce_values(connect(), topic, b"a")
            (answered,) = raw.receive(parked).responses
        assert values(answered.partitions[0]) == [b"a"]

    def test_an_append_of_too_few_bytes_does_not_wake(self, raw, connect, topic):
        """S54"""
        producer, batch = connect(), batch_of(b"a")
        parked = raw.send(fetch_request(topic, max_wait_ms=LONG_MS, min_bytes=2 * len(batch)), 12)
        produce(producer, topic, batch)
        assert raw.is_silent()
        with at_once():
            produce(producer, topic, batch_of(b"b"))
            (answered,) = raw.receive(parked).responses
        assert values(answered.partitions[0]) == [b"a", b"b"]

    def test_bytes_of_all_partitions_count(self, raw, connect, make_topic):
        """S54"""
        topic = make_topic(2)
        producer, batch = connect(), batch_of(b"a")
        parked = raw.send(fetch_request(topic, partitions=2, max_wait_ms=LONG_MS, min_bytes=2 * len(batch)), 12)
        produce(producer, topic, batch)
        assert raw.is_silent()
        with at_once():
            produce_all(producer, topic, b"", batch_of(b"b"))
            (answered,) = raw.receive(parked).responses
        assert [values(part) for part in answered.partitions] == [[b"a"], [b"b"]]

    def test_more_than_the_partitions_may_give(self, raw, topic):
        """S54: min_bytes above the sum of partition_max_bytes waits in full."""
        for value in (b"a", b"b", b"c"):
            produce_values(raw, topic, value * 1000)
        with waiting(400):
            answer = fetch(raw, topic, max_wait_ms=400, min_bytes=2500, partition_max_bytes=1200)
        assert len(batches(answer)) == 1

    def test_a_part_of_a_batch_counts(self, raw, topic):
        """S54, S51a: bytes up to the limit count, whether they are whole batches or not."""
        for value in (b"a", b"b", b"c"):
            produce_values(raw, topic, value * 1000)
        with at_once():
            fetch(raw, topic, max_wait_ms=LONG_MS, min_bytes=1190, partition_max_bytes=1200)

    def test_min_bytes_is_at_most_max_bytes(self, raw, topic):
        """S51b"""
        for value in (b"a", b"b"):
            produce_values(raw, topic, value * 1000)
        with at_once():
            fetch(raw, topic, max_wait_ms=LONG_MS, min_bytes=1 << 30, max_bytes=1500)

    @pytest.mark.parametrize("version", [12, 13])
    def test_deletion_wakes(self, raw, connect, topic, version):
        """S54: with 3, also where topics go by id."""
        parked = raw.send(fetch_request(topic, version=version, max_wait_ms=LONG_MS), version)
        assert raw.is_silent()
        with at_once():
            delete(connect(), topic)
            (answered,) = raw.receive(parked).responses
        (answer,) = answered.partitions
        assert marks(answer) == (3, -1, -1, -1)

    def test_a_failed_partition_ends_the_wait(self, raw, make_topic):
        """S53: and the others are returned with what they have."""
        topic = make_topic(2)
        produce_values(raw, topic, b"a")
        request = fetch_request(topic, partitions=2, max_wait_ms=LONG_MS, min_bytes=10_000)
        request.topics[0].partitions[1].fetch_offset = 5
        with at_once():
            (answered,) = raw.call(request, 12).responses
        assert [(part.error_code, values(part)) for part in answered.partitions] == [(0, [b"a"]), (1, [])]

    def test_a_missing_partition_does_not_end_the_wait(self, raw, topic):
        """S53"""
        with waiting(400):
            answers = fetch_all(raw, topic, partitions=2, max_wait_ms=400)
        assert [answer.error_code for answer in answers] == [0, 3]

    def test_only_missing_partitions_do_not_wait(self, raw, topic_name):
        """S53, S53a"""
        with at_once():
            assert fetch(raw, Topic(topic_name, ZERO_UUID, 1), max_wait_ms=LONG_MS).error_code == 3

    def test_an_older_segment_does_not_wait(self, raw, make_topic):
        """S54a"""
        topic = make_topic(configs={"segment.bytes": str(1 << 20)})
        for value in (b"a", b"b"):
            produce_values(raw, topic, value * 700_000)
        with at_once():
            answer = fetch(raw, topic, max_wait_ms=LONG_MS, min_bytes=1 << 22, partition_max_bytes=1 << 23)
        assert values(answer)[0] == b"a" * 700_000

    def test_earlier_answers_leave_before_the_wait(self, raw, connect, topic):
        """S9: answers to requests sent before a fetch that waits are not held back by it."""
        first = raw.send(fetch_request(topic), 12)
        parked = raw.send(fetch_request(topic, max_wait_ms=LONG_MS), 12)
        with at_once():
            raw.receive(first)
        produce_values(connect(), topic, b"a")
        raw.receive(parked)

    def test_requests_behind_a_parked_fetch_wait(self, raw, connect, topic, make_topic):
        """S9: they are not even started."""
        other = make_topic()
        parked = raw.send(fetch_request(topic, max_wait_ms=LONG_MS), 12)
        behind = raw.send(fetch_request(other), 12)
        assert raw.is_silent()
        with at_once():
            produce_values(connect(), topic, b"a")
            raw.receive(parked)
            raw.receive(behind)

    def test_a_client_that_leaves_while_it_waits(self, connect, topic):
        """The broker goes on serving others."""
        leaving = connect()
        leaving.send(fetch_request(topic, max_wait_ms=LONG_MS), 12)
        assert leaving.is_silent(0.1)
        leaving.close()
        raw = connect()
        produce_values(raw, topic, b"a")
        assert values(fetch(raw, topic)) == [b"a"]
