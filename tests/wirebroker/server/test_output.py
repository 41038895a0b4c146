"""How answers leave: everything, in order, whatever the socket takes at a time."""

import socket
from pathlib import Path

import pytest
import trio

from wirebroker.server import output


class FilePart:
    """A range of a file as the log gives it."""

    def __init__(self, path: Path, position: int, length: int) -> None:
        self._file = path.open("rb")
        self.position = position
        self._length = length

    def __len__(self) -> int:
        return self._length

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()


async def received(sock: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        await trio.lowlevel.wait_readable(sock)
        data += sock.recv(65536)
    return bytes(data)


@pytest.mark.trio
@pytest.mark.parametrize("with_sendfile", [True, False])
async def test_memory_and_files_leave_in_order_through_a_full_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_sendfile: bool
) -> None:
    """Far more than the socket's buffer, small and large pieces and ranges of a file between them."""
    if not with_sendfile:
        monkeypatch.delattr(output.os, "sendfile")
    path = tmp_path / "log"
    content = bytes(range(256)) * 4096
    path.write_bytes(content)
    file = FilePart(path, 100, 500_000)
    parts = [b"head", memoryview(b"x" * 100_000), file, b"", b"tail", *[bytes([n]) * 1000 for n in range(200)]]
    expected = b"".join(content[100:500_100] if part is file else bytes(part) for part in parts)
    left, right = socket.socketpair()
    with left, right:
        left.setblocking(False)
        right.setblocking(False)
        left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(output.send_all, left, parts)
            assert await received(right, len(expected)) == expected
    file.close()


@pytest.mark.trio
async def test_a_client_that_left_is_an_os_error() -> None:
    left, right = socket.socketpair()
    with left:
        left.setblocking(False)
        right.close()
        with pytest.raises(BrokenPipeError):
            await output.send_all(left, [b"x" * 100_000])


@pytest.mark.trio
async def test_a_file_shorter_than_promised_ends_the_connection(tmp_path: Path) -> None:
    """Never an endless loop on a truncated log file."""
    path = tmp_path / "log"
    path.write_bytes(b"short")
    file = FilePart(path, 0, 100)
    left, right = socket.socketpair()
    with left, right:
        left.setblocking(False)
        with pytest.raises(ConnectionResetError):
            await output.send_all(left, [file])
    file.close()
