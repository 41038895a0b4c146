"""The only door to a disk: every byte that a log keeps passes through a ``Files``.

``DiskFiles`` is a directory, ``memory_files.MemoryFiles`` the same without any file. Names are relative to the root,
with ``/``. Whoever reads gets pieces that are not copied: ``FileRange``, which a server hands to ``sendfile``, or
memoryviews. Faults come out as OSError, in memory too: a test stands in for a disk by overriding a method.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from wirebroker.log.platform import lock_file, read_at, sync_directory, sync_file, write_at

__all__ = ["Buffer", "Chunk", "DiskFiles", "File", "FileRange", "Files"]

Buffer = bytes | bytearray | memoryview


class Handle:
    """An open file descriptor that closes when nobody refers to it any more: neither a log nor a send under way."""

    __slots__ = ("fd",)

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def __del__(self) -> None:
        os.close(self.fd)


class FileRange:
    """A piece of a file for a response. It keeps the file open: deleting the topic does not break a send under way."""

    __slots__ = ("_handle", "position", "size")

    def __init__(self, handle: Handle, position: int, size: int) -> None:
        self._handle = handle
        self.position = position
        self.size = size

    def __len__(self) -> int:
        return self.size

    def fileno(self) -> int:
        return self._handle.fd

    def tobytes(self) -> bytes:
        """Read the piece, where ``sendfile`` cannot be used (TLS, tests). Raises OSError."""
        return read_at(self._handle.fd, self.size, self.position)


Chunk = memoryview | FileRange
"""What a read returns: it has a length, and a server knows how to send it."""


class File(Protocol):
    """A file that grows at its end. The first write creates it; until then it reads as empty."""

    def size(self) -> int:
        """Return the bytes in the file."""

    def write(self, data: Buffer, at: int) -> None:
        """Write all of ``data`` at ``at``, creating the file if need be."""

    def read(self, at: int, size: int) -> memoryview:
        """Return up to ``size`` bytes from ``at``, fewer at the end of the file."""

    def pieces(self, at: int, size: int) -> list[Chunk]:
        """Return what is at ``at`` for a response, uncopied. The bytes must be there."""

    def truncate(self, size: int) -> None:
        """Cut the file to ``size`` bytes."""

    def sync(self) -> None:
        """Return when the bytes are on stable storage."""

    def close(self) -> None:
        """Let go of the descriptor. A later use opens the file again."""


class Files(Protocol):
    """A directory tree."""

    def open(self, name: str) -> File:
        """Return the file of this name, existing or not, without touching the disk."""

    def names(self, directory: str) -> list[str]:
        """Return the names in a directory, sorted; none if it does not exist. ``""`` is the root."""

    def load(self, name: str) -> bytes | None:
        """Return a small file's bytes, None if there is none."""

    def save(self, name: str, data: bytes, *, sync: bool = False) -> None:
        """Replace a small file as a whole: after a kill it is the old one or the new one (Kafka's CheckpointFile).

        ``sync`` holds that against a power failure too, and returns when the new one is on stable storage.
        """

    def make_directory(self, directory: str) -> None:
        """Create the directory if it does not exist."""

    def rename(self, old: str, new: str) -> None:
        """Rename a file or directory."""

    def remove(self, name: str) -> None:
        """Remove a file; it may be missing."""

    def remove_tree(self, directory: str) -> None:
        """Remove a directory and all that is in it; it may be missing."""

    def lock(self) -> Callable[[], None]:
        """Take the tree for this process and return what lets go of it. Raises BlockingIOError if it is taken."""


class DiskFile:
    """A file of a DiskFiles. Opened by the first use, created by the first write."""

    __slots__ = ("_handle", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle: Handle | None = None

    def _opened(self) -> Handle:
        if self._handle is None:
            self._handle = Handle(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644))
        return self._handle

    def size(self) -> int:
        try:
            return os.fstat(self._handle.fd).st_size if self._handle else Path(self._path).stat().st_size
        except FileNotFoundError:
            return 0

    def write(self, data: Buffer, at: int) -> None:
        fd = (self._handle or self._opened()).fd
        written = write_at(fd, data, at)
        while written < len(data):
            written += write_at(fd, memoryview(data)[written:], at + written)

    def read(self, at: int, size: int) -> memoryview:
        if self._handle is None and not Path(self._path).exists():
            return memoryview(b"")
        return memoryview(read_at(self._opened().fd, size, at))

    def pieces(self, at: int, size: int) -> list[Chunk]:
        return [FileRange(self._handle or self._opened(), at, size)]

    def truncate(self, size: int) -> None:
        os.ftruncate(self._opened().fd, size)

    def sync(self) -> None:
        sync_file(self._opened().fd)

    def close(self) -> None:
        self._handle = None


class DiskFiles:
    """The tree below a directory of the operating system."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = f"{root}{os.sep}"

    def open(self, name: str) -> DiskFile:
        return DiskFile(self._prefix + name)

    def names(self, directory: str) -> list[str]:
        try:
            return sorted(os.listdir(self.root / directory))  # noqa: PTH208 - iterdir builds a Path per name
        except FileNotFoundError:
            return []

    def load(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def save(self, name: str, data: bytes, *, sync: bool = False) -> None:
        path = self.root / name
        beside = path.with_name(path.name + ".tmp")
        with beside.open("wb") as file:
            file.write(data)
            if sync:
                file.flush()
                sync_file(file.fileno())
        beside.replace(path)
        if sync:
            sync_directory(path.parent)

    def make_directory(self, directory: str) -> None:
        (self.root / directory).mkdir(parents=True, exist_ok=True)

    def rename(self, old: str, new: str) -> None:
        (self.root / old).rename(self.root / new)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def remove_tree(self, directory: str) -> None:
        if (self.root / directory).exists():
            shutil.rmtree(self.root / directory)

    def lock(self) -> Callable[[], None]:
        return lock_file(self.root / ".lock")
