"""How answers leave: gathered into few system calls, and files by ``sendfile`` where the system has it."""

import os
import socket
from collections.abc import Sequence

import trio

from kafka_codecs.schema import Chunk

JOIN_UP_TO = 32 * 1024
"""Bytes up to which pieces are joined before they are sent: one copy is cheaper than a gathered call."""
_GATHER = 64
_MSG_MORE = getattr(socket, "MSG_MORE", 0)
_READ_PIECE = 256 * 1024


def send_small(sock: socket.socket, parts: Sequence[Chunk]) -> Sequence[Chunk]:
    """Send what fits without waiting, and return the rest. File ranges and what comes with them are left alone."""
    try:
        data = b"".join(parts)
    except TypeError:  # a file range
        return parts
    try:
        sent = sock.send(data)
    except BlockingIOError:
        sent = 0
    return [memoryview(data)[sent:]] if sent < len(data) else ()


async def send_all(sock: socket.socket, parts: Sequence[Chunk]) -> None:
    """Send bytes-like chunks and file ranges in order. Raises OSError when the client is gone."""
    run: list[Chunk] = []
    for part in parts:
        if isinstance(part, (bytes, bytearray, memoryview)):
            run.append(part)
            continue
        await _send_run(sock, run, _MSG_MORE)
        run = []
        await _send_file(sock, part.fileno(), part.position, len(part))
    await _send_run(sock, run, 0)


async def _send_run(sock: socket.socket, run: list[Chunk], flags: int) -> None:
    """Send a run of memory."""
    if not run:
        return
    if len(run) > 1 and sum(map(len, run)) <= JOIN_UP_TO:
        run = [b"".join(run)]
    if len(run) == 1:
        await _send_bytes(sock, memoryview(run[0]), flags)
        return
    for at in range(0, len(run), _GATHER):
        await _send_gathered(sock, run[at : at + _GATHER], flags)


async def _send_bytes(sock: socket.socket, data: memoryview, flags: int) -> None:
    while data:
        try:
            data = data[sock.send(data, flags) :]
        except BlockingIOError:
            await trio.lowlevel.wait_writable(sock)


async def _send_gathered(sock: socket.socket, run: list[Chunk], flags: int) -> None:
    while run:
        try:
            sent = sock.sendmsg(run, (), flags)
        except BlockingIOError:
            await trio.lowlevel.wait_writable(sock)
            continue
        while run and sent >= len(run[0]):
            sent -= len(run[0])
            run = run[1:]
        if sent:
            run = [memoryview(run[0])[sent:], *run[1:]]


async def _send_file(sock: socket.socket, fd: int, position: int, length: int) -> None:
    if not hasattr(os, "sendfile"):
        await _send_file_by_reading(sock, fd, position, length)
        return
    while length:
        try:
            sent = os.sendfile(sock.fileno(), fd, position, length)
        except BlockingIOError:
            await trio.lowlevel.wait_writable(sock)
            continue
        if sent == 0:
            raise ConnectionResetError("a log file ended before the range that was promised")
        position += sent
        length -= sent


async def _send_file_by_reading(sock: socket.socket, fd: int, position: int, length: int) -> None:
    """Where the system has no ``sendfile`` (Windows)."""
    while length:
        os.lseek(fd, position, os.SEEK_SET)
        piece = os.read(fd, min(length, _READ_PIECE))
        if not piece:
            raise ConnectionResetError("a log file ended before the range that was promised")
        await _send_bytes(sock, memoryview(piece), 0)
        position += len(piece)
        length -= len(piece)
