"""Apache Kafka of one or more nodes on loopback, each broker and controller at once."""

import json
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from compat.oracle.archive import broker_archive
from compat.oracle.errors import OracleError
from compat.oracle.home import home
from compat.oracle.jars import broker_jars
from compat.oracle.java import java
from compat.oracle.node import Node
from compat.oracle.ports import Reservation
from compat.oracle.settings import CLUSTER_ID, Ports, node_settings, properties_text, scram_users

READY_SECONDS = 120.0
"""For a cold machine that does other things as well; a start takes two to four seconds."""


class Cluster:
    """``with Cluster(nodes=3, options={"num.partitions": "2"}) as cluster: cluster.bootstrap``.

    ``stop`` and ``start`` again work on the same data and the same ports. Without ``directory`` the data goes when the
    ``with`` ends; with one, it stays, and a later cluster there goes on with it. ``port`` is node 1's; node N has the
    N-1th after it (0: free ones).
    """

    def __init__(
        self,
        nodes: int = 1,
        options: Mapping[str, str] | None = None,
        *,
        directory: Path | None = None,
        port: int = 0,
        is_secure: bool = False,
    ) -> None:
        self._is_temporary = directory is None
        if directory is None:
            (home() / "clusters").mkdir(parents=True, exist_ok=True)
            directory = Path(tempfile.mkdtemp(dir=home() / "clusters"))
        self.directory = directory.resolve()
        self._nodes = [Node(number, self.directory / f"node{number}") for number in range(1, nodes + 1)]
        self._options = dict(options or {})
        self._is_secure = is_secure
        self._first_port = port
        self._reserved: dict[int, list[Reservation]] = {}

    @property
    def bootstrap(self) -> str:
        """Address "host:port" of all nodes, joined by commas."""
        return ",".join(f"127.0.0.1:{ports.plain}" for ports in self._ports().values())

    @property
    def sasl_bootstrap(self) -> str:
        """As ``bootstrap``, of the SASL listeners that a secure cluster has."""
        return ",".join(f"127.0.0.1:{ports.sasl}" for ports in self._ports().values())

    @property
    def data_dirs(self) -> list[Path]:
        """Of each node the folder with its partitions' folders: there while it runs and after it was stopped."""
        return [node.data for node in self._nodes]

    @property
    def logs(self) -> list[Path]:
        return [node.log for node in self._nodes]

    def start(self) -> str:
        """Start all nodes, wait until each knows the others, and return ``bootstrap``."""
        if any(node.is_alive() for node in self._nodes):
            raise OracleError(f"a cluster runs in {self.directory}: stop it first, or choose another folder")
        libs, archive = broker_jars(), broker_archive()
        self._reserve()
        ports = self._ports()
        for node in self._nodes:
            node.folder.mkdir(parents=True, exist_ok=True)
            settings = node_settings(node.number, ports, node.data, is_secure=self._is_secure, options=self._options)
            node.settings.write_text(properties_text(settings), encoding="latin-1")
        self._format(libs, archive)
        try:
            for node in self._nodes:
                node.launch(java(libs, "kafka.Kafka", str(node.settings), heap="640m", archive=archive))
            for node in self._nodes:
                node.await_cluster(ports[node.number].plain, len(self._nodes), READY_SECONDS)
        except BaseException:
            self.stop()
            raise
        (self.directory / "cluster.json").write_text(json.dumps({"bootstrap": self.bootstrap, "nodes": len(ports)}))
        return self.bootstrap

    def stop(self) -> None:
        """Stop all nodes; the data stays."""
        for node in self._nodes:
            node.signal(signal.SIGTERM)
        for node in self._nodes:
            node.await_end()

    def kill(self) -> None:
        """End all nodes at once and without notice (SIGKILL); the data stays as it is."""
        for node in self._nodes:
            node.signal(signal.SIGKILL)
        for node in self._nodes:
            node.await_end()

    def close(self) -> None:
        """Stop all nodes, give the ports back, and remove a temporary folder."""
        self.stop()
        for reservation in [each for several in self._reserved.values() for each in several]:
            reservation.release()
        self._reserved.clear()
        if self._is_temporary:
            shutil.rmtree(self.directory)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reserve(self) -> None:
        for index, node in enumerate(self._nodes):
            if node.number not in self._reserved:
                plain = Reservation(self._first_port + index if self._first_port else 0)
                self._reserved[node.number] = [plain, Reservation(), Reservation()]

    def _ports(self) -> dict[int, Ports]:
        if not self._reserved:
            raise OracleError("the cluster was not started")
        return {number: Ports(*(each.port for each in several)) for number, several in self._reserved.items()}

    def _format(self, libs: Path, archive: Path) -> None:
        """Give every node that has none its storage, all at once."""
        users = scram_users() if self._is_secure else []
        running = []
        for node in self._nodes:
            if not (node.data / "meta.properties").exists():
                command = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(node.settings), *users]
                running.append(
                    subprocess.Popen(
                        java(libs, *command, archive=archive),
                        stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT,
                        text=True,
                    )
                )
        for process in running:
            said, _ = process.communicate()
            if process.returncode != 0:
                raise OracleError(f"storage was not formatted: {said}")


def stop_in(directory: Path) -> None:
    """Stop what was started in ``directory``, by whichever process; nothing where nothing runs."""
    nodes = [Node(int(each.name.removeprefix("node")), each) for each in sorted(directory.glob("node*"))]
    for node in nodes:
        node.signal(signal.SIGTERM)
    for node in nodes:
        node.await_end()
