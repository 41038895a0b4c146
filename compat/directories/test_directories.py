"""A data directory that Apache Kafka wrote opens in wirebroker and the other way round, and nothing of it is lost."""

import json
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compat.directories.scene import (
    SECONDS,
    View,
    access,
    add_access,
    commit_as_member,
    create_topics,
    delete_topic,
    leave_open,
    produce,
    read_all,
    transact,
)
from compat.oracle.cluster import Cluster
from compat.oracle.tools import run_tool
from compat.wirebroker_process import wirebroker

pytestmark = [
    pytest.mark.skipif(
        shutil.which("java") is None or shutil.which("mvn") is None, reason="Apache Kafka needs java and mvn"
    ),
    pytest.mark.timeout(600),  # a dozen Java processes each, on a machine that may be busy
]

GROUPS = ["classic", "consumer", "transactional"]
SMALL = {"offsets.topic.num.partitions": "5", "transaction.state.log.num.partitions": "5"}
SECURITY = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
}


EXPECTED = (
    "Performing controller activation",
    "Unable to register Log4j shutdown hook",
    "apiKey=CONTROLLER_REGISTRATION",  # now and then, before its controller is active
)
"""What Kafka warns of in any case."""


def complaints(log: Path) -> list[str]:
    """Return what Kafka warned of."""
    lines = log.read_text().splitlines()
    warned = [line for line in lines if any(f" {level} " in line for level in ("WARN", "ERROR", "FATAL"))]
    return [line for line in warned if not any(words in line for words in EXPECTED)]


def fill(bootstrap: str) -> None:
    create_topics(bootstrap)
    produce(bootstrap, "before")
    delete_topic(bootstrap, "deleted")
    commit_as_member(bootstrap, "classic")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_kafka_to_wirebroker_and_back(tmp_path: Path, end: signal.Signals) -> None:
    """Clients see the same, go on, and go on once more when the directory is Kafka's again."""
    log = tmp_path / "wirebroker.log"
    cluster = Cluster(options=SMALL | SECURITY, directory=tmp_path / "kafka")
    with cluster:
        fill(cluster.bootstrap)
        add_access(cluster.bootstrap)
        commit_as_member(cluster.bootstrap, "consumer", "consumer")
        transact(cluster.bootstrap, "transactional")
        written = View(cluster.bootstrap, GROUPS)
        security = access(cluster.bootstrap)
        cluster.kill() if end == signal.SIGKILL else cluster.stop()
        data = cluster.data_dirs[0]
        for _ in range(2):
            with wirebroker(log, {}, data=data, end=end) as bootstrap:
                assert vars(View(bootstrap, GROUPS)) == vars(written)
        with wirebroker(log, {}, data=data, end=end) as bootstrap:
            produce(bootstrap, "between")
            commit_as_member(bootstrap, "classic")
            between = View(bootstrap, GROUPS)
        assert "Traceback" not in log.read_text(), log.read_text()
        seen = len(complaints(cluster.logs[0]))
        cluster.start()
        assert vars(View(cluster.bootstrap, GROUPS)) == vars(between)
        assert access(cluster.bootstrap) == security
        produce(cluster.bootstrap, "after")
        transact(cluster.bootstrap, "transactional")
        assert complaints(cluster.logs[0])[seen:] == []


UNCLEAN = "handleBrokerUncleanShutdown"
"""What Kafka's controller calls it, if it does not take a stop for a clean one."""
DUMP = "org.apache.kafka.tools.DumpLogSegments"
TRANSACTIONS = "org.apache.kafka.tools.TransactionsCommand"
SNAPSHOTS = {"metadata.log.max.record.bytes.between.snapshots": "2000", "metadata.max.retention.bytes": "20000"}


def dumped(files: list[Path], *options: str) -> str:
    """Return what Kafka's dump tool says of files, and it may not complain of any."""
    said = run_tool(DUMP, "--files", ",".join(map(str, files)), *options)
    for complaint in ("Mismatches in", "Non-consecutive offsets", "isvalid: false", "Exception", "Failed", "not match"):
        assert complaint not in said, said[-3000:]
    return said


def test_wirebroker_to_kafka(tmp_path: Path) -> None:
    """A directory of ours, with a snapshot of its metadata, passes Kafka's tools and is served by Kafka."""
    log, cluster = tmp_path / "wirebroker.log", Cluster(directory=tmp_path / "kafka", options=SMALL)
    data = cluster.data_dirs[0]
    with wirebroker(log, {**SNAPSHOTS, "offsets.topic.num.partitions": "5"}, data=data) as bootstrap:
        fill(bootstrap)
        assert within(SECONDS, lambda: bool(checkpoints(data))), "no snapshot was taken"
    with wirebroker(log, SNAPSHOTS, data=data) as bootstrap:
        produce(bootstrap, "again")
        written = View(bootstrap, ["classic"])
    assert "Traceback" not in log.read_text(), log.read_text()
    records = sorted(data.glob("*/*.log"))
    dumped([each for each in records if not each.parent.name.startswith("__")], "--deep-iteration")
    dumped(sorted(data.glob("*/*.index")), "--index-sanity-check")
    dumped([each for each in sorted(data.glob("*/*.timeindex")) if each.stat().st_size])
    assert "classic" in dumped(sorted(data.glob("__consumer_offsets-*/*.log")), "--offsets-decoder")
    metadata = sorted(data.glob("__cluster_metadata-0/*.log"))
    assert "PARTITION_RECORD" in dumped([*metadata, *checkpoints(data)], "--cluster-metadata-decoder")
    registered = re.findall(
        r'"REGISTER_BROKER_RECORD".*?"brokerEpoch":(\d+)', dumped(metadata, "--cluster-metadata-decoder")
    )
    assert json.loads((data / ".kafka_cleanshutdown").read_text()) == {"version": 0, "brokerEpoch": int(registered[-1])}
    with cluster:
        assert vars(View(cluster.bootstrap, ["classic"])) == vars(written)
        produce(cluster.bootstrap, "after")
        commit_as_member(cluster.bootstrap, "classic")
        assert complaints(cluster.logs[0]) == []
        assert UNCLEAN not in cluster.logs[0].read_text()
    assert '"leaderRecoveryState":1' not in dumped(metadata, "--cluster-metadata-decoder"), "elections were unclean"


def transaction(bootstrap: str, transactional_id: str) -> dict[str, str]:
    """Return what Kafka knows of a transactional id, without the durations."""
    words = ("--bootstrap-server", bootstrap, "describe", "--transactional-id", transactional_id)
    names, values = (line.split() for line in run_tool(TRANSACTIONS, *words).strip().splitlines())
    kept = ("ProducerId", "ProducerEpoch", "TransactionState", "TransactionTimeoutMs", "TopicPartitions")
    return {name: value for name, value in zip(names, values, strict=False) if name in kept}


def decoded_transactions(data: Path) -> list[str]:
    """Return the records of all transactional ids, as Kafka's dump tool reads them."""
    lines = dumped(sorted(data.glob("__transaction_state-*/*.log")), "--transaction-log-decoder").splitlines()
    return [line for line in lines if "transactionalId" in line]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_transactional_ids_of_kafka_are_kept(tmp_path: Path, end: signal.Signals) -> None:
    """Kafka goes on with each where it left it, an open transaction included; wirebroker has written all around it."""
    log, cluster = tmp_path / "wirebroker.log", Cluster(directory=tmp_path / "kafka", options=SMALL)
    with cluster:
        create_topics(cluster.bootstrap)
        transact(cluster.bootstrap, "transactional")
        leave_open(cluster.bootstrap, "open")
        known = {name: transaction(cluster.bootstrap, name) for name in ("scene", "open")}
        assert [each["TransactionState"] for each in known.values()] == ["CompleteAbort", "Ongoing"]
        cluster.kill() if end == signal.SIGKILL else cluster.stop()
        data = cluster.data_dirs[0]
        records = decoded_transactions(data)
        for note in ("between", "again"):
            with wirebroker(log, {}, data=data, end=end) as bootstrap:
                produce(bootstrap, note)
                commit_as_member(bootstrap, "classic")
                seen = read_all(bootstrap, "read_committed")
        assert "Traceback" not in log.read_text(), log.read_text()
        assert records
        assert decoded_transactions(data) == records
        dumped(sorted(data.glob("transactions-*/*.log")), "--deep-iteration")
        complained = len(complaints(cluster.logs[0]))
        cluster.start()
        assert {name: transaction(cluster.bootstrap, name) for name in known} == known
        assert read_all(cluster.bootstrap, "read_committed") == seen
        transact(cluster.bootstrap, "transactional")
        follower = transaction(cluster.bootstrap, "scene")
        assert follower["ProducerId"] == known["scene"]["ProducerId"]
        assert int(follower["ProducerEpoch"]) > int(known["scene"]["ProducerEpoch"])
        assert len(read_all(cluster.bootstrap, "read_committed")["transactions-0"]) == len(seen["transactions-0"])
        leave_open(cluster.bootstrap, "open")  # which aborts what its predecessor left
        values = [record[2] for record in read_all(cluster.bootstrap, "read_committed")["transactions-0"]]
        assert len(values) > len(seen["transactions-0"])
        assert b"left open" not in values
        assert complaints(cluster.logs[0])[complained:] == []


def test_the_metadata_in_a_directory_of_its_own(tmp_path: Path) -> None:
    """``metadata.log.dir``, there and back, after a stop and after a kill."""
    apart = {"metadata.log.dir": str(tmp_path / "metadata")}
    log, cluster = tmp_path / "wirebroker.log", Cluster(directory=tmp_path / "kafka", options=SMALL | apart)
    data = cluster.data_dirs[0]
    with cluster:
        fill(cluster.bootstrap)
        written = View(cluster.bootstrap, ["classic"])
        for end in (signal.SIGTERM, signal.SIGKILL):
            cluster.kill() if end == signal.SIGKILL else cluster.stop()
            with wirebroker(log, apart | SNAPSHOTS, data=data, end=end) as bootstrap:
                assert vars(View(bootstrap, ["classic"])) == vars(written)
                produce(bootstrap, "between")
                written = View(bootstrap, ["classic"])
            assert not (data / "__cluster_metadata-0").exists()
            dumped(sorted(tmp_path.glob("metadata/__cluster_metadata-0/*.log")), "--cluster-metadata-decoder")
            seen = len(complaints(cluster.logs[0]))
            cluster.start()
            assert vars(View(cluster.bootstrap, ["classic"])) == vars(written)
            assert complaints(cluster.logs[0])[seen:] == []
    assert "Traceback" not in log.read_text(), log.read_text()


def checkpoints(data: Path) -> list[Path]:
    return sorted(data.glob("__cluster_metadata-0/*.checkpoint"))


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_partition_directory_moves_into_a_kafka_node(tmp_path: Path) -> None:
    """What wirebroker appended to a topic of Kafka's is served by Kafka, which gets no more than these directories."""
    cluster, copy = Cluster(directory=tmp_path / "kafka", options=SMALL), tmp_path / "copy"
    with cluster:
        fill(cluster.bootstrap)
        cluster.stop()
        data = cluster.data_dirs[0]
        shutil.copytree(data, copy)
        with wirebroker(tmp_path / "wirebroker.log", {}, data=copy) as bootstrap:
            produce(bootstrap, "moved")
            written = View(bootstrap, ["classic"])
        for moved in (*copy.glob("codecs-*"), *copy.glob("compacted-*")):
            shutil.rmtree(data / moved.name)
            shutil.move(moved, data)
        seen = len(complaints(cluster.logs[0]))
        cluster.start()
        assert vars(View(cluster.bootstrap, ["classic"])) == vars(written)
        produce(cluster.bootstrap, "after")
        assert complaints(cluster.logs[0])[seen:] == []
