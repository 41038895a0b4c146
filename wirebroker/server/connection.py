"""One client's connection: whole frames in, answers out, in order, one request at a time (Kafka mutes the channel).

Everything that has arrived is handled before anything is sent, so that a client with many requests in flight costs one
receive and one send for all of them. Small frames are handled where they were received; a large one is received
straight into a buffer of its size, which grows with the bytes that come and never by the size that a client merely
claims.
"""

import logging
import socket
import struct
from collections.abc import Sequence
from typing import NamedTuple

import trio

from kafka_codecs.schema import Chunk
from wirebroker.apis.context import Peer
from wirebroker.errors import CloseConnection
from wirebroker.server.buffers import LARGEST_KEPT, BufferPool
from wirebroker.server.dispatch import Dispatcher
from wirebroker.server.limits import Limits
from wirebroker.server.output import JOIN_UP_TO, send_all, send_small

_log = logging.getLogger(__name__)
_peek = struct.Struct(">ih").unpack_from
_PREFIX = 4
_PRODUCE = 0
_TRUST = 16
_SMALLEST = 2  # the API key, by which a frame's limit is found; no request is that short


class Origin(NamedTuple):
    """Where a connection comes from, and at which address its client reaches us."""

    listener: str
    host: str
    advertised_host: str
    advertised_port: int


class Connection:
    """Serves one accepted socket until either side has had enough. ``serve`` is its one task."""

    def __init__(
        self, sock: socket.socket, origin: Origin, dispatcher: Dispatcher, limits: Limits, pool: BufferPool
    ) -> None:
        self.host = origin.host
        # Shielded, so that a stop of the server is what ``stop`` makes of it.
        self.scope = trio.CancelScope(shield=True)
        self._is_sending = False
        self.deadline = trio.current_time() + limits.idle_timeout
        self._waiting_for = "idle"
        self._stopping = False
        self._sock = sock
        self._peer = Peer(
            origin.listener, f"/{origin.host}", origin.advertised_host, origin.advertised_port, self.flush
        )
        self._dispatcher = dispatcher
        self._limits = limits
        self._pool = pool
        self._unsent: list[Chunk] = []
        self._unsent_bytes = 0

    def __str__(self) -> str:
        return f"{self.host} on {self._peer.listener}"

    # ---- what others ask of it

    def stop(self, at_the_latest: float) -> None:
        """End at once when idle or parked; when an answer is on its way after its last byte, or at that time."""
        self._stopping = True
        self.scope.deadline = at_the_latest
        if not self._is_sending:
            self.scope.cancel()

    def expire(self, now: float) -> None:
        """Close the connection if what it waits for is overdue at ``now`` (monotonic seconds)."""
        if now >= self.deadline and not self.scope.cancel_called:
            _log.info("closed %s: %s for too long", self, self._waiting_for)
            self.scope.cancel()

    async def flush(self) -> None:
        """Send every answer that is ready."""
        parts: Sequence[Chunk] = self._unsent
        if not parts:
            return
        size, self._unsent, self._unsent_bytes = self._unsent_bytes, [], 0
        if size <= JOIN_UP_TO:
            parts = send_small(self._sock, parts)
        if not parts:
            return
        self._wait_for("its answers not read", self._limits.write_timeout)
        self._is_sending = True
        await send_all(self._sock, parts)
        self._is_sending = False
        self._wait_for("idle", self._limits.idle_timeout)
        if self._stopping:
            self.scope.cancel()

    # ---- its task

    async def serve(self) -> None:
        """Serve until the client leaves, breaks the protocol or is too slow. Closes the socket; raises nothing."""
        with self._sock, self.scope:
            try:
                await self._serve_frames()
            except CloseConnection as reason:
                _log.warning("closed %s: %s", self, reason)
                await self._say_goodbye()
            except OSError as gone:
                _log.debug("%s went away: %s", self, gone)
            except Exception:  # noqa: BLE001 - whatever it is, it must not reach the other connections
                _log.exception("closed %s: a fault of ours", self)

    async def _say_goodbye(self) -> None:
        """Let the answers leave that earlier requests have earned."""
        try:
            await self.flush()
        except OSError as gone:
            _log.debug("%s went away: %s", self, gone)

    async def _serve_frames(self) -> None:
        rest = b""
        while True:
            await trio.lowlevel.wait_readable(self._sock)
            buffer = self._pool.take()
            try:
                known = len(rest)
                buffer[:known] = rest
                received = self._receive(memoryview(buffer)[known:])
                if received is None:
                    continue
                if received == 0:
                    return
                if not known:
                    self._wait_for("idle", self._limits.idle_timeout)
                rest, is_new = await self._handle_frames(memoryview(buffer)[: known + received], len(buffer), known)
            finally:
                self._pool.give(buffer)
            if self._unsent:
                await self.flush()
            if not rest:
                self._wait_for("idle", self._limits.idle_timeout)
            elif is_new:
                self._wait_for("an unfinished request", self._limits.frame_timeout)

    async def _handle_frames(self, received: memoryview, capacity: int, known: int) -> tuple[bytes, bool]:
        """Handle each whole frame, fetch the end of a large one.

        Returns the beginning of a frame that is still to come, and whether it began among the bytes after the first
        ``known`` ones: its time runs from its first byte.
        """
        at, end = 0, len(received)
        while end - at >= _PREFIX + 2:
            size, api_key = _peek(received, at)
            self._check_size(size, api_key)
            start, stop = at + _PREFIX, at + _PREFIX + size
            if stop > end:
                if size + _PREFIX <= capacity:
                    break
                await self._handle_large_frame(received[start:end], size)
                return b"", False
            await self._handle(received[start:stop])
            at = stop
        if end - at >= _PREFIX:
            self._check_size(int.from_bytes(received[at : at + _PREFIX], signed=True), _PRODUCE)
        return bytes(received[at:end]), at > 0 or known == 0

    def _check_size(self, size: int, api_key: int) -> None:
        limit = self._limits.request_max_bytes if api_key == _PRODUCE else self._limits.other_request_max_bytes
        if not _SMALLEST <= size <= limit:
            raise CloseConnection(
                f"a frame of {size} bytes, where {_SMALLEST} to {limit} are allowed (API key {api_key})"
            )

    async def _handle_large_frame(self, beginning: memoryview, size: int) -> None:
        await self.flush()
        buffer = self._pool.take(_room(size, len(beginning)))
        try:
            filled = len(beginning)
            buffer[:filled] = beginning
            self._wait_for("an unfinished request", self._limits.frame_timeout)
            while filled < size:
                if filled == len(buffer):
                    room = _room(size, filled)
                    grown = self._pool.take(room) if room <= LARGEST_KEPT else bytearray(room)
                    grown[:filled] = buffer
                    self._pool.give(buffer)
                    buffer = grown
                received = self._receive(memoryview(buffer)[filled:size])
                if received == 0:
                    raise CloseConnection(f"the client left after {filled} of a frame's {size} bytes")
                if received is None:
                    await trio.lowlevel.wait_readable(self._sock)
                else:
                    filled += received
            await self._handle(memoryview(buffer)[:size])
        finally:
            self._pool.give(buffer)

    async def _handle(self, frame: memoryview) -> None:
        parts = await self._dispatcher.answer(frame, self._peer)
        self._unsent += parts
        self._unsent_bytes += sum(map(len, parts))
        if self._unsent_bytes > self._limits.unsent_bytes:
            await self.flush()

    def _receive(self, into: memoryview) -> int | None:
        """Return the number of bytes received, 0 at the end of the stream, None when there is nothing yet."""
        try:
            return self._sock.recv_into(into)
        except BlockingIOError:
            return None

    def _wait_for(self, what: str, seconds: float) -> None:
        self._waiting_for = what
        self.deadline = trio.current_time() + seconds


def _room(size: int, filled: int) -> int:
    """Return how large to make the buffer for a frame of ``size`` bytes of which ``filled`` have come.

    A client gets room for sixteen times what it has sent, up to what the pool keeps, then for twice: a megabyte that
    begins with a full receive is not copied, and a mere claim of one costs 16 KiB.
    """
    return min(size, max(2 * filled, min(_TRUST * filled, LARGEST_KEPT)))
