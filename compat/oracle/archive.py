"""The broker's classes as an archive that a JVM maps instead of loading them: made once, by a broker that ran."""

import signal
import subprocess
from pathlib import Path

from compat.oracle.errors import OracleError
from compat.oracle.home import digest, made_once
from compat.oracle.jars import broker_jars, classpath
from compat.oracle.java import archiving, java, java_version
from compat.oracle.node import Node
from compat.oracle.ports import Reservation
from compat.oracle.settings import CLUSTER_ID, Ports, node_settings, properties_text

TRAINING_SECONDS = 180.0


def broker_archive() -> Path:
    """Return the archive for this JVM and these jars; making it takes some ten seconds."""
    libs = broker_jars()
    name = f"classes-{digest(classpath(libs), java_version())}"
    return made_once(name, lambda folder: _train(libs, folder)) / "broker.jsa"


def _train(libs: Path, folder: Path) -> None:
    """Run a broker of its own from format to end; what it loaded is what others will need."""
    node = Node(1, folder / "node")
    node.folder.mkdir()
    reserved = [Reservation() for _ in range(3)]
    ports = {1: Ports(*(each.port for each in reserved))}
    settings = node_settings(1, ports, node.data, is_secure=False, options={})
    node.settings.write_text(properties_text(settings), encoding="latin-1")
    try:
        tool = java(libs, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(node.settings))
        subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)
        node.launch(archiving(java(libs, "kafka.Kafka", str(node.settings)), folder / "broker.jsa"))
        node.await_cluster(ports[1].plain, 1, TRAINING_SECONDS)
    except subprocess.CalledProcessError as error:
        raise OracleError(f"storage was not formatted: {error}") from error
    finally:
        node.signal(signal.SIGTERM)
        node.await_end()
        for each in reserved:
            each.release()
