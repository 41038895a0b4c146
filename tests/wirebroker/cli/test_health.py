"""The container's health check, against a broker, nobody, and somebody else."""

import socket
import subprocess
import sys
import threading

import pytest

from wirebroker.cli.health import answers, default_address
from wirebroker.testing import Broker

HEALTH = [sys.executable, "-m", "wirebroker.cli.health"]


def test_a_broker_answers():
    with Broker() as broker:
        assert subprocess.run([*HEALTH, broker.bootstrap], check=False).returncode == 0


def test_nobody_answers():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host, port = unused.getsockname()
    assert subprocess.run([*HEALTH, f"{host}:{port}"], check=False).returncode == 1


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"\0\0\0\x06\0\0\0\x01\0\x23"])
def test_somebody_else_answers(said):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once():
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(said)

        thread = threading.Thread(target=once)
        thread.start()
        assert not answers("127.0.0.1", server.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(
    ("listeners", "address"),
    [
        (None, "127.0.0.1:9092"),
        ("", "127.0.0.1:9092"),
        ("PLAINTEXT://0.0.0.0:19092", "127.0.0.1:19092"),
        ("PLAINTEXT://:9093,B://:1", "127.0.0.1:9093"),
        ("PLAINTEXT://[::]:9093", "127.0.0.1:9093"),
        ("PLAINTEXT://broker:9093", "broker:9093"),
    ],
)
def test_where_it_asks(listeners, address):
    assert default_address(listeners) == address
