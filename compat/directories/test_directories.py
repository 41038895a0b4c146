"""A data directory that Apache Kafka wrote opens in wirebroker and the other way round, and nothing of it is lost."""

import shutil
import signal
from pathlib import Path

import pytest

from compat.directories.scene import (
    View,
    access,
    add_access,
    commit_as_member,
    create_topics,
    delete_topic,
    produce,
    transact,
)
from compat.directories.wirebroker_process import wirebroker
from compat.oracle.cluster import Cluster

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("mvn") is None, reason="Apache Kafka needs java and mvn"
)

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
            with wirebroker(data, log, end=end) as bootstrap:
                assert vars(View(bootstrap, GROUPS)) == vars(written)
        with wirebroker(data, log, end=end) as bootstrap:
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
