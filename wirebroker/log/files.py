"""The only door to a disk: every byte that a log keeps passes through a ``Files``.

``DiskFiles`` is a directory, ``memory_files.MemoryFiles`` the same without any file. Names are relative to the root,
with ``/``. Whoever reads gets pieces that are not copied: ``FileRange``, which a server hands to ``sendfile``, or
memoryviews. Faults come out as OSError.

Only a few of a disk's files are open at a time: a file opens when it is used, and closes when others need its place.
What is written is in the system's page cache; ``syncing`` gives the call that brings it to stable storage, which takes
long and may be made on any thread.
"""

import os
import shutil
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from wirebroker.log.platform import (
    lent_descriptors_end,
    lock_file,
    open_files_limit,
    read_at,
    sync_directory,
    sync_file,
    write_at,
)

__all__ = ["Buffer", "Chunk", "DiskFiles", "File", "FileRange", "Files", "OpenFiles"]

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

    def modified_ms(self) -> int | None:
        """Return when the file was last written, in milliseconds of the wall clock; None if nobody knows."""

    def syncing(self) -> Callable[[], None]:
        """Return a call that returns when all that is written by now is on stable storage; for any thread.

        A failed one may not be repeated: the system may have dropped the bytes, and would say that all is well.
        """

    def close(self) -> None:
        """Let go of the descriptor. A later use opens the file again."""


class Files(Protocol):
    """A directory tree. ``lasting``: it is still there when the process has ended, and what is synced longer."""

    lasting: bool

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

    def sync_directory(self, directory: str) -> None:
        """Bring the names in a directory to stable storage: new, renamed and removed ones. For any thread."""

    def rename(self, old: str, new: str) -> None:
        """Rename a file or directory."""

    def remove(self, name: str) -> None:
        """Remove a file; it may be missing."""

    def remove_tree(self, directory: str) -> None:
        """Remove a directory and all that is in it; it may be missing."""

    def lock(self) -> Callable[[], None]:
        """Take the tree for this process and return what lets go of it. Raises BlockingIOError if it is taken."""


class OpenFiles:
    """The files that are open, ``limit`` at most: who comes takes the place of one that was not used for long.

    A file that was used again since it was last looked at gets another round (the clock algorithm): a use costs no more
    than setting a flag. A descriptor that a response or a sync under way still needs closes when that is done; when
    those become too many, as their numbers tell (``lent_end`` and above), responses get copies, and syncs open the file
    when they are carried out.
    """

    def __init__(self, limit: int | None = None, lent_end: int | None = None) -> None:
        self.limit = open_files_limit() if limit is None else limit
        self.lent_end = lent_descriptors_end() if lent_end is None else lent_end
        self._files: deque[DiskFile] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._files)

    def add(self, file: "DiskFile") -> None:
        """Note that a file was opened, and close another if there are too many."""
        with self._lock:
            while len(self._files) >= self.limit:
                other = self._files.popleft()
                if other.used and other.handle is not None:
                    other.used = False
                    self._files.append(other)
                else:
                    other.handle = None
            self._files.append(file)

    def drop(self, file: "DiskFile") -> None:
        """Note that a file was closed."""
        with self._lock:
            try:
                self._files.remove(file)
            except ValueError:
                return


class DiskFile:
    """A file of a DiskFiles. Opened by the first use, created by the first write."""

    __slots__ = ("_open_files", "_path", "handle", "used")

    def __init__(self, path: str, open_files: OpenFiles) -> None:
        self._path = path
        self._open_files = open_files
        self.handle: Handle | None = None
        self.used = False

    def _opened(self, *, create: bool) -> Handle:
        """Open the file. Whoever uses a handle keeps it, since another thread may close the file meanwhile."""
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | (os.O_CREAT if create else 0)
        handle = self.handle = Handle(os.open(self._path, flags, 0o644))
        self._open_files.add(self)
        return handle

    def size(self) -> int:
        handle = self.handle
        try:
            return (os.fstat(handle.fd) if handle else os.stat(self._path)).st_size  # noqa: PTH116 - as in DiskFiles
        except FileNotFoundError:
            return 0

    def write(self, data: Buffer, at: int) -> None:
        handle = self.handle
        if handle is None:
            handle = self._opened(create=True)
        else:
            self.used = True
        written = write_at(handle.fd, data, at)
        while written < len(data):
            written += write_at(handle.fd, memoryview(data)[written:], at + written)

    def read(self, at: int, size: int) -> memoryview:
        handle = self.handle
        if handle is None:
            try:
                handle = self._opened(create=False)
            except FileNotFoundError:
                return memoryview(b"")
        else:
            self.used = True
        return memoryview(read_at(handle.fd, size, at))

    def pieces(self, at: int, size: int) -> list[Chunk]:
        self.used = True
        handle = self.handle or self._opened(create=False)
        if handle.fd >= self._open_files.lent_end:
            return [memoryview(read_at(handle.fd, size, at))]
        return [FileRange(handle, at, size)]

    def truncate(self, size: int) -> None:
        handle = self.handle or self._opened(create=True)
        os.ftruncate(handle.fd, size)

    def modified_ms(self) -> int | None:
        try:
            return os.stat(self._path).st_mtime_ns // 1_000_000  # noqa: PTH116 - as in DiskFiles
        except FileNotFoundError:
            return None

    def syncing(self) -> Callable[[], None]:
        try:
            handle = self.handle or self._opened(create=False)
        except FileNotFoundError:
            return _nothing
        if handle.fd >= self._open_files.lent_end:
            return partial(_sync_path, self._path)
        return lambda: sync_file(handle.fd)

    def close(self) -> None:
        if self.handle is not None:
            self.handle = None
            self._open_files.drop(self)


def _nothing() -> None:
    """Sync what was never written."""


def _sync_path(path: str) -> None:
    """Sync a file that is open no more: the system tells of a write that failed, if nobody was told yet."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:  # deleted meanwhile
        return
    try:
        sync_file(fd)
    finally:
        os.close(fd)


class DiskFiles:
    """The tree below a directory of the operating system.

    A start of ten thousand partitions does what is here ten times for each: names are joined as text, since a ``Path``
    costs as much as the system's call.
    """

    lasting = True

    def __init__(self, root: Path, open_files: OpenFiles | None = None) -> None:
        self.root = root
        self.open_files = OpenFiles() if open_files is None else open_files  # an empty one is false
        self._prefix = f"{root}{os.sep}"

    def open(self, name: str) -> DiskFile:
        return DiskFile(self._prefix + name, self.open_files)

    def names(self, directory: str) -> list[str]:
        try:
            return sorted(os.listdir(self._prefix + directory))  # noqa: PTH208 - see the class
        except FileNotFoundError:
            return []

    def load(self, name: str) -> bytes | None:
        try:
            with open(self._prefix + name, "rb", buffering=0) as file:  # noqa: PTH123 - see the class
                return file.readall()
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

    def sync_directory(self, directory: str) -> None:
        sync_directory(self.root / directory)

    def rename(self, old: str, new: str) -> None:
        (self.root / old).rename(self.root / new)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def remove_tree(self, directory: str) -> None:
        if (self.root / directory).exists():
            shutil.rmtree(self.root / directory)

    def lock(self) -> Callable[[], None]:
        return lock_file(self.root / ".lock")
