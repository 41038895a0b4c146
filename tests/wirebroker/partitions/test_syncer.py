"""Stable storage, as producers and consumers see it: who waits for it, what is seen before, and what a failure does."""

import errno
import itertools

import pytest
import trio
from faulty_files import SYNCS, FaultyFiles

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition
from kafka_codecs.records.batch import Record, build_batch
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.storage import Storage
from wirebroker.partitions.partition import Partition
from wirebroker.partitions.syncer import Syncer
from wirebroker.partitions.waiters import ParkedFetch

NOW = 1_700_000_000_000

pytestmark = pytest.mark.trio


class Place:
    """Partitions on a disk that can fail, and the tasks that sync them."""

    def __init__(self, nursery: trio.Nursery, *, fsync: bool, workers: int = 4, **config: str) -> None:
        self.files = FaultyFiles()
        self.syncer = Syncer(["own"])
        ids = (f"{n:022d}" for n in itertools.count())
        self.storage = Storage.open(self.files, node_id=1, new_id=lambda: next(ids), fsync=fsync)
        for directory in self.storage.directories:
            directory.flush_due = self.syncer.want
            directory.failed = lambda _: self.syncer.look_again()
        self.config = TopicConfig.of(
            {name.replace("_", "."): value for name, value in config.items()}, BrokerConfig.of({})
        )
        for _ in range(workers):
            nursery.start_soon(self.syncer.work)

    def partition(self, index: int = 0, topic: str = "orders") -> Partition:
        log = self.storage.open_log(topic, index, bytes(15) + b"\x09", self.config)
        return Partition(topic, index, log.topic_id, log, 0)


def append(partition: Partition, count: int = 1) -> int:
    batch = build_batch([Record(offset_delta=n, value=b"value") for n in range(count)], base_timestamp=NOW)
    return partition.append(memoryview(batch), timestamp_ms=NOW).last_offset + 1


def read(partition: Partition, offset: int) -> int:
    wanted = FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=1 << 20)
    return partition.read(wanted, limit=1 << 20, at_least_one=True, read_committed=False).size


async def test_a_record_is_seen_when_it_is_safe(nursery):
    place = Place(nursery, fsync=True)
    partition = place.partition()
    end = append(partition)
    assert partition.log.owes_sync(end, all_replicas=True)
    assert not partition.log.owes_sync(end, all_replicas=False), "acks=1 is answered at once"
    assert (partition.high_watermark, partition.last_stable_offset, read(partition, 0)) == (0, 0, 0)
    await place.syncer.reached(partition.log, end)
    assert (partition.high_watermark, partition.last_stable_offset) == (1, 1)
    assert read(partition, 0) > 0
    assert not partition.log.owes_sync(end, all_replicas=True)


async def test_a_fetch_that_waits_is_woken_by_the_sync(nursery):
    place = Place(nursery, fsync=True)
    partition = place.partition()
    for committed in (False, True):
        before = partition.high_watermark
        fetch = ParkedFetch(1, read_committed=committed)
        with fetch.standing_at([(partition.waiters, 1000)]):
            end = append(partition)
            assert not fetch.woken
            await fetch.wait(60)
        assert partition.high_watermark == end == before + 1


async def test_without_fsync_nobody_waits(nursery):
    place = Place(nursery, fsync=False)
    partition = place.partition()
    end = append(partition)
    assert not partition.log.syncs_answers
    assert partition.high_watermark == end
    assert not any(kind == "sync" and "orders" in name for kind, name in place.files.log)


async def test_flush_messages_makes_the_append_wait_that_fulfils_it(nursery):
    place = Place(nursery, fsync=False, flush_messages="3")
    partition = place.partition()
    assert [partition.log.owes_sync(append(partition), all_replicas=False) for _ in range(3)] == [False, False, True]
    await place.syncer.reached(partition.log, 3)
    assert not partition.log.owes_sync(append(partition), all_replicas=True)


async def test_a_hundred_producers_share_the_syncs(nursery):
    """Of one partition; and of a hundred, where each file must be synced, but not each append."""
    place = Place(nursery, fsync=True, workers=1)
    one, many = place.partition(), [place.partition(n + 1) for n in range(100)]

    async def produce(partition: Partition) -> None:
        for _ in range(5):
            await place.syncer.reached(partition.log, append(partition))

    for partitions, most in (([one] * 100, 20), (many, 20)):
        before = place.syncer.rounds
        async with trio.open_nursery() as producers:
            for partition in partitions:
                producers.start_soon(produce, partition)
        assert place.syncer.rounds - before <= most
    assert one.high_watermark == 500


async def test_a_sync_that_fails_is_not_repeated(nursery):
    place = Place(nursery, fsync=True)
    first, other = place.partition(0), place.partition(1)
    await place.syncer.reached(first.log, append(first))
    fault = place.files.fail(errno.EIO, SYNCS, times=1)
    end = append(first)
    with pytest.raises(KafkaError) as refused:
        await place.syncer.reached(first.log, end)
    assert refused.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert fault.happened == 1
    assert (first.high_watermark, first.log.log_end_offset) == (1, 2)
    for partition in (first, other):
        with pytest.raises(KafkaError) as refused:
            append(partition)
        assert refused.value.code == ErrorCode.KAFKA_STORAGE_ERROR


async def test_waiting_ends_with_the_time_and_with_the_log(nursery):
    place = Place(nursery, fsync=True, workers=0)
    partition, doomed = place.partition(0), place.partition(1)
    wanted = [(each.log, append(each)) for each in (partition, doomed)]
    assert await place.syncer.all_reached(wanted, 0.01) == [ErrorCode.REQUEST_TIMED_OUT] * 2

    async def delete() -> None:
        place.storage.delete_log("orders", 1)
        place.syncer.look_again()

    nursery.start_soon(delete)
    with pytest.raises(KafkaError) as refused:
        await place.syncer.reached(doomed.log, 1)
    assert refused.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_what_the_broker_writes_for_itself_is_owed_until_it_is_safe(nursery):
    place = Place(nursery, fsync=True)
    own = place.partition(topic="own")
    append(place.partition())
    assert not place.syncer.owed
    append(own)
    assert list(place.syncer.owed) == [own.log]
    await place.syncer.settled()
    assert own.high_watermark == 1
    assert not place.syncer.owed
    place.files.fail(errno.EIO, SYNCS)
    append(own)
    with pytest.raises(KafkaError) as refused:
        await place.syncer.settled()
    assert refused.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert not place.syncer.owed


async def test_a_full_segment_is_flushed_in_the_background(nursery):
    place = Place(nursery, fsync=False, internal_segment_bytes="200")
    partition = place.partition()
    while partition.log.active_base_offset == 0:
        append(partition)
    rolled_at = partition.log.active_base_offset
    await place.syncer.reached(partition.log, rolled_at)
    assert partition.log.recovery_point == rolled_at < partition.log.log_end_offset
