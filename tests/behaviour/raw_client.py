"""A client without opinions: one blocking socket, messages or bytes in, messages or bytes out.

    with RawClient(bootstrap) as client:
        answer = client.call(MetadataRequest(topics=None), version=12)

Nothing is retried, negotiated or checked, except that answers carry the correlation id of their request.
"""

import socket
import struct
from contextlib import suppress
from typing import Any, Self

from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import request_frame, response_header

CLOSED = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


class ClosedByBroker(Exception):  # noqa: N818 - what happened
    """The broker closed the connection where an answer was expected."""


class RawClient:
    """Seconds of ``timeout`` bound every wait; TimeoutError then."""

    def __init__(self, bootstrap: str, timeout: float = 20.0) -> None:
        host, _, port = bootstrap.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._timeout = timeout
        self._last_id = 0
        self._owed: dict[int, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    # ---- messages

    def call(self, request: Any, version: int, client_id: str | None = "raw") -> Any:
        """Send a request message, return the response message."""
        return self.receive(self.send(request, version, client_id))

    def send(self, request: Any, version: int, client_id: str | None = "raw") -> int:
        """Send a request message, return its correlation id: for requests that wait, and those without an answer."""
        self._last_id += 1
        self._owed[self._last_id] = (request.SPEC.key, version)
        self.send_bytes(frame_of(request, version, self._last_id, client_id))
        return self._last_id

    def receive(self, correlation_id: int) -> Any:
        """Return the next answer, which must be the one to this request."""
        key, version = self._owed.pop(correlation_id)
        return response_of(self.receive_frame(), key, version, correlation_id)

    # ---- frames and bytes

    def send_frame(self, content: bytes) -> None:
        """Send bytes with their length before them."""
        self.send_bytes(struct.pack(">i", len(content)) + content)

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are. A connection that the broker has closed meanwhile shows when reading."""
        with suppress(CLOSED):
            self.socket.sendall(data)

    def receive_frame(self) -> bytes:
        """Return the next frame without its length. Raises ClosedByBroker."""
        (size,) = struct.unpack(">i", self._receive_exactly(4))
        return self._receive_exactly(size)

    def half_close(self) -> None:
        """Tell the broker that nothing more will come; answers can still be received."""
        self.socket.shutdown(socket.SHUT_WR)

    def closed_by_broker(self, within: float | None = None) -> bool:
        """Whether the broker closes the connection, sending nothing, within that many seconds (absent: the timeout)."""
        self.socket.settimeout(self._timeout if within is None else within)
        try:
            return self.socket.recv(1) == b""
        except CLOSED:
            return True
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(self._timeout)

    def is_silent(self, seconds: float = 0.3) -> bool:
        """Whether the connection stays open and nothing arrives for so long."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True
        except CLOSED:
            return False
        else:
            return False
        finally:
            self.socket.settimeout(self._timeout)

    def _receive_exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                piece = self.socket.recv(size - len(data))
            except CLOSED:
                piece = b""
            if not piece:
                raise ClosedByBroker(f"after {len(data)} of {size} bytes")
            data += piece
        return bytes(data)


def frame_of(request: Any, version: int, correlation_id: int = 1, client_id: str | None = "raw") -> bytes:
    """Return a request as its bytes on the wire, the length first."""
    body = encode(type(request), version, request)
    return request_frame(request.SPEC.key, version, correlation_id, client_id, [body])


def response_of(frame: bytes, key: int, version: int, correlation_id: int) -> Any:
    """Read an answer: its header must be the one that this API has at this version, its body must fill the frame."""
    header = response_header(key, version, correlation_id)
    assert frame[: len(header)] == header
    _, response = messages_of(ApiKey(key))
    return decode(response, version, frame, len(header))
