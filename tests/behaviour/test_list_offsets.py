"""ListOffsets on raw frames."""

import pytest
from conftest import Topic
from partition_client import batch_of, now_ms, offset_for, produce, produce_values

from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.records.batch import Compression, Record, build_batch
from kafka_codecs.schema import ZERO_UUID

LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, EARLIEST_PENDING = -1, -2, -3, -4, -5, -6


@pytest.fixture
def topic(make_topic):
    return make_topic()


def found(answer):
    return (answer.error_code, answer.timestamp, answer.offset, answer.leader_epoch)


def ask(raw, *entries, version=7, **options):
    """Ask for (topic, partition, timestamp) each, in entries of their own; return {(topic, partition): [errors]}."""
    request = ListOffsetsRequest(
        topics=[
            ListOffsetsTopic(topic, [ListOffsetsPartition(partition_index=index, timestamp=timestamp)])
            for topic, index, timestamp in entries
        ],
        **{"replica_id": -1, **options},
    )
    answers = {}
    for answered in raw.call(request, version).topics:
        for part in answered.partitions:
            answers.setdefault((answered.name, part.partition_index), []).append(part.error_code)
    return answers


def stamped(*timestamps, **options):
    """A batch with these timestamps in this order."""
    records = [
        Record(offset_delta=at, timestamp_delta=stamp - timestamps[0], key=b"k", value=b"v")
        for at, stamp in enumerate(timestamps)
    ]
    return build_batch(records, base_timestamp=timestamps[0], **options)


@pytest.mark.parametrize("version", range(1, 12))
def test_earliest_and_latest(raw, topic, version):
    """S68, S69: the leader epoch from v4 on."""
    epoch = 0 if version >= 4 else -1
    assert found(offset_for(raw, topic, EARLIEST, version=version)) == (0, -1, 0, epoch)
    assert found(offset_for(raw, topic, LATEST, version=version)) == (0, -1, 0, epoch)
    produce_values(raw, topic, b"a", b"b")
    assert found(offset_for(raw, topic, EARLIEST, version=version)) == (0, -1, 0, epoch)
    assert found(offset_for(raw, topic, LATEST, version=version)) == (0, -1, 2, epoch)


@pytest.mark.parametrize("isolation_level", [0, 1])
def test_latest_by_isolation_level(raw, topic, isolation_level):
    """S69: without transactions the last stable offset is the high watermark."""
    produce_values(raw, topic, b"a")
    assert offset_for(raw, topic, LATEST, isolation_level=isolation_level).offset == 1


@pytest.mark.parametrize("replica_id", [-2, 1, 77])
def test_latest_for_replicas(raw, topic, replica_id):
    """S69"""
    produce_values(raw, topic, b"a")
    assert found(offset_for(raw, topic, LATEST, replica_id=replica_id)) == (0, -1, 1, 0)


@pytest.mark.parametrize("codec", [Compression.NONE, Compression.ZSTD])
def test_by_timestamp(raw, topic, codec):
    """S70"""
    now = now_ms() - 10_000
    for stamps in ((now, now + 50, now + 20), (now + 100,), (now + 60, now + 200)):
        assert produce(raw, topic, stamped(*stamps, compression=codec)).error_code == 0
    expected = {0: (now, 0), 1: (now + 50, 1), 50: (now + 50, 1), 51: (now + 100, 3), 101: (now + 200, 5)}
    for delta, (stamp, offset) in expected.items():
        assert found(offset_for(raw, topic, now + delta)) == (0, stamp, offset, 0)
    assert found(offset_for(raw, topic, 0)) == (0, now, 0, 0)
    assert found(offset_for(raw, topic, now + 201)) == (0, -1, -1, -1)


def test_by_timestamp_in_an_empty_log(raw, topic):
    """S70"""
    assert found(offset_for(raw, topic, 0)) == (0, -1, -1, -1)


def test_by_timestamp_over_segments(raw, make_topic):
    """S70"""
    topic = make_topic(configs={"segment.bytes": str(1 << 20)})
    now = now_ms() - 10_000
    for at in range(4):
        assert produce(raw, topic, batch_of(b"a" * 700_000, base_timestamp=now + at)).error_code == 0
    for at in range(4):
        assert found(offset_for(raw, topic, now + at)) == (0, now + at, at, 0)


def test_the_max_timestamp(raw, topic):
    """S71: on ties the lowest offset."""
    assert found(offset_for(raw, topic, MAX_TIMESTAMP)) == (0, -1, -1, -1)
    now = now_ms() - 10_000
    for stamps in ((now, now + 50), (now + 100, now + 200, now + 200), (now + 200,), (now + 10,)):
        assert produce(raw, topic, stamped(*stamps)).error_code == 0
    assert found(offset_for(raw, topic, MAX_TIMESTAMP)) == (0, now + 200, 3, 0)


def test_the_max_timestamp_of_records_without_any(raw, topic):
    """S71: -1 is the largest then."""
    for _ in range(2):
        assert produce(raw, topic, stamped(-1, -1)).error_code == 0
    assert found(offset_for(raw, topic, MAX_TIMESTAMP)) == (0, -1, 0, 0)


@pytest.mark.parametrize(
    ("timestamp", "since"), [(MAX_TIMESTAMP, 7), (EARLIEST_LOCAL, 8), (LATEST_TIERED, 9), (EARLIEST_PENDING, 11)]
)
def test_special_timestamps_by_version(raw, topic, timestamp, since):
    """S72, S72b"""
    produce_values(raw, topic, b"a")
    assert found(offset_for(raw, topic, timestamp, version=since - 1)) == (35, -1, -1, -1)
    answer = offset_for(raw, topic, timestamp, version=since)
    if timestamp == MAX_TIMESTAMP:
        assert (answer.error_code, answer.offset) == (0, 0)
    elif timestamp == EARLIEST_LOCAL:
        assert found(answer) == (0, -1, 0, 0)
    else:
        assert found(answer) == (0, -1, -1, -1)


@pytest.mark.parametrize("timestamp", [-7, -(2**63)])
@pytest.mark.parametrize("version", [1, 11])
def test_negative_timestamps(raw, topic, timestamp, version):
    """S72"""
    assert found(offset_for(raw, topic, timestamp, version=version)) == (35, -1, -1, -1)


def test_a_partition_listed_twice(raw, topic, topic_name):
    """S72a: judged before the timestamp and before existence."""
    asked = [(topic.name, 0, LATEST), (topic.name, 0, -7), (topic_name, 3, LATEST), (topic_name, 3, LATEST)]
    assert ask(raw, *asked) == {(topic.name, 0): [42], (topic_name, 3): [42]}


def test_the_timestamp_before_existence(raw, topic_name):
    """S72"""
    assert ask(raw, (topic_name, 0, -7)) == {(topic_name, 0): [35]}


@pytest.mark.parametrize("level", [2, -1])
def test_isolation_levels(raw, topic, topic_name, level):
    """S72c, S72a"""
    asked = [(topic.name, 0, LATEST), (topic.name, 0, LATEST), (topic_name, 0, LATEST)]
    assert ask(raw, *asked, isolation_level=level) == {(topic.name, 0): [-1, -1], (topic_name, 0): [-1]}


@pytest.mark.parametrize("name", ["", "a/b", "x" * 300, "unknown-topic"])
def test_unknown_topics(raw, name):
    """S72c: whatever the name, and nothing is created."""
    for _ in range(2):
        assert found(offset_for(raw, Topic(name, ZERO_UUID, 1), LATEST)) == (3, -1, -1, -1)


@pytest.mark.parametrize("index", [1, -1])
def test_unknown_partitions(raw, topic, index):
    """S72c"""
    assert ask(raw, (topic.name, index, LATEST), (topic.name, 0, LATEST)) == {
        (topic.name, index): [3],
        (topic.name, 0): [0],
    }


def test_empty_topics(raw, topic):
    """S72d"""
    request = ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic(topic.name, [])])
    assert raw.call(request, 7).topics == []


@pytest.mark.parametrize(("epoch", "code"), [(-1, 0), (0, 0), (1, 75), (2**31 - 1, 75), (-2, 74)])
def test_the_leader_epoch(raw, topic, epoch, code):
    """S72e"""
    for timestamp in (LATEST, EARLIEST, 0):
        assert offset_for(raw, topic, timestamp, current_leader_epoch=epoch).error_code == code
