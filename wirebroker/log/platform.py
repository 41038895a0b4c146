"""What not every operating system has, each behind one small function with a fallback."""

import os
from collections.abc import Callable
from pathlib import Path

__all__ = [
    "lent_descriptors_end",
    "lock_file",
    "open_files_limit",
    "read_at",
    "sync_directory",
    "sync_file",
    "write_at",
]

Buffer = bytes | bytearray | memoryview


def _seek_and_write(fd: int, data: Buffer, at: int, /) -> int:
    os.lseek(fd, at, os.SEEK_SET)
    return os.write(fd, data)


def _seek_and_read(fd: int, size: int, at: int, /) -> bytes:
    os.lseek(fd, at, os.SEEK_SET)
    return os.read(fd, size)


write_at: Callable[[int, Buffer, int], int] = getattr(os, "pwrite", _seek_and_write)
"""``write_at(fd, data, at)`` returns how much was written, which may be less than all."""

read_at: Callable[[int, int, int], bytes] = getattr(os, "pread", _seek_and_read)
"""``read_at(fd, size, at)`` returns up to ``size`` bytes."""


sync_file: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
"""``sync_file(fd)`` returns when a file's bytes, and its size, are on stable storage."""


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable. Windows cannot, and does not need to."""
    if os.name != "nt":
        fd = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


FEWEST_OPEN_FILES, MOST_OPEN_FILES = 16, 2048


def open_files_limit() -> int:
    """Return how many files of logs may be open at a time: a quarter of what the process may open, within bounds.

    The rest is for connections.
    """
    return max(FEWEST_OPEN_FILES, min(_descriptors() // 4, MOST_OPEN_FILES))


def lent_descriptors_end() -> int:
    """Return the descriptor from which on none is lent to a response: half of what the process may open is left.

    An answer may have pieces of thousands of files, and stays for as long as its client takes to read it. What is left
    is for files in use (``open_files_limit``) and for connections.
    """
    return _descriptors() // 2


def lock_file(path: Path) -> Callable[[], None]:
    """Lock a file for this process, creating it, and return what unlocks it. Raises BlockingIOError if it is locked.

    The operating system unlocks it when the process ends, however it ends.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(fd)
    except OSError:
        os.close(fd)
        raise
    return lambda: os.close(fd)


if os.name == "nt":  # pragma: no cover - another system's branch
    import msvcrt

    def _lock(fd: int) -> None:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore] # - Windows only
        except PermissionError as taken:
            raise BlockingIOError from taken

    def _descriptors() -> int:
        return 8192  # what Microsoft's C library allows at most; handles of the system are not bounded so

else:
    import fcntl
    import resource

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _descriptors() -> int:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return 4 * MOST_OPEN_FILES if soft == resource.RLIM_INFINITY else soft
