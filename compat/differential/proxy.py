"""A listener in front of a broker that notes every exchange of its clients, undecoded.

The broker must advertise the proxy's address, since clients go where Metadata sends them.
"""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

import msgspec


class Exchange(msgspec.Struct):
    """One request on one connection, both without their lengths; no answer: there was none when the recording ended."""

    connection: int
    request: bytes
    answer: bytes | None = None


class Proxy:
    """``with Proxy() as proxy``: give ``proxy.address`` to the broker to advertise, then ``forward_to`` it."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._upstream = ("127.0.0.1", 0)
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._connections = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def forward_to(self, address: str) -> None:
        """Begin to serve clients."""
        host, _, port = address.rpartition(":")
        self._upstream = host, int(port)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in [self._listener, *self._sockets]:
            _end(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            broker = socket.create_connection(self._upstream)
            for each in (client, broker):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets += [client, broker]
                self._connections += 1
                number = self._connections
            waiting: dict[int, Exchange] = {}
            for source, target, is_request in ((client, broker, True), (broker, client, False)):
                threading.Thread(
                    target=self._pump, args=(source, target, number, waiting, is_request), daemon=True
                ).start()

    def _pump(
        self, source: socket.socket, target: socket.socket, number: int, waiting: dict[int, Exchange], is_request: bool
    ) -> None:
        try:
            while (frame := _frame(source)) is not None:
                with self._lock:
                    if is_request:
                        exchange = Exchange(number, frame)
                        self.exchanges.append(exchange)
                        waiting[_number(frame, 4)] = exchange
                    elif (answered := waiting.pop(_number(frame, 0), None)) is not None:
                        answered.answer = frame
                target.sendall(struct.pack(">i", len(frame)) + frame)
        except OSError:
            pass
        _end(source)
        _end(target)


def _frame(source: socket.socket) -> bytes | None:
    size = _exactly(source, 4)
    return None if size is None else _exactly(source, _number(size, 0))


def _exactly(source: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _number(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">i", data, at)[0])


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
