"""Data directories: whose they are, what survives a stop, what a crash leaves."""

import pytest
from faulty_files import FaultyFiles

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, build_batch, read_header, stamp
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.errors import KafkaError
from wirebroker.log.files import DiskFiles
from wirebroker.log.partition_log import Appended, Origin
from wirebroker.log.storage import Storage, StorageError

NOW = 1_700_000_000_000
ID, OTHER_ID = bytes(range(16)), bytes(range(1, 17))


def a_batch(count=3, **options):
    records = [Record(offset_delta=n, timestamp_delta=n, key=b"k", value=b"v") for n in range(count)]
    return memoryview(build_batch(records, **({"base_timestamp": NOW} | options)))


def append(log, batch=None, **options):
    return log.append(a_batch() if batch is None else batch, **({"leader_epoch": 0, "timestamp_ms": NOW} | options))


SIZE = len(a_batch())


def crash(storage) -> None:
    """Stop without a word: files stay as they are, the lock goes with the process."""
    for log in storage.logs():
        log.let_go()
    storage._release()


# ---- whose


def test_a_new_directory_becomes_this_nodes(files, open_storage):
    storage = open_storage(node_id=3)
    assert (storage.meta.cluster_id, storage.meta.node_id, storage.meta.directory_id) == (f"{0:022d}", 3, f"{1:022d}")
    storage.close()
    again = open_storage(node_id=3, cluster_id=f"{0:022d}")
    assert again.meta == storage.meta


def test_another_nodes_directory(open_storage):
    open_storage(node_id=3).close()
    with pytest.raises(StorageError, match="belongs to node 3, not to node 4"):
        open_storage(node_id=4)
    with pytest.raises(StorageError, match=r"belongs to cluster 0{22}, not to other"):
        open_storage(node_id=3, cluster_id="other")
    open_storage(node_id=3).close()


def test_a_directory_in_use(open_storage):
    storage = open_storage()
    with pytest.raises(StorageError, match="in use by another broker"):
        open_storage()
    storage.close()
    open_storage().close()


@pytest.mark.parametrize("name", ["meta.properties", "recovery-point-offset-checkpoint", "log-start-offset-checkpoint"])
def test_a_directory_that_is_not_understood(files, open_storage, name):
    open_storage().close()
    files.save(name, b"nonsense")
    with pytest.raises(StorageError, match="version") as refused:
        open_storage()
    assert "\n" not in str(refused.value)
    files.save(name, b"")
    if name != "meta.properties":
        open_storage().close()


def test_a_directory_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be used"):
        Storage.open(tmp_path / "file" / "data", node_id=1, new_id=lambda: "x" * 22)


# ---- logs


def test_a_new_log_touches_no_disk_before_its_first_append(files, open_storage, config):
    storage = open_storage()
    for partition in range(50):
        storage.open_log("orders", partition, ID, config()).leader_epochs.assign(0, 0)
    before = files.names("")
    append(storage.open_log("orders", 7, ID, config()))
    assert set(files.names("")) - set(before) == {"orders-7"}
    storage.close()


def test_a_log_is_opened_once(open_storage, config):
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert storage.open_log("orders", 0, ID, config()) is log
    assert list(storage.logs()) == [log]


def test_a_clean_stop_and_start(files, open_storage, config):
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config(internal_segment_bytes=str(4 * SIZE), index_interval_bytes="100"))
    for n in range(10):
        append(log, leader_epoch=n // 4)
    append(log, a_batch(base_sequence=0, producer_id=9, producer_epoch=1), leader_epoch=2)
    log.delete_records(5)
    storage.close()
    assert files.load(".kafka_cleanshutdown") is not None
    assert files.load("recovery-point-offset-checkpoint") == b"0\n1\norders 0 33\n"
    assert files.load("replication-offset-checkpoint") == b"0\n1\norders 0 33\n"
    assert files.load("log-start-offset-checkpoint") == b"0\n1\norders 0 5\n"

    storage = open_storage()
    assert storage.was_clean
    assert files.load(".kafka_cleanshutdown") is None
    again = storage.open_log("orders", 0, ID, config())
    assert (again.log_start_offset, again.log_end_offset, again.recovery_point) == (5, 33, 33)
    assert again.leader_epochs.entries == [(0, 5), (1, 12), (2, 24)]
    assert [header.base_offset for header, _ in again.batches(0)] == list(range(0, 33, 3))
    assert append(again, a_batch(base_sequence=0, producer_id=9, producer_epoch=1), leader_epoch=4) == Appended(
        30, 32, NOW + 2, 5, duplicate=True
    )
    assert append(again, leader_epoch=4) == Appended(33, 35, -1, 5)
    assert again.offset_for_timestamp(NOW).offset == 5
    assert again.offset_of_max_timestamp().timestamp == NOW + 2
    storage.close()


def test_stop_and_start_without_a_single_record(open_storage, config):
    storage = open_storage()
    storage.open_log("orders", 0, ID, config())
    storage.close()
    storage = open_storage()
    assert storage.open_log("orders", 0, ID, config()).log_end_offset == 0
    storage.close()


def test_a_stop_is_clean_again_only_when_every_log_was_checked(open_storage, config):
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    append(storage.open_log("orders", 1, ID, config()))
    crash(storage)
    storage = open_storage()
    assert not storage.was_clean
    storage.open_log("orders", 0, ID, config())
    storage.close()
    storage = open_storage()
    assert not storage.was_clean, "nobody has looked at orders-1"
    for partition in (0, 1):
        assert storage.open_log("orders", partition, ID, config()).log_end_offset == 3
    storage.close()
    assert open_storage().was_clean


# ---- deletion


def test_a_deleted_log_is_gone(files, open_storage, config):
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    append(log)
    found = log.read(0, max_bytes=1000, upper_offset=3, at_least_one=True)
    storage.delete_log("orders", 0)
    storage.delete_log("never", 0)
    assert "orders-0" not in files.names("")
    log._doomed.take_due(0.0)
    log._doomed.remove(log._doomed.take_due(60.0))
    assert [name for name in files.names("") if name.startswith("orders")] == []
    assert len(b"".join(chunk.tobytes() for chunk in found.chunks)) == SIZE, "a send under way goes on"
    again = storage.open_log("orders", 0, OTHER_ID, config())
    assert (again.log_end_offset, again.producers.entries) == (0, {})
    append(again)
    storage.close()
    assert open_storage().open_log("orders", 0, OTHER_ID, config()).log_end_offset == 3


def test_a_log_that_is_made_anew_while_a_checkpoint_is_on_its_way(files, open_storage, config):
    """Until the checkpoint is written the old one speaks of the deleted log, whose offsets are not the new one's."""
    storage = open_storage()
    old = storage.open_log("orders", 0, ID, config())
    append(old)
    append(old)
    old.flush()
    storage.checkpoint()
    assert b"orders 0 6\n" in files.load("recovery-point-offset-checkpoint")
    storage.delete_log("orders", 0)
    storage.begin_checkpoints()  # and the crash comes before they are written
    append(storage.open_log("orders", 0, OTHER_ID, config()))
    crash(storage)
    assert open_storage().open_log("orders", 0, OTHER_ID, config()).log_end_offset == 3, "not 6, with damage before"


def test_the_rest_of_a_deletion_goes_at_the_next_start(files, open_storage, config):
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    storage.close()
    files.rename("orders-0", "orders-0.abc-delete")
    storage = open_storage()
    assert [name for name in files.names("") if "orders" in name] == []
    storage.close()


def test_a_directory_of_a_deleted_topic_of_the_same_name(open_storage, config):
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    storage.close()
    storage = open_storage()
    assert storage.open_log("orders", 0, OTHER_ID, config()).log_end_offset == 0
    storage.close()


def test_a_topic_with_the_longest_name(open_storage, config):
    storage = open_storage()
    append(storage.open_log("t" * 249, 0, ID, config()))
    storage.delete_log("t" * 249, 0)
    assert list(storage.logs()) == []
    storage.close()


# ---- crashes


@pytest.mark.parametrize("rolled", [False, True])
def test_a_crash_loses_nothing_that_was_appended(files, open_storage, config, rolled):
    """D1: the page cache survives kill -9."""
    some = config(internal_segment_bytes=str(4 * SIZE), index_interval_bytes="100") if rolled else config()
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for n in range(10):
        append(log, leader_epoch=n // 4)
    append(log, a_batch(base_sequence=7, producer_id=9, producer_epoch=1), leader_epoch=2)
    crash(storage)
    storage = open_storage()
    assert not storage.was_clean
    again = storage.open_log("orders", 0, ID, some)
    assert again.log_end_offset == 33
    assert again.leader_epochs.entries == [(0, 0), (1, 12), (2, 24)]
    assert append(again, a_batch(base_sequence=7, producer_id=9, producer_epoch=1), leader_epoch=2).duplicate
    assert again.recovery_point == 0, "only a flush moves it"
    assert len(list(again.batches(0))) == 11
    storage.close()
    assert open_storage().was_clean


def test_a_torn_tail_is_cut_at_every_byte(files, open_storage, config):
    """S141."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    append(log)
    append(log, a_batch(base_sequence=0, producer_id=9, producer_epoch=0))
    crash(storage)
    name = "orders-0/00000000000000000000.log"
    whole = bytes(files.open(name).read(0, 2 * SIZE))
    for cut in range(SIZE, 2 * SIZE):
        files.open(name).truncate(0)
        files.open(name).write(whole[:cut], 0)
        storage = open_storage()
        log = storage.open_log("orders", 0, ID, config())
        assert (log.log_end_offset, log.size, log.producers.entries) == (3, SIZE, {}), cut
        assert files.open(name).size() == SIZE
        crash(storage)


@pytest.mark.parametrize("at", [0, 8, 16, 17, 21, 23, 61, SIZE - 1])
def test_a_bad_batch_ends_the_log_and_all_later_segments_go(files, open_storage, config, at):
    """S141: whichever field is wrong; never a gap."""
    some = config(internal_segment_bytes=str(4 * SIZE))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for n in range(10):
        append(log, leader_epoch=n)
    crash(storage)
    name = f"orders-0/{12:020d}.log"
    data = bytearray(files.load(name))
    data[SIZE + at] ^= 0x80 if at else 0x40
    files.open(name).truncate(0)
    files.open(name).write(bytes(data), 0)
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    assert log.log_end_offset == 15
    assert log.leader_epochs.latest == 4
    assert sorted(n for n in files.names("orders-0") if n.endswith(".log")) == [f"{0:020d}.log", f"{12:020d}.log"]
    assert append(log, leader_epoch=12).base_offset == 15
    storage.close()


def spoil(files, name, *at) -> bytes:
    """Change bytes of a file; return what it holds then."""
    data = bytearray(files.load(name))
    for position in at:
        data[position] ^= 0x55
    files.open(name).truncate(0)
    files.open(name).write(bytes(data), 0)
    return bytes(data)


def refuses(log, offset, limit=1_000) -> bool:
    try:
        log.read(offset, max_bytes=limit, upper_offset=log.log_end_offset, at_least_one=True)
    except KafkaError as refused:
        return refused.code == ErrorCode.KAFKA_STORAGE_ERROR
    return False


FIELDS = {"offset": 7, "length": 8, "magic": 16, "checksum": 17, "records": 70}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("first", [0, 6, 12])
def test_damage_below_the_recovery_point_is_refused_and_the_rest_is_served(
    files, open_storage, config, caplog, field, first
):
    """Records 0 to 14 are safe, 15 to 20 are not; one batch of the safe ones is damaged."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    for _ in range(5):
        append(log)
    log.flush()
    storage.checkpoint()
    for _ in range(2):
        append(log)
    crash(storage)
    name = f"orders-0/{0:020d}.log"
    data = spoil(files, name, first // 3 * SIZE + field)
    for _ in range(2):
        storage = open_storage()
        log = storage.open_log("orders", 0, ID, config())
        assert not log.is_offline
        assert [offset for offset in range(21) if refuses(log, offset)] == list(range(first, first + 3))
        if first:
            found = log.read(0, max_bytes=10_000, upper_offset=21, at_least_one=True)
            assert found.size == first // 3 * SIZE, "up to the damage"
        found = log.read(first + 3, max_bytes=10_000, upper_offset=21, at_least_one=True)
        assert found.size == (21 - first - 3) // 3 * SIZE, "and on behind it"
        assert [record.name for record in caplog.records if "cannot be read any more" in record.message] == [
            "wirebroker.log.recovery"
        ], "one line"
        storage.close()
    assert files.load(name) == data, "nothing was cut"
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert storage.was_clean
    assert refuses(log, first)
    assert append(log).base_offset == 21
    with pytest.raises(KafkaError):
        list(log.batches(0))
    told = []
    assert [header.base_offset for header, _ in log.batches(0, told.append)] == [
        offset for offset in range(0, 24, 3) if offset != first
    ]
    assert len(told) == 1
    storage.close()


def test_a_safe_end_that_is_gone_is_refused_and_the_log_goes_on_behind_it(files, open_storage, config):
    """Its file was cut in the middle of a batch: offsets are not given twice."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    for _ in range(5):
        append(log)
    log.flush()
    storage.checkpoint()
    append(log)
    crash(storage)
    files.open(f"orders-0/{0:020d}.log").truncate(3 * SIZE + 20)
    for _ in range(3):
        storage = open_storage()
        log = storage.open_log("orders", 0, ID, config())
        assert [offset for offset in range(15) if refuses(log, offset)] == list(range(9, 15))
        end = log.log_end_offset
        assert append(log).base_offset == end >= 15
        crash(storage) if end == 15 else storage.close()


def test_damage_in_an_old_segment_is_found_by_the_read_that_meets_it(files, open_storage, config, caplog):
    some = config(internal_segment_bytes=str(8 * SIZE), index_interval_bytes="100")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for _ in range(20):
        append(log)
    storage.close()
    spoil(files, f"orders-0/{0:020d}.log", 3 * SIZE + FIELDS["magic"])
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    assert refuses(log, 9)
    assert log.read(0, max_bytes=10_000, upper_offset=60, at_least_one=True).size == 3 * SIZE
    assert [offset for offset in range(60) if refuses(log, offset)] == [9, 10, 11]
    assert caplog.text.count("offsets 9 to 11") == 1
    assert append(log).base_offset == 60
    storage.close()


@pytest.mark.parametrize("producer", [-1, 9])
def test_a_start_after_a_crash_reads_what_was_not_flushed(config, producer):
    """One segment of 2 MiB, flushed with what a start needs, and 20 KiB behind it."""
    files = FaultyFiles()
    storage = Storage.open(files, node_id=1, new_id=lambda: "x" * 22)
    log = storage.open_log("orders", 0, ID, config())

    def grow(count: int) -> None:
        for _ in range(count):
            sequence = log.log_end_offset if producer >= 0 else -1
            records = [Record(value=bytes(1000))]
            options = {"producer_id": producer, "producer_epoch": 0, "base_sequence": sequence}
            append(log, memoryview(build_batch(records, base_timestamp=NOW, **options)))

    grow(2000)
    assert log.unflushed_bytes == log.size
    flush = log.begin_flush(log.log_end_offset, aids=True)
    flush.carry_out()
    log.end_flush(flush)
    assert log.unflushed_bytes == 0
    storage.checkpoint()
    grow(20)
    crash(storage)
    files.kill()
    files.bytes_read = 0
    storage = Storage.open(files, node_id=1, new_id=lambda: "x" * 22)
    log = storage.open_log("orders", 0, ID, config())
    assert (log.log_end_offset, log.recovery_point) == (2020, 2000)
    assert files.bytes_read < 200_000
    if producer >= 0:
        assert log.producers.entries[producer].last_sequence == 2019
    assert log.offset_for_timestamp(NOW).offset == 0
    storage.close()


def test_only_what_lies_above_the_recovery_point_is_checked(files, open_storage, config):
    some = config(internal_segment_bytes=str(4 * SIZE))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for _ in range(10):
        append(log)
    log.flush()
    storage.checkpoint()
    append(log)
    crash(storage)
    name = f"orders-0/{0:020d}.log"
    data = bytearray(files.load(name))
    data[70] ^= 1
    files.open(name).truncate(0)
    files.open(name).write(bytes(data), 0)
    storage = open_storage()
    assert storage.open_log("orders", 0, ID, some).log_end_offset == 33, "the first segment was not read"
    storage.close()


@pytest.mark.parametrize("suffix", ["index", "timeindex"])
@pytest.mark.parametrize("content", [None, b"", b"\xff" * 7, b"\0" * 48])
@pytest.mark.parametrize("base", [0, 12, 24])
@pytest.mark.parametrize("clean", [True, False])
def test_missing_and_broken_indexes_are_rebuilt(files, open_storage, config, suffix, content, base, clean):
    some = config(internal_segment_bytes=str(4 * SIZE), index_interval_bytes="0")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for n in range(10):
        append(log, a_batch(base_timestamp=NOW + 10 * n))
    storage.close()
    name = f"orders-0/{base:020d}.{suffix}"
    files.remove(name)
    if content is not None:
        files.save(name, content)
    if not clean:
        files.remove(".kafka_cleanshutdown")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    assert log.log_end_offset == 30
    for n in range(10):
        found = log.read(3 * n, max_bytes=SIZE, upper_offset=30, at_least_one=True)
        assert read_header(b"".join(chunk.tobytes() for chunk in found.chunks)).base_offset == 3 * n
        assert log.offset_for_timestamp(NOW + 10 * n).offset == 3 * n
    storage.close()


@pytest.mark.parametrize("damage", [b"", b"\0" * 10, None])
def test_a_broken_snapshot_is_not_used_and_the_next_older_is(files, open_storage, config, damage):
    """PROMISES 1.2: a corrupt snapshot is deleted and the next older tried."""
    some = config(internal_segment_bytes=str(4 * SIZE))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for n in range(9):
        append(log, a_batch(base_sequence=3 * n, producer_id=9, producer_epoch=0))
    storage.close()
    names = sorted(name for name in files.names("orders-0") if name.endswith(".snapshot"))
    assert [int(name[:20]) for name in names] == [9, 18, 27] or len(names) >= 2
    for name in names[1:] if damage is not None else names:
        if damage is None:
            files.remove(f"orders-0/{name}")
        else:
            files.save(f"orders-0/{name}", damage)
    if damage is None:
        files.remove(".kafka_cleanshutdown")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    assert log.producers.entries[9].last_sequence == 26
    assert append(log, a_batch(base_sequence=24, producer_id=9, producer_epoch=0)).duplicate
    storage.close()


def test_a_log_start_beyond_the_log_end(files, open_storage, config):
    """PROMISES 1.2: everything goes, and the log begins there."""
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    crash(storage)
    files.save("log-start-offset-checkpoint", b"0\n1\norders 0 50\n")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert (log.log_start_offset, log.log_end_offset, log.leader_epochs.entries) == (50, 50, [])
    assert append(log, leader_epoch=1).base_offset == 50
    storage.close()


def test_a_compacted_part_beyond_the_log_end_is_not_believed(files, open_storage, config):
    """Nor later, when other records lie there (testDirtyOffsetResetIfLargerThanEndOffset)."""
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    crash(storage)
    for noted, expected in ((4, None), (3, 3)):
        files.save("cleaner-offset-checkpoint", b"0\n1\norders 0 %d\n" % noted)
        storage = open_storage()
        assert storage.open_log("orders", 0, ID, config()).cleaned_to == expected
        crash(storage)


def test_a_deleted_log_leaves_nothing_of_its_compaction(files, open_storage, config):
    """Kafka's testUpdateCheckpointsShouldRemovePartitionData."""
    storage = open_storage()
    for partition in range(2):
        log = storage.open_log("orders", partition, ID, config())
        append(log)
        log.cleaned_to = 3
    storage.directories[0].begin_cleaner_checkpoint().carry_out()
    storage.delete_log("orders", 0)
    assert storage.open_log("orders", 0, OTHER_ID, config()).cleaned_to is None
    storage.directories[0].begin_cleaner_checkpoint().carry_out()
    assert files.load("cleaner-offset-checkpoint") == b"0\n1\norders 1 3\n"
    storage.close()


@pytest.mark.parametrize(("clean", "known"), [(True, [1, 2]), (False, [2])])
def test_the_producers_of_deleted_records_are_known_from_a_snapshot(files, open_storage, config, clean, known):
    """Kafka's testLoadProducersAfterDeleteRecordsMidSegment; without one, records count from the log start on."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    for producer in (1, 2):
        append(log, a_batch(producer_id=producer, producer_epoch=0, base_sequence=0))
    log.delete_records(3)
    for directory, checkpoint in storage.begin_checkpoints():
        checkpoint.carry_out()
        directory.end_checkpoint(checkpoint)
    storage.close() if clean else crash(storage)
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert log.log_start_offset == 3
    assert sorted(log.producers.entries) == known
    assert append(log, a_batch(producer_id=2, producer_epoch=0, base_sequence=0)).duplicate
    storage.close()


@pytest.mark.parametrize("clean", [True, False])
def test_a_last_segment_without_records(files, open_storage, config, clean):
    """Kafka's testRecoverWithEmptyActiveSegment."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    append(log)
    log._roll()
    log.flush()
    storage.close() if clean else crash(storage)
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert log.log_end_offset == 3
    assert append(log).base_offset == 3
    assert [header.base_offset for header, _ in log.batches(0)] == [0, 3]
    storage.close()


def test_a_coordinators_epoch_may_have_gone_back(open_storage, config):
    """As it did for a fault of older brokers (testRecoverAfterNonMonotonicCoordinatorEpochWrite)."""
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    for epoch, stamp_ms in ((5, NOW), (4, NOW + 1)):
        marker = build_transaction_marker(
            ControlType.ABORT, producer_id=1, producer_epoch=0, coordinator_epoch=epoch, timestamp_ms=stamp_ms
        )
        log.producers.entries.pop(1, None)  # it expires in between
        append(log, memoryview(marker), origin=Origin.COORDINATOR)
    crash(storage)
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert log.log_end_offset == 2
    assert log.producers.entries[1].producer_epoch == 0
    storage.close()


def test_zeros_at_the_end_are_cut(files, open_storage, config):
    """What some file systems leave after a power failure."""
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    crash(storage)
    files.open(f"orders-0/{0:020d}.log").write(bytes(1000), SIZE)
    storage = open_storage()
    assert storage.open_log("orders", 0, ID, config()).log_end_offset == 3
    storage.close()


def test_offsets_that_go_back_are_cut(files, open_storage, config):
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    crash(storage)
    batch = a_batch()
    stamp(batch, 0, 2, 0)
    files.open(f"orders-0/{0:020d}.log").write(batch, SIZE)
    storage = open_storage()
    assert storage.open_log("orders", 0, ID, config()).log_end_offset == 3
    storage.close()


def test_indexes_without_records_go(files, open_storage, config):
    """testBogusIndexSegmentsAreRemoved."""
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    storage.close()
    for kind in ("index", "timeindex", "txnindex"):
        files.save(f"orders-0/{77:020d}.{kind}", bytes(68))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, config())
    assert log.log_end_offset == 3
    assert not any("77" in name for name in files.names("orders-0"))
    storage.close()


def test_temporary_files_go(files, open_storage, config):
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    storage.close()
    for name in ("x.log.deleted", "y.log.cleaned", "leader-epoch-checkpoint.tmp"):
        files.save(f"orders-0/{name}", b"x")
    storage = open_storage()
    storage.open_log("orders", 0, ID, config())
    assert all(not name.endswith((".deleted", ".cleaned", ".tmp")) for name in files.names("orders-0"))
    storage.close()


@pytest.mark.parametrize("content", [None, b"", b"1\n0\n", b"0\n1\n2 9\n"])
@pytest.mark.parametrize("clean", [True, False])
def test_leader_epochs_that_are_lost_are_read_from_the_batches(files, open_storage, config, content, clean):
    some = config(internal_segment_bytes=str(2 * SIZE))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for epoch in (0, 0, 1, 2, 2):
        append(log, leader_epoch=epoch)
    if clean:
        storage.close()
    else:
        crash(storage)
    files.remove("orders-0/leader-epoch-checkpoint")
    if content is not None:
        files.save("orders-0/leader-epoch-checkpoint", content)
    storage = open_storage()
    assert storage.open_log("orders", 0, ID, some).leader_epochs.entries == [(0, 0), (1, 6), (2, 9)]
    storage.close()


def test_a_directory_that_no_topic_has_is_set_aside(files, open_storage, config):
    """A crash between the deletion of a topic and that of its directory."""
    storage = open_storage()
    append(storage.open_log("orders", 0, ID, config()))
    append(storage.open_log("gone", 3, OTHER_ID, config()))
    crash(storage)
    for _ in range(2):
        storage = open_storage()
        storage.open_log("orders", 0, ID, config())
        storage.set_aside_strays(())
        storage.close()
        assert [name for name in files.names("") if name.startswith(("orders", "gone"))] == [
            f"gone-3.{storage.meta.directory_id}-stray",
            "orders-0",
        ]
    assert open_storage().was_clean


def test_snapshots_that_are_not_needed_go(files, open_storage, config):
    some = config(internal_segment_bytes=str(2 * SIZE))
    for _ in range(4):
        storage = open_storage()
        log = storage.open_log("orders", 0, ID, some)
        append(log)
        storage.close()
    names = [int(name[:20]) for name in files.names("orders-0") if name.endswith(".snapshot")]
    assert names == [6, 9, 12], "6 is a segment's, 9 was the last stop's before this one's"


def test_a_log_that_lost_its_last_segment_is_reported(files, open_storage, config, caplog):
    some = config(internal_segment_bytes=str(2 * SIZE))
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    for _ in range(3):
        append(log)
    storage.close()
    files.remove(f"orders-0/{6:020d}.log")
    storage = open_storage()
    log = storage.open_log("orders", 0, ID, some)
    assert (log.log_end_offset, refuses(log, 5), refuses(log, 6), refuses(log, 8)) == (9, False, True, True)
    assert "offsets 6 to 8 (bytes 176 to 176) were on stable storage" in caplog.text
    storage.close()


def test_a_disk_keeps_what_kafka_needs(tmp_path, config):
    """The names of files, as Kafka's tools look for them."""
    ids = iter("ab")
    storage = Storage.open(DiskFiles(tmp_path), node_id=1, new_id=lambda: next(ids) * 22)
    append(storage.open_log("orders", 0, ID, config()))
    storage.close()
    assert sorted(path.name for path in (tmp_path / "orders-0").iterdir()) == [
        "00000000000000000000.index",
        "00000000000000000000.log",
        "00000000000000000000.timeindex",
        "00000000000000000003.snapshot",
        "leader-epoch-checkpoint",
        "partition.metadata",
    ]
