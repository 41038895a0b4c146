"""Listeners: bound sockets, accepted connections, and the sweeper that ends what takes too long.

The tasks form a tree::

    Server.run
    ├── connections          one task each; outlive the listeners, so that a stop can drain
    └── listeners            one task each, and the sweeper
"""

import errno
import logging
import socket
from collections import Counter

import trio

from wirebroker.config.endpoints import Endpoint
from wirebroker.server.addresses import Advertiser, plain_host
from wirebroker.server.buffers import BufferPool
from wirebroker.server.connection import Connection, Origin
from wirebroker.server.dispatch import Dispatcher
from wirebroker.server.limits import Limits

_log = logging.getLogger(__name__)
_BACKLOG = 1024
_SWEEP_SECONDS = 1.0
_DRAIN_SECONDS = 0.5
# What accept(2) may say of a connection that is already over, or of a machine that is short of something for a moment.
_ACCEPT_AGAIN = {errno.ECONNABORTED, errno.EPROTO, errno.ENETDOWN, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EPERM}
_ACCEPT_LATER = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Listener:
    """A bound, listening socket. Raises OSError when the address is taken or not ours."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.name
        self.sock = _bind(endpoint)
        address = self.sock.getsockname()
        self.host: str = endpoint.host or address[0]
        self.port: int = address[1]

    def close(self) -> None:
        self.sock.close()


class Server:
    """Serves the connections of all listeners until its task is cancelled, then drains them."""

    def __init__(
        self, listeners: list[Listener], dispatcher: Dispatcher, advertiser: Advertiser, limits: Limits
    ) -> None:
        self._listeners = listeners
        self._dispatcher = dispatcher
        self._advertiser = advertiser
        self._limits = limits
        self._pool = BufferPool()
        self._connections: set[Connection] = set()
        self._per_ip: Counter[str] = Counter()
        self._slot = trio.Event()

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled; then idle and parked connections end at once, answers being sent get half a second."""
        async with trio.open_nursery() as connections:
            try:
                async with trio.open_nursery() as accepting:
                    for listener in self._listeners:
                        accepting.start_soon(self._accept, listener, connections)
                    accepting.start_soon(self._sweep)
                    task_status.started()
            finally:
                for connection in list(self._connections):
                    connection.stop(trio.current_time() + _DRAIN_SECONDS)

    async def _accept(self, listener: Listener, connections: trio.Nursery) -> None:
        with listener.sock:
            while True:
                await trio.lowlevel.wait_readable(listener.sock)
                await self._wait_for_slot()
                try:
                    sock, address = listener.sock.accept()
                except BlockingIOError:
                    continue
                except OSError as refused:
                    await _after_refused_accept(listener, refused)
                    continue
                connection = self._admit(listener, sock, address)
                if connection is not None:
                    connections.start_soon(self._serve, connection)

    def _admit(self, listener: Listener, sock: socket.socket, address: tuple[str, int]) -> Connection | None:
        """Count the connection in, or close it: ``max.connections.per.ip``'s surplus is closed at once, as by Kafka."""
        host = plain_host(address[0])
        limit = self._limits.per_ip(host)
        if self._per_ip[host] >= limit:
            _log.warning("closed a connection from %s: max.connections.per.ip allows %d", host, limit)
            sock.close()
            return None
        try:
            connection = self._connection(listener, sock, address)
        except OSError:  # it left before it was looked at
            sock.close()
            return None
        self._connections.add(connection)
        self._per_ip[host] += 1
        return connection

    async def _serve(self, connection: Connection) -> None:
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
            self._per_ip[connection.host] -= 1
            self._slot.set()

    def _connection(self, listener: Listener, sock: socket.socket, address: tuple[str, int]) -> Connection:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host = plain_host(address[0])
        local = sock.getsockname()
        advertised_host, advertised_port = self._advertiser.address(listener.name, (local[0], local[1]), address[0])
        origin = Origin(listener.name, host, advertised_host, advertised_port)
        return Connection(sock, origin, self._dispatcher, self._limits, self._pool)

    async def _wait_for_slot(self) -> None:
        """Leave connections above ``max.connections`` in the backlog until another one closes."""
        while len(self._connections) >= self._limits.max_connections:
            self._slot = trio.Event()
            await self._slot.wait()

    async def _sweep(self) -> None:
        """One clock for all connections, since a timeout of each one's own costs more than a small request."""
        while True:
            await trio.sleep(_SWEEP_SECONDS)
            now = trio.current_time()
            for connection in list(self._connections):
                connection.expire(now)


def _bind(endpoint: Endpoint) -> socket.socket:
    host = endpoint.host or None
    infos = socket.getaddrinfo(host, endpoint.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = min(infos, key=lambda info: info[0] != socket.AF_INET)
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        if hasattr(socket, "SO_REUSEADDR") and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(_BACKLOG)
    except OSError as refused:
        sock.close()
        refused.add_note(f"on listening on {endpoint}")
        raise
    return sock


async def _after_refused_accept(listener: Listener, refused: OSError) -> None:
    if refused.errno in _ACCEPT_AGAIN:
        return
    if refused.errno not in _ACCEPT_LATER:
        raise refused
    _log.error("%s cannot accept a connection: %s", listener.name, refused)
    await trio.sleep(0.1)
