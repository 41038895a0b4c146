"""One partition: what is read where, what counts, which epochs are refused."""

import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition
from kafka_codecs.records.batch import Record, build_batch, iter_batches
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.validate import Origin
from wirebroker.partitions.partition import Partition

NOW = 1_700_000_000_000
TOPIC_ID = bytes(range(16))


def new_partition(storage, *, leader_epoch=0, **configs):
    config = TopicConfig.of(
        {name.replace("_", "."): str(value) for name, value in configs.items()}, BrokerConfig.of({})
    )
    return Partition("t", 0, TOPIC_ID, storage.open_log("t", 0, TOPIC_ID, config), leader_epoch)


@pytest.fixture
def partition(storage):
    return new_partition(storage)


def append(partition, *values, **options):
    records = [Record(offset_delta=at, key=b"k", value=value) for at, value in enumerate(values)]
    batch = build_batch(records, base_timestamp=NOW, **options)
    partition.append(memoryview(batch), timestamp_ms=NOW)
    return len(batch)


def read(partition, offset, *, limit=1 << 20, at_least_one=True, read_committed=False, **wanted):
    asked = FetchPartition(0, fetch_offset=offset, **{"partition_max_bytes": 1 << 20, **wanted})
    return partition.read(asked, limit=limit, at_least_one=at_least_one, read_committed=read_committed)


def refused(partition, offset, **wanted):
    with pytest.raises(KafkaError) as refusal:
        read(partition, offset, **wanted)
    return refusal.value.code


def offsets(found):
    return [header.base_offset for _, header in iter_batches(b"".join(bytes(chunk) for chunk in found.chunks))]


def test_marks(partition):
    """S50c: the high watermark of one replica is the log end."""
    append(partition, b"a", b"b")
    found = read(partition, 0)
    assert (found.high_watermark, found.last_stable_offset, found.log_start_offset) == (2, 2, 0)
    assert (partition.high_watermark, partition.last_stable_offset) == (2, 2)


def test_at_the_end_it_is_worth_waiting(partition):
    """S52"""
    append(partition, b"a")
    found = read(partition, 1)
    assert (found.chunks, found.size, found.available, found.settled) == ([], 0, 0, False)


@pytest.mark.parametrize("offset", [-1, 2])
def test_out_of_range(partition, offset):
    """S52"""
    append(partition, b"a")
    assert refused(partition, offset) == ErrorCode.OFFSET_OUT_OF_RANGE


def test_below_the_log_start(partition):
    """S52, S50: an offset inside of the first batch still gives the whole batch."""
    append(partition, b"a", b"b", b"c")
    partition.log.delete_records(1)
    assert refused(partition, 0) == ErrorCode.OFFSET_OUT_OF_RANGE
    found = read(partition, 1)
    assert (offsets(found), found.log_start_offset) == ([0], 1)


def test_what_counts_when_all_fits(partition):
    """S54"""
    size = append(partition, b"a") + append(partition, b"b")
    found = read(partition, 0)
    assert (offsets(found), found.size, found.available) == ([0, 1], size, size)


def test_what_counts_when_not_all_fits(partition):
    """S54, S51a: as much as the limit, as if the last batch were sent in part."""
    size = append(partition, b"a" * 100)
    append(partition, b"b" * 100)
    for found in (read(partition, 0, limit=size + 50), read(partition, 0, partition_max_bytes=size + 50)):
        assert (offsets(found), found.size, found.available) == ([0], size, size + 50)


def test_what_counts_when_the_first_batch_is_too_large(partition):
    """S51"""
    size = append(partition, b"a" * 100)
    append(partition, b"b" * 100)
    found = read(partition, 0, limit=10)
    assert (offsets(found), found.size, found.available) == ([0], size, size)
    found = read(partition, 0, limit=10, at_least_one=False)
    assert (found.chunks, found.size, found.available) == ([], 0, 10)


def test_a_negative_limit(partition):
    """S51b: is refused where there is something to read."""
    assert read(partition, 0, limit=-1).size == 0
    append(partition, b"a")
    assert refused(partition, 0, limit=-1) == ErrorCode.UNKNOWN_SERVER_ERROR
    assert refused(partition, 0, partition_max_bytes=-5) == ErrorCode.UNKNOWN_SERVER_ERROR


def test_an_older_segment_is_not_worth_waiting(storage):
    """S54a"""
    partition = new_partition(storage, segment_bytes=1 << 20)
    append(partition, b"a" * 700_000)
    append(partition, b"b" * 700_000)
    assert read(partition, 0).settled
    assert not read(partition, 1).settled


def test_read_committed_ends_at_an_open_transaction(partition):
    """S55, S52: beyond the last stable offset there is nothing, and no reason to wait."""
    append(partition, b"a")
    append(partition, b"b", producer_id=5, producer_epoch=0, base_sequence=0, transactional=True)
    append(partition, b"c")
    found = read(partition, 0, read_committed=True)
    assert (offsets(found), found.high_watermark, found.last_stable_offset) == ([0], 3, 1)
    assert not read(partition, 1, read_committed=True).settled
    assert read(partition, 2, read_committed=True).settled
    assert offsets(read(partition, 0)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("epoch", "code"),
    [(4, ErrorCode.FENCED_LEADER_EPOCH), (0, ErrorCode.FENCED_LEADER_EPOCH), (6, ErrorCode.UNKNOWN_LEADER_EPOCH)],
)
def test_leader_epochs(storage, epoch, code):
    """S63: before the offset; any negative epoch is no check."""
    partition = new_partition(storage, leader_epoch=5)
    assert refused(partition, 99, current_leader_epoch=epoch) == code
    for unchecked in (-1, -2, 5):
        assert read(partition, 0, current_leader_epoch=unchecked).size == 0


@pytest.fixture
def three_epochs(storage):
    """Offsets 0-1 of epoch 1, 2-3 of epoch 3, 4 of epoch 6."""
    partition = new_partition(storage, leader_epoch=1)
    append(partition, b"a", b"b")
    partition.lead(3)
    append(partition, b"c", b"d")
    partition.lead(6)
    append(partition, b"e")
    return partition


@pytest.mark.parametrize(
    ("offset", "last_fetched_epoch", "diverging"),
    [
        (2, 1, None),
        (3, 1, (1, 2)),
        (4, 3, None),
        (5, 3, (3, 4)),
        (3, 2, (1, 2)),
        (2, 2, (1, 2)),
        (5, 5, (3, 4)),
        (5, 6, None),
        (9, 6, (6, 5)),
        (9, 3, (3, 4)),
        (0, 0, None),
        (1, 0, (0, 0)),
    ],
)
def test_diverging_epochs(three_epochs, offset, last_fetched_epoch, diverging):
    """S64"""
    found = read(three_epochs, offset, last_fetched_epoch=last_fetched_epoch)
    assert (found.diverging and (found.diverging.epoch, found.diverging.end_offset)) == diverging
    assert (found.high_watermark, found.log_start_offset) == (5, 0)
    if diverging:
        assert (found.size, found.settled) == (0, True)


@pytest.mark.parametrize(("offset", "epoch"), [(5, 7), (-1, 3), (-1, 6)])
def test_epochs_that_nobody_knows(three_epochs, offset, epoch):
    """S64"""
    assert refused(three_epochs, offset, last_fetched_epoch=epoch) == ErrorCode.OFFSET_OUT_OF_RANGE


def test_batches_carry_the_epoch_of_their_leader(three_epochs):
    """S25"""
    data = b"".join(bytes(chunk) for chunk in read(three_epochs, 0).chunks)
    assert [header.partition_leader_epoch for _, header in iter_batches(data)] == [1, 3, 6]


def test_earliest(three_epochs):
    """S68: with the epoch that covers it."""
    found = three_epochs.earliest()
    assert (found.timestamp, found.offset, found.leader_epoch) == (-1, 0, 1)
    three_epochs.log.delete_records(3)
    found = three_epochs.earliest()
    assert (found.timestamp, found.offset, found.leader_epoch) == (-1, 3, 3)


def test_an_empty_partition_has_its_epoch(storage):
    """S68, S73b"""
    partition = new_partition(storage, leader_epoch=4)
    assert partition.log.leader_epochs.end_offset_for(4) == (4, 0)
    assert partition.earliest().leader_epoch == 4


def test_the_same_epoch_again_changes_nothing(three_epochs):
    three_epochs.lead(6)
    assert three_epochs.log.leader_epochs.entries == [(1, 0), (3, 2), (6, 4)]


def test_records_of_the_broker_s_own(partition):
    done = partition.append_records([Record(key=b"k", value=b"a"), Record(key=b"k", value=b"b")], timestamp_ms=NOW)
    assert (done.base_offset, done.last_offset, partition.high_watermark) == (0, 1, 2)


def test_readers_of_committed_data_are_told_what_was_aborted(partition):
    """S55, S56."""
    append(partition, b"a")
    append(partition, b"b", producer_id=7, producer_epoch=0, base_sequence=0, transactional=True)
    assert read(partition, 1, read_committed=True).settled is False
    marker = build_transaction_marker(
        ControlType.ABORT, producer_id=7, producer_epoch=0, coordinator_epoch=0, timestamp_ms=NOW
    )
    partition.log.append(memoryview(marker), leader_epoch=0, timestamp_ms=NOW, origin=Origin.COORDINATOR)
    found = read(partition, 0, read_committed=True)
    assert [(aborted.producer_id, aborted.first_offset) for aborted in found.aborted] == [(7, 1)]
    assert offsets(found) == [0, 1, 2]
    assert list(read(partition, 0).aborted) == []
