"""One connection, over a real pair of sockets, with a dispatcher that echoes."""

import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from kafka_codecs.schema import Chunk
from wirebroker.apis.context import Peer
from wirebroker.errors import CloseConnection
from wirebroker.server.buffers import SMALL, BufferPool
from wirebroker.server.connection import Connection, Origin
from wirebroker.server.limits import Limits

PRODUCE, METADATA = 0, 3
ORIGIN = Origin("PLAINTEXT", "127.0.0.1", "127.0.0.1", 9092)


class Echo:
    """Answers each frame with itself; may park, flush first, refuse, or fail, as the frame's payload says."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.parked = trio.Event()
        self.release = trio.Event()

    async def answer(self, frame: memoryview, peer: Peer) -> list[Chunk]:
        content = bytes(frame)
        self.seen.append(content)
        if content.endswith(b"park"):
            await peer.flush()
            self.parked.set()
            await self.release.wait()
        if content.endswith(b"close"):
            raise CloseConnection("told to")
        if content.endswith(b"crash"):
            raise ZeroDivisionError
        return [struct.pack(">i", len(content)), content]


def frame(payload: bytes, api_key: int = METADATA) -> bytes:
    body = struct.pack(">hhi", api_key, 0, 7) + payload
    return struct.pack(">i", len(body)) + body


class Client:
    def __init__(self, sock: socket.socket) -> None:
        self._stream = trio.SocketStream(trio.socket.from_stdlib_socket(sock))
        self._buffer = b""

    async def send(self, data: bytes) -> None:
        await self._stream.send_all(data)

    async def receive(self) -> bytes | None:
        """The payload of the next answer, None at the end of the stream."""
        while len(self._buffer) < 4 or len(self._buffer) < 4 + struct.unpack(">i", self._buffer[:4])[0]:
            try:
                data = await self._stream.receive_some()
            except trio.BrokenResourceError:
                return None
            if not data:
                return None
            self._buffer += data
        size = struct.unpack(">i", self._buffer[:4])[0]
        content, self._buffer = self._buffer[4 : 4 + size], self._buffer[4 + size :]
        return content[8:]

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def served(
    echo: Echo, limits: Limits | None = None
) -> AsyncIterator[tuple[Client, Connection, Callable[[], bool]]]:
    """A connection that is being served; the last value says whether its task has ended."""
    left, right = socket.socketpair()
    left.setblocking(False)
    connection = Connection(left, ORIGIN, echo, limits or Limits(), BufferPool())  # type: ignore[arg-type]
    ended = trio.Event()

    async def serve() -> None:
        await connection.serve()
        ended.set()

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve)
            client = Client(right)
            yield client, connection, ended.is_set
            await client.aclose()
            await ended.wait()


@pytest.mark.trio
async def test_frames_are_answered_in_order_however_they_arrive() -> None:
    """Many in one packet, one in many packets, one byte at a time."""
    echo = Echo()
    payloads = [bytes([65 + n]) * n for n in range(30)]
    stream = b"".join(map(frame, payloads))
    for step in (len(stream), 7, 1):
        async with served(echo) as (client, _, _), trio.open_nursery() as nursery:

            async def send(client: Client = client, step: int = step) -> None:
                for at in range(0, len(stream), step):
                    await client.send(stream[at : at + step])

            nursery.start_soon(send)
            assert [await client.receive() for _ in payloads] == payloads


@pytest.mark.trio
@pytest.mark.parametrize("size", [SMALL - 12, SMALL, 65_536, 1_000_000, 5_000_000])
async def test_large_frames_arrive_whole_among_small_ones(size: int) -> None:
    """Frames around the buffer's size, and one that makes the buffer grow."""
    echo = Echo()
    payloads = [b"before", bytes(range(256)) * (size // 256), b"after"]
    async with served(echo) as (client, _, _), trio.open_nursery() as nursery:
        nursery.start_soon(client.send, b"".join(frame(payload, PRODUCE) for payload in payloads))
        assert [await client.receive() for _ in payloads] == payloads


@pytest.mark.trio
@pytest.mark.parametrize(
    ("head", "why"),
    [
        (struct.pack(">i", 0), "no bytes"),
        (struct.pack(">i", -1), "negative"),
        (struct.pack(">ih", 100 * 1024 * 1024 + 1, PRODUCE), "above socket.request.max.bytes"),
        (struct.pack(">ih", 8 * 1024 * 1024 + 1, METADATA), "large for anything but Produce"),
    ],
)
async def test_a_frame_of_a_forbidden_size_closes_at_once(head: bytes, why: str) -> None:
    """S12: the size is judged before the frame has come."""
    async with served(Echo()) as (client, _, _):
        await client.send(head)
        assert await client.receive() is None, why


@pytest.mark.trio
async def test_what_is_behind_a_parked_request_is_not_started() -> None:
    """S9: one request at a time. Answers to what came before it leave before it parks."""
    echo = Echo()
    async with served(echo) as (client, _, _):
        await client.send(frame(b"first") + frame(b"park") + frame(b"last"))
        assert await client.receive() == b"first"
        await echo.parked.wait()
        assert [content[8:] for content in echo.seen] == [b"first", b"park"]
        echo.release.set()
        assert [await client.receive(), await client.receive()] == [b"park", b"last"]


@pytest.mark.trio
async def test_a_half_closed_client_still_gets_its_answer() -> None:
    """S10a: whole requests that arrived before the end are carried out."""
    echo = Echo()
    async with served(echo) as (client, _, _):
        await client.send(frame(b"one") + frame(b"two"))
        await client.send_eof()
        assert [await client.receive(), await client.receive(), await client.receive()] == [b"one", b"two", None]


@pytest.mark.trio
async def test_closing_sends_what_earlier_requests_have_earned() -> None:
    async with served(Echo()) as (client, _, ended):
        await client.send(frame(b"kept") + frame(b"close") + frame(b"never"))
        assert await client.receive() == b"kept"
        assert await client.receive() is None
        assert ended()


@pytest.mark.trio
async def test_a_fault_outside_a_handler_ends_this_connection_only(caplog: pytest.LogCaptureFixture) -> None:
    """The traceback reaches the log, not the nursery."""
    async with served(Echo()) as (client, _, _):
        await client.send(frame(b"crash"))
        assert await client.receive() is None
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.trio
async def test_expiry_tells_idle_from_unfinished(caplog: pytest.LogCaptureFixture) -> None:
    """A frame's time runs from its first byte, and further bytes do not prolong it."""
    caplog.set_level("INFO")
    limits = Limits(idle_timeout=600, frame_timeout=30)
    async with served(Echo(), limits) as (client, connection, ended):
        now = trio.current_time()
        assert connection.deadline == pytest.approx(now + 600, abs=5)
        await client.send(frame(b"unfinished")[:9])
        await trio.testing.wait_all_tasks_blocked()
        begun = connection.deadline
        assert begun == pytest.approx(now + 30, abs=5)
        await client.send(b"u")
        await trio.testing.wait_all_tasks_blocked()
        assert connection.deadline == begun
        connection.expire(begun - 0.001)
        assert not ended()
        connection.expire(begun)
        assert await client.receive() is None
    assert "an unfinished request for too long" in caplog.text


@pytest.mark.trio
async def test_a_stop_ends_parked_and_idle_connections_at_once() -> None:
    echo = Echo()
    async with served(echo) as (client, connection, _):
        await client.send(frame(b"park"))
        await echo.parked.wait()
        connection.stop(trio.current_time() + 5)
        assert await client.receive() is None
    async with served(Echo()) as (client, connection, _):
        await trio.testing.wait_all_tasks_blocked()
        connection.stop(trio.current_time() + 5)
        assert await client.receive() is None


@pytest.mark.trio
async def test_a_stop_lets_an_answer_on_its_way_arrive() -> None:
    """The client reads slowly; the stop comes while megabytes are still to be sent."""
    payload = b"x" * 4_000_000
    async with served(Echo()) as (client, connection, _):
        await client.send(frame(payload, PRODUCE))
        await trio.testing.wait_all_tasks_blocked()
        connection.stop(trio.current_time() + 5)
        assert await client.receive() == payload
        assert await client.receive() is None


@pytest.mark.trio
async def test_a_stop_does_not_wait_for_a_client_that_does_not_read() -> None:
    """The answer on its way has until the time that the stop gives, and no longer."""
    async with served(Echo()) as (client, connection, ended):
        await client.send(frame(b"x" * 4_000_000, PRODUCE))
        await trio.testing.wait_all_tasks_blocked()
        connection.stop(trio.current_time() + 0.01)
        with trio.fail_after(5):
            while not ended():
                await trio.testing.wait_all_tasks_blocked(0.005)
