"""One connection to one broker: bytes out, frames in, and what happened instead."""

import contextlib
import select
import socket
import struct
import time
from enum import Enum
from typing import Self


class Nothing(Enum):
    """Why there is no frame."""

    CLOSED = "the connection was closed"
    SILENT = "no answer"


class Connection:
    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20.0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = bytearray()
        self._next_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def next_id(self) -> int:
        """Return a correlation id that this connection has not used."""
        self._next_id += 1
        return self._next_id

    def send(self, data: bytes) -> None:
        """Send; where the broker has closed the connection already, receiving will tell."""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError, ConnectionAbortedError):
            self._socket.sendall(data)

    def receive(self, seconds: float) -> bytes | Nothing:
        """Return the next frame without its length, or why there is none after so many seconds."""
        deadline = time.monotonic() + seconds
        while True:
            if len(self._held) >= 4:
                (size,) = struct.unpack_from(">i", self._held)
                if len(self._held) >= 4 + size:
                    frame = bytes(self._held[4 : 4 + size])
                    del self._held[: 4 + size]
                    return frame
            left = deadline - time.monotonic()
            if left <= 0 and not self._is_readable(0):
                return Nothing.SILENT
            if not self._fill(max(left, 0.0)):
                return Nothing.CLOSED

    def is_ready(self) -> bool:
        """Whether something has arrived (an answer, or the end) that was not received yet."""
        return bool(self._held) or self._is_readable(0)

    def _is_readable(self, seconds: float) -> bool:
        poll = select.poll()  # select takes no descriptor above 1023
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _fill(self, seconds: float) -> bool:
        """Take what is there; False at the end of the connection. Returns with nothing after so many seconds."""
        self._socket.settimeout(max(seconds, 0.001))
        try:
            piece = self._socket.recv(1 << 18)
        except TimeoutError:
            return True
        except OSError:
            return False
        self._held += piece
        return bool(piece)
