"""Several data directories: where partitions come to lie, and what is left when a disk fails."""

import errno
import itertools

import pytest
from faulty_files import READS, SYNCS, WRITES, FaultyFiles

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, build_batch
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.storage import Storage, StorageError

ID = bytes(15) + b"\x09"
NOW = 1_700_000_000_000
CONFIG = TopicConfig.of({}, BrokerConfig.of({}))


@pytest.fixture
def disks() -> list[FaultyFiles]:
    return [FaultyFiles() for _ in range(3)]


@pytest.fixture
def open_storage(disks):
    ids = (f"{n:022d}" for n in itertools.count())
    return lambda: Storage.open(disks, node_id=1, new_id=lambda: next(ids))


def append(log) -> int:
    batch = build_batch([Record(value=b"value")], base_timestamp=NOW)
    return log.append(memoryview(batch), leader_epoch=0, timestamp_ms=NOW).base_offset


def partitions(files: FaultyFiles) -> list[str]:
    return [name for name in files.names("") if name.startswith("orders-")]


def is_refused(call, *arguments, **options) -> bool:
    try:
        call(*arguments, **options)
    except KafkaError as refused:
        return refused.code == ErrorCode.KAFKA_STORAGE_ERROR
    return False


def kill(storage, disks) -> None:
    for log in storage.logs():
        log.let_go()
    storage._release()
    for files in disks:
        files.kill()


def test_a_new_partition_comes_to_where_the_fewest_are(disks, open_storage):
    """``LogManager.nextLogDirs``; the cluster's metadata does not count."""
    storage = open_storage()
    storage.open_log("__cluster_metadata", 0, ID, CONFIG)
    for partition in range(6):
        storage.open_log("orders", partition, ID, CONFIG)
    assert [partitions(files) for files in disks] == [
        ["orders-0", "orders-3"],
        ["orders-1", "orders-4"],
        ["orders-2", "orders-5"],
    ]
    storage.delete_log("orders", 1)
    storage.open_log("payments", 0, ID, CONFIG)
    assert "payments-0" in disks[1].names("")
    storage.close()


def test_many_partitions_are_spread_without_counting_them_again(disks, open_storage, monkeypatch):
    """Which takes a time in proportion: nobody goes over the partitions that are there."""
    storage = open_storage()
    for directory in storage.directories:
        monkeypatch.setattr(directory, "_partitions", Counted(directory.partitions))
    for partition in range(30):
        storage.open_log("orders", partition, ID, CONFIG)
    assert [len(partitions(files)) for files in disks] == [10, 10, 10]


class Counted(set[str]):
    """A set that tells its size, and whether something is in it; to go over it takes long."""

    def __iter__(self):
        raise AssertionError("it is gone over")


def test_the_metadata_has_a_directory_of_its_own(disks):
    """``metadata.log.dir``: Kafka writes no marker there, so that one that lies there says nothing."""
    *data, apart = disks

    def opened() -> Storage:
        ids = (f"{n:022d}" for n in itertools.count())
        return Storage.open(data, metadata_root=apart, node_id=1, new_id=lambda: next(ids))

    apart.make_directory("lost+found-0")
    storage = opened()
    append(storage.open_log("__cluster_metadata", 0, ID, CONFIG))
    for partition in range(4):
        append(storage.open_log("orders", partition, ID, CONFIG))
    assert storage.metadata.files is apart
    assert len(storage.directory_ids) == 2
    assert [partitions(files) for files in disks] == [["orders-0", "orders-2"], ["orders-1", "orders-3"], []]
    assert "__cluster_metadata-0" in apart.names("")
    storage.close()
    assert apart.load(".kafka_cleanshutdown") is None
    apart.save(".kafka_cleanshutdown", b"")
    storage = opened()
    assert storage.was_clean
    assert not storage.metadata.was_clean
    assert append(storage.open_log("__cluster_metadata", 0, ID, CONFIG)) == 1
    storage.set_aside_strays([("orders", partition) for partition in range(4)])
    assert "lost+found-0" in apart.names("")
    storage.close()


def test_the_metadata_lies_where_another_directory_of_the_broker_is(disks):
    storage = Storage.open(disks, metadata_root=disks[1], node_id=1, new_id=lambda: "A" * 22)
    storage.open_log("__cluster_metadata", 0, ID, CONFIG)
    storage.open_log("orders", 0, ID, CONFIG)
    assert len(storage.directories) == 3
    assert "__cluster_metadata-0" in disks[1].names("")
    assert "orders-0" in disks[0].names("")
    storage.close()


def test_metadata_where_it_does_not_belong(disks, open_storage):
    """Kafka: "Found unexpected metadata location". A broker that began anew would set everybody's records aside."""
    storage = open_storage()
    storage.open_log("__cluster_metadata", 0, ID, CONFIG)
    storage.close()
    disks.reverse()
    with pytest.raises(
        StorageError, match=r"has __cluster_metadata-0.*see metadata\.log\.dir, and the order of log\.dirs"
    ):
        open_storage()


def test_no_directory_for_partitions_is_left(disks):
    for files in disks[:2]:
        files.fail(errno.EIO, WRITES)
    with pytest.raises(StorageError, match="all data directories have failed"):
        Storage.open(disks[:2], metadata_root=disks[2], node_id=1, new_id=lambda: "A" * 22)


def test_each_directory_says_whose_it_is_and_has_its_own_checkpoints(disks, open_storage):
    storage = open_storage()
    for partition in range(3):
        append(storage.open_log("orders", partition, ID, CONFIG))
    storage.close()
    metas = [directory.meta for directory in storage.directories]
    assert len({meta.directory_id for meta in metas}) == 3
    assert {(meta.cluster_id, meta.node_id) for meta in metas} == {(metas[0].cluster_id, 1)}
    for partition, files in enumerate(disks):
        for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint"):
            assert files.load(name) == f"0\n1\norders {partition} 1\n".encode()
        assert files.load(".kafka_cleanshutdown") is not None
    again = open_storage()
    assert [directory.meta for directory in again.directories] == metas
    assert [append(again.open_log("orders", partition, ID, CONFIG)) for partition in range(3)] == [1, 1, 1]
    again.close()


def test_a_directory_of_another_cluster(disks, open_storage):
    open_storage().close()
    Storage.open([disks[0]], node_id=1, new_id=lambda: "x" * 22).close()
    stranger = FaultyFiles()
    Storage.open([stranger], node_id=1, new_id=lambda: "y" * 22).close()
    with pytest.raises(StorageError, match="belongs to cluster"):
        Storage.open([disks[0], stranger], node_id=1, new_id=lambda: "x" * 22)
    open_storage().close()


def test_a_partition_in_two_directories(disks, open_storage):
    storage = open_storage()
    storage.open_log("orders", 0, ID, CONFIG)
    storage.close()
    disks[2].make_directory("orders-0")
    with pytest.raises(StorageError, match="orders-0 lies in two directories"):
        open_storage()


@pytest.mark.parametrize("calls", [WRITES, SYNCS, READS], ids=["write", "sync", "read"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fails_takes_its_partitions_offline_and_the_others_go_on(disks, open_storage, calls, code):
    storage = open_storage()
    logs = [storage.open_log("orders", partition, ID, CONFIG) for partition in range(6)]
    for log in logs:
        append(log)
    failed = []
    for directory in storage.directories:
        directory.failed = failed.append
    disks[1].fail(code, calls)
    touch = {WRITES: append, SYNCS: lambda log: log.flush(), READS: read}[calls]
    assert is_refused(touch, logs[1])
    assert failed == [storage.directories[1]]
    assert [log.is_offline for log in logs] == [False, True, False, False, True, False]
    for log in (logs[1], logs[4]):
        assert is_refused(append, log)
        assert is_refused(read, log)
        assert is_refused(log.flush)
    for log in (logs[0], logs[2]):
        assert append(log) == 1
        read(log)
    calls_before = disks[1].calls
    storage.checkpoint()
    storage.close()
    assert disks[1].calls == calls_before, "it is left alone"
    assert [files.load(".kafka_cleanshutdown") is not None for files in (disks[0], disks[2])] == [True, True]


def read(log) -> None:
    log.read(0, max_bytes=100, upper_offset=1, at_least_one=True)
    log.offset_for_timestamp(NOW)


def test_a_new_partition_avoids_the_disk_that_failed(disks, open_storage):
    storage = open_storage()
    logs = [storage.open_log("orders", partition, ID, CONFIG) for partition in range(3)]
    storage.set_aside_strays(())
    disks[1].fail()
    assert is_refused(append, logs[1])
    for partition in range(3, 7):
        assert append(storage.open_log("orders", partition, ID, CONFIG)) == 0
    assert len(partitions(disks[1])) == 1


def test_a_disk_that_does_not_work_at_the_start(disks, open_storage):
    """What may lie there is not begun anew elsewhere; what is new is."""
    storage = open_storage()
    for partition in range(3):
        append(storage.open_log("orders", partition, ID, CONFIG))
    storage.close()
    disks[1].fail(calls=READS)
    storage = open_storage()
    assert append(storage.open_log("orders", 0, ID, CONFIG)) == 1
    with pytest.raises(StorageError, match="orders-1 is not here"):
        storage.open_log("orders", 1, ID, CONFIG)
    storage.set_aside_strays([("orders", partition) for partition in range(3)])
    assert append(storage.open_log("new", 0, ID, CONFIG)) == 0
    storage.close()
    disks[1].kill()
    storage = open_storage()
    assert append(storage.open_log("orders", 1, ID, CONFIG)) == 1
    storage.close()


def test_nothing_goes_without_the_first(disks, open_storage):
    disks[0].fail(calls=READS)
    with pytest.raises(StorageError, match="cannot be used"):
        open_storage()
    disks[0].kill()
    open_storage().close()


def test_a_kill_of_all_of_them(disks, open_storage):
    storage = open_storage()
    for partition in range(6):
        log = storage.open_log("orders", partition, ID, CONFIG)
        for _ in range(partition):
            append(log)
    kill(storage, disks)
    storage = open_storage()
    assert not storage.was_clean
    assert [append(storage.open_log("orders", partition, ID, CONFIG)) for partition in range(6)] == list(range(6))
    storage.close()
