import msgspec
import pytest

from kafka_codecs.internal.cluster_metadata import (
    AbortTransactionRecord,
    BeginTransactionRecord,
    ConfigRecord,
    EndTransactionRecord,
    FeatureLevelRecord,
    TopicRecord,
)
from kafka_codecs.internal.cluster_security import (
    AccessControlEntryRecord,
    ClientQuotaRecord,
    EntityData,
    RemoveAccessControlEntryRecord,
    UserScramCredentialRecord,
)
from kafka_codecs.records.batch import Record
from kafka_codecs.records.control import ControlType
from wirebroker.log.storage import StorageError
from wirebroker.metadata.bootstrap import cluster_records
from wirebroker.metadata.framing import encode_record
from wirebroker.metadata.image import EMPTY_IMAGE
from wirebroker.metadata.snapshot_writer import snapshot_batches
from wirebroker.metadata.snapshots import Snapshot, SnapshotId, read_snapshot, to_forget

DIRECTORY = "__cluster_metadata-0"
ACL = AccessControlEntryRecord(id=b"a" * 16, resource_type=2, resource_name="t", principal="User:a", host="*")
SCRAM = UserScramCredentialRecord(name="a", mechanism=1, salt=b"s", stored_key=b"k", server_key=b"v", iterations=4096)
QUOTA = ClientQuotaRecord(entity=[EntityData(entity_type="user", entity_name="a")], key="producer_byte_rate", value=1.0)


def take_snapshot(cluster) -> SnapshotId:
    journal = cluster.journal
    snapshot_id, batches = journal.begin_snapshot()
    journal.end_snapshot(journal.save_snapshot(snapshot_id, list(batches)))
    return snapshot_id


def snapshot_names(cluster) -> list[str]:
    return [name for name in cluster.files.names(DIRECTORY) if name.endswith(".checkpoint")]


def test_a_start_from_a_snapshot_alone_is_a_start_from_the_whole_log(cluster) -> None:
    cluster.create("t", 3, {"retention.ms": "1"})
    cluster.journal.next_producer_id()
    cluster.journal.commit([ACL, SCRAM, QUOTA])
    before = cluster.journal.image
    end = take_snapshot(cluster).end_offset
    cluster.create("u")
    after = cluster.journal.image
    assert (before.offset, end) == (before.offset, before.offset + 1)
    cluster.journal.log.delete_records(end)  # what was before cannot be replayed any more
    cluster.stop()
    cluster.restart()
    image = cluster.journal.image
    assert image.topics.keys() == after.topics.keys()
    assert image.topics["t"].topic_id == before.topics["t"].topic_id
    assert (image.configs, image.features, image.next_producer_id) == (before.configs, before.features, 1000)
    assert list(image.carried.values()) == [ACL, SCRAM, QUOTA]


@pytest.mark.parametrize("keep", [0, 10, 100, -1])
def test_a_torn_snapshot_falls_back_to_the_older(cluster, caplog: pytest.LogCaptureFixture, keep: int) -> None:
    take_snapshot(cluster)
    cluster.create("t")
    newest = take_snapshot(cluster)
    cluster.create("u")
    cluster.stop()
    name = f"{DIRECTORY}/{newest.file_name}"
    cluster.files.save(name, (cluster.files.load(name) or b"")[:keep])
    cluster.restart()
    assert cluster.journal.image.topics.keys() == {"t", "u"}
    assert f"{newest.file_name} is not used" in caplog.text


def test_a_log_whose_beginning_nobody_knows_is_not_served(cluster) -> None:
    only = take_snapshot(cluster)
    cluster.journal.log.delete_records(only.end_offset)
    cluster.stop()
    cluster.files.remove(f"{DIRECTORY}/{only.file_name}")
    with pytest.raises(StorageError, match="no sound snapshot"):
        cluster.restart()


@pytest.mark.parametrize("keep", [0, 100, -1], ids=["nothing", "its beginning", "all but its end"])
def test_a_log_that_ends_before_its_snapshot_begins_anew_there(cluster, keep: int) -> None:
    """``KafkaRaftLog.truncateToLatestSnapshot``. Its end is no record that was safe: the checkpoint is lost as well."""
    cluster.create("t", 3, {"retention.ms": "1"})
    cluster.create("u")
    before, snapshot = cluster.journal.image, take_snapshot(cluster)
    cluster.stop()
    for name in (".kafka_cleanshutdown", "recovery-point-offset-checkpoint"):
        cluster.files.remove(name)
    name = f"{DIRECTORY}/{0:020}.log"
    whole = cluster.files.load(name) or b""
    cluster.files.save(name, whole[:keep])
    cluster.restart()
    assert cluster.log.log_start_offset == snapshot.end_offset
    assert cluster.journal.image.topics.keys() == before.topics.keys()
    assert cluster.journal.image.configs == before.configs
    assert cluster.log.leader_epochs.entries == [(2, snapshot.end_offset)]
    assert snapshot_names(cluster) == [snapshot.file_name]
    cluster.create("v")
    cluster.stop()
    cluster.restart()
    assert cluster.journal.image.topics.keys() == {"t", "u", "v"}


def test_a_formatted_directory_whose_voters_have_a_file_of_their_own(make_cluster) -> None:
    """Kafka before 4.4: the users are in ``bootstrap.checkpoint``, the voters in a snapshot of nothing."""
    cluster = make_cluster()
    cluster.stop()
    formatted = msgspec.structs.replace(EMPTY_IMAGE, features={"metadata.version": 33}, carried={("u",): SCRAM})
    voters = {ControlType.KRAFT_VERSION: b"\0\0\0\1\0", ControlType.KRAFT_VOTERS: b"\0\0\1\0"}
    cluster.files.remove_tree(DIRECTORY)
    cluster.files.make_directory(DIRECTORY)
    cluster.files.remove("recovery-point-offset-checkpoint")
    for name, image, raft in (
        ("bootstrap.checkpoint", formatted, {}),
        (f"{DIRECTORY}/{SnapshotId(0, 0).file_name}", EMPTY_IMAGE, voters),
    ):
        cluster.files.save(name, b"".join(snapshot_batches(image, 0, raft, contained_ms=0, now_ms=0)))
    cluster.restart()
    assert list(cluster.journal.image.carried.values()) == [SCRAM]
    assert cluster.journal.image.features == {"metadata.version": 33}
    taken = cluster.files.load(f"{DIRECTORY}/{take_snapshot(cluster).file_name}") or b""
    assert all(value in taken for value in voters.values())


def test_a_snapshot_is_wanted_after_so_many_bytes_or_so_much_time(cluster) -> None:
    def wanted(max_bytes: int = 1 << 40, interval: int = 0) -> bool:
        return bool(cluster.journal.wants_snapshot(max_bytes=max_bytes, max_interval_ms=interval))

    assert wanted(max_bytes=100)
    assert not wanted()
    take_snapshot(cluster)
    assert not wanted(max_bytes=1)  # nothing has changed
    cluster.create("t")
    assert wanted(max_bytes=1)
    assert not wanted(max_bytes=10_000)


def test_history_goes_behind_the_oldest_snapshot_that_stays(cluster) -> None:
    first = take_snapshot(cluster)
    cluster.create("t")
    second = take_snapshot(cluster)
    cluster.journal.forget_history(max_bytes=-1, max_age_ms=-1)
    assert snapshot_names(cluster) == [first.file_name, second.file_name]
    cluster.journal.forget_history(max_bytes=1, max_age_ms=-1)
    assert snapshot_names(cluster) == [second.file_name]
    assert cluster.log.log_start_offset == second.end_offset


def test_which_snapshots_go() -> None:
    several = [Snapshot(SnapshotId(n, 1), 100, n) for n in (10, 20, 30)]

    def going(log_size: int = 0, max_bytes: int = -1, max_age_ms: int = -1) -> int:
        return to_forget(several, log_size, max_bytes=max_bytes, max_age_ms=max_age_ms, now_ms=30)

    assert going() == 0
    assert [going(max_bytes=limit) for limit in (300, 299, 200, 199, 0)] == [0, 1, 1, 2, 2]
    assert going(log_size=1, max_bytes=300) == 1
    assert [going(max_age_ms=age) for age in (20, 19, 10, 9, 0)] == [0, 1, 1, 2, 2]


def test_control_records_that_belong_to_the_quorum_are_kept() -> None:
    raft = {ControlType.KRAFT_VERSION: b"\x00\x00\x00\x01\x00"}
    data = b"".join(snapshot_batches(EMPTY_IMAGE, 3, raft, contained_ms=5, now_ms=6))
    headers = [header for header, _ in read_snapshot(data)]
    assert [(each.base_offset, each.records_count, each.is_control) for each in headers] == [
        (0, 2, True),
        (2, 1, False),
        (3, 1, True),
    ]
    assert {each.partition_leader_epoch for each in headers} == {3}


def test_what_is_removed_is_not_carried_along(cluster) -> None:
    cluster.journal.commit([ACL, QUOTA])
    gone = ClientQuotaRecord(entity=QUOTA.entity, key=QUOTA.key, remove=True)
    cluster.journal.commit([RemoveAccessControlEntryRecord(id=ACL.id), gone])
    assert not cluster.journal.image.carried


def config(value: str) -> ConfigRecord:
    return ConfigRecord(resource_type=4, resource_name="", name="a", value=value)


def append(cluster, *records: object) -> None:
    """As a controller does that is no more: behind the journal's back."""
    cluster.log.append_records(
        [Record(value=encode_record(record)) for record in records], leader_epoch=50, timestamp_ms=1
    )


@pytest.mark.parametrize(("end", "value"), [(EndTransactionRecord(), "2"), (AbortTransactionRecord(), "1")])
def test_a_transaction_counts_when_it_ended_and_was_not_aborted(cluster, end: object, value: str) -> None:
    append(cluster, config("1"), BeginTransactionRecord(), config("2"))
    append(cluster, end)
    cluster.stop()
    cluster.restart()
    assert cluster.journal.image.configs[(4, "")]["a"] == value


def test_a_transaction_that_has_no_end_is_aborted_by_the_next_start(cluster) -> None:
    append(cluster, BeginTransactionRecord(), config("2"), TopicRecord(name="t", topic_id=b"t" * 16))
    for _ in range(2):
        cluster.stop()
        cluster.restart()
        assert "a" not in cluster.journal.image.configs[(4, "")]
        assert not cluster.journal.image.topics
        assert cluster.journal.image.alive_brokers()


def test_a_start_leads_in_an_epoch_that_no_election_had_before(cluster) -> None:
    cluster.stop()
    cluster.files.save(f"{DIRECTORY}/quorum-state", b'{"leaderId":2,"leaderEpoch":70,"votedId":-1,"data_version":0}')
    cluster.restart()
    assert cluster.log.leader_epochs.latest == 71
    assert cluster.files.load(f"{DIRECTORY}/quorum-state") == (
        b'{"clusterId":"","leaderId":1,"leaderEpoch":71,"votedId":-1,"appliedOffset":0,'
        b'"currentVoters":[{"voterId":1}],"data_version":0}'
    )


def test_a_directory_that_was_formatted_for_kafka_begins_with_what_it_was_formatted_with(make_cluster) -> None:
    cluster = make_cluster()
    cluster.stop()
    formatted = make_cluster().journal.image
    batches = snapshot_batches(formatted, 0, {}, contained_ms=0, now_ms=0)
    assert cluster_records(EMPTY_IMAGE) == cluster_records(formatted)
    assert len(list(batches)) == 3


def test_a_cluster_that_uses_what_is_not_known_here_is_not_served(cluster) -> None:
    append(cluster, FeatureLevelRecord(name="metadata.version", feature_level=99))
    cluster.stop()
    with pytest.raises(StorageError, match=r"metadata\.version 99"):
        cluster.restart()
