"""``python -m wirebroker.cli.health [HOST:PORT]``: exit status 0 if a broker answers there, else 1.

For a container's health check: asks for the versions of the APIs, and imports next to nothing. Without an argument it
asks where ``KAFKA_LISTENERS`` says, else on 127.0.0.1:9092.
"""

import os
import socket
import struct
import sys

TIMEOUT_SECONDS = 3.0
API_VERSIONS_V0 = struct.pack(">ihhih6s", 16, 18, 0, 1, 6, b"health")


def main() -> None:
    """Ask, and exit."""
    host, _, port = (
        sys.argv[1] if len(sys.argv) > 1 else default_address(os.environ.get("KAFKA_LISTENERS"))
    ).rpartition(":")
    sys.exit(0 if answers(host.strip("[]"), int(port)) else 1)


def default_address(listeners: str | None) -> str:
    """Return HOST:PORT of the first listener, on this machine where it is every interface."""
    _, _, address = (listeners or "").split(",")[0].strip().rpartition("://")
    host, _, port = address.rpartition(":")
    return f"{host if host not in ('', '0.0.0.0', '[::]') else '127.0.0.1'}:{port or 9092}"  # noqa: S104 - not bound


def answers(host: str, port: int) -> bool:
    """Tell whether ApiVersions is answered without an error."""
    try:
        with socket.create_connection((host, port), TIMEOUT_SECONDS) as connection, connection.makefile("rb") as answer:
            connection.sendall(API_VERSIONS_V0)
            head = answer.read(10)
    except OSError:
        return False
    return len(head) == 10 and struct.unpack(">ih", head[4:]) == (1, 0)


if __name__ == "__main__":
    main()
