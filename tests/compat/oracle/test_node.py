"""A node's process is known by the lock that it holds, whoever asks; any program will do to show it."""

import signal
import socket
import subprocess
import sys

import pytest

from compat.oracle.errors import OracleError
from compat.oracle.node import Node
from compat.oracle.ports import Reservation

SLEEPS = ["sleep", "60"]
IGNORES_TERM = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(15, lambda *_: None); print(1, flush=True); signal.pause()",
]


@pytest.fixture
def node(tmp_path):
    node = Node(1, tmp_path)
    yield node
    node.signal(signal.SIGKILL)
    node.await_end()


def test_it_is_alive_from_its_launch_to_its_end(node):
    assert not node.is_alive()
    node.launch(SLEEPS)
    assert node.is_alive()
    node.signal(signal.SIGTERM)
    node.await_end()
    assert not node.is_alive()


def test_another_that_looks_at_the_folder_can_end_it(node, tmp_path):
    node.launch(SLEEPS)
    other = Node(1, tmp_path)
    assert other.is_alive()
    other.signal(signal.SIGTERM)
    other.await_end()
    assert not node.is_alive()


def test_it_runs_once_in_a_folder(node, tmp_path):
    node.launch(SLEEPS)
    with pytest.raises(OracleError, match="runs already"):
        Node(1, tmp_path).launch(SLEEPS)


def test_a_number_that_is_anothers_now_is_left_alone(node, tmp_path):
    with subprocess.Popen(SLEEPS) as stranger:
        (tmp_path / "process").write_text(str(stranger.pid))
        node.signal(signal.SIGKILL)
        assert stranger.poll() is None
        stranger.kill()


def test_what_does_not_end_is_killed(node, monkeypatch):
    monkeypatch.setattr("compat.oracle.node.TERM_SECONDS", 0.05)
    node.launch(IGNORES_TERM)
    while not node.log.read_text():
        assert node.is_alive()
    node.signal(signal.SIGTERM)
    node.await_end()
    assert not node.is_alive()


def test_one_that_dies_at_its_start_is_reported_with_its_last_words(node):
    node.launch(["sh", "-c", "echo no such setting; exit 1"])
    with pytest.raises(OracleError, match="no such setting"):
        node.await_cluster(9, nodes=1, seconds=20)


def test_a_reserved_port_can_be_listened_on_but_not_chosen():
    reservation = Reservation()
    with pytest.raises(OracleError, match="taken"):
        occupied(reservation.port)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", reservation.port))
        listener.listen()
        with pytest.raises(OracleError, match="taken"):
            Reservation(reservation.port)
    reservation.release()


def occupied(port):
    """Somebody who does not share, as the system does not when it chooses a port."""
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", port))
        except OSError as error:
            raise OracleError("taken") from error
