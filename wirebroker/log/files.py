"""The only door to a disk: every byte that a log keeps passes through a ``Files``.

``DiskFiles`` is a directory, ``MemoryFiles`` the same without any file. Names are relative to the root, with ``/``.
Whoever reads gets pieces that are not copied: ``FileRange``, which a server hands to ``sendfile``, or memoryviews.
Faults come out as OSError, in memory too, so that a test can stand in for a disk by overriding a method.
"""

import os
import shutil
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from wirebroker.log.platform import lock_file, read_at, sync_directory, sync_file, write_at

__all__ = ["Chunk", "DiskFiles", "File", "FileRange", "Files", "MemoryFiles"]

Buffer = bytes | bytearray | memoryview

SMALLEST_CHUNK = 4 * 1024
LARGEST_CHUNK = 4 * 1024 * 1024
POOLED_CHUNKS = 16
"""Chunks kept for the next log when one is deleted: a MiB takes 100 us to fill, and 700 if the memory is fresh."""


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


class Arena:
    """Chunks of memory for files without a disk, and those of deleted files for the next ones."""

    def __init__(self, pooled: int = POOLED_CHUNKS) -> None:
        self._pool: list[bytearray] = []
        self._pooled = pooled

    def take(self, size: int) -> memoryview:
        if size == LARGEST_CHUNK and self._pool:
            return memoryview(self._pool.pop())
        return memoryview(bytearray(size))

    def give_back(self, chunk: memoryview) -> None:
        """Keep the chunk unless somebody looks at it: a bytearray under another view refuses to change its size."""
        memory: bytearray = chunk.obj  # type: ignore[assignment]  # - made by take()
        chunk.release()
        if len(memory) == LARGEST_CHUNK and len(self._pool) < self._pooled:
            try:
                last = memory.pop()
            except BufferError:
                return
            memory.append(last)
            self._pool.append(memory)


class MemoryFile:
    """A file of a MemoryFiles: chunks that grow with it. What was written in one go lies in one chunk."""

    __slots__ = ("_arena", "_chunks", "_ends", "_size", "exists")

    def __init__(self, arena: Arena) -> None:
        self.exists = False
        self._arena = arena
        self._chunks: list[memoryview] = []
        self._ends: list[int] = []  # for each chunk, the position in the file after the last byte that it holds
        self._size = 0

    def size(self) -> int:
        return self._size

    def write(self, data: Buffer, at: int) -> None:
        self.exists = True
        if at != self._size:
            self._make_end(at)
        size = len(data)
        ends = self._ends
        used = at - (ends[-2] if len(ends) > 1 else 0)
        if not ends or used + size > len(self._chunks[-1]):
            self._add_chunk(size)
            used = 0
        self._chunks[-1][used : used + size] = data
        self._size = ends[-1] = at + size

    def _make_end(self, at: int) -> None:
        """Cut the file to ``at``, or fill it up with zeros as a disk does with a hole."""
        self.truncate(at)
        if at > self._size:
            self.write(bytes(at - self._size), self._size)

    def _add_chunk(self, size: int) -> None:
        """Chunks double from 4 KiB to 4 MiB, so that a small topic stays small; a larger write gets its own."""
        grown = min(2 * len(self._chunks[-1]), LARGEST_CHUNK) if self._chunks else SMALLEST_CHUNK
        while grown < min(size, LARGEST_CHUNK):
            grown *= 2
        self._chunks.append(self._arena.take(max(grown, size)))
        self._ends.append(self._size)

    def pieces(self, at: int, size: int) -> list[Chunk]:
        return list(self._views(at, size))

    def _views(self, at: int, size: int) -> Iterator[memoryview]:
        end = at + size
        ends = self._ends
        index = len(ends) - 1 if len(ends) > 1 and at >= ends[-2] else bisect_right(ends, at)
        while at < end:
            start = ends[index - 1] if index else 0
            stop = min(end, ends[index])
            yield self._chunks[index][at - start : stop - start]
            at = stop
            index += 1

    def read(self, at: int, size: int) -> memoryview:
        views = list(self._views(at, max(0, min(size, self._size - at))))
        return views[0] if len(views) == 1 else memoryview(b"".join(views))

    def truncate(self, size: int) -> None:
        """Cut the file, where it is longer. The last chunk is copied, since readers may still see what is cut."""
        if size >= self._size:
            return
        while self._ends and (self._ends[-2] if len(self._ends) > 1 else 0) >= size:
            self._ends.pop()
            self._arena.give_back(self._chunks.pop())
        self._size = size
        if self._ends:
            self._chunks[-1] = memoryview(bytearray(self._chunks[-1]))
            self._ends[-1] = size

    def sync(self) -> None:
        pass

    def close(self) -> None:
        pass

    def discard(self) -> None:
        """Return the memory to the arena."""
        for chunk in self._chunks:
            self._arena.give_back(chunk)
        self._chunks, self._ends, self._size, self.exists = [], [], 0, False


class MemoryFiles:
    """A tree that exists in this process only."""

    def __init__(self, arena: Arena | None = None) -> None:
        self._arena = arena or Arena()
        self._directories: dict[str, dict[str, MemoryFile]] = {"": {}}
        self._locked = False

    def open(self, name: str) -> MemoryFile:
        directory, _, base = name.rpartition("/")
        files = self._directories.setdefault(directory, {})
        if base not in files:
            files[base] = MemoryFile(self._arena)
        return files[base]

    def names(self, directory: str) -> list[str]:
        names = [name for name, file in self._directories.get(directory, {}).items() if file.exists]
        if not directory:
            names += [
                name for name, files in self._directories.items() if name and any(f.exists for f in files.values())
            ]
        return sorted(names)

    def load(self, name: str) -> bytes | None:
        directory, _, base = name.rpartition("/")
        file = self._directories.get(directory, {}).get(base)
        return bytes(file.read(0, file.size())) if file and file.exists else None

    def save(self, name: str, data: bytes, *, sync: bool = False) -> None:  # noqa: ARG002 - nothing is more stable here
        file = self.open(name)
        file.discard()
        file.write(data, 0)

    def make_directory(self, directory: str) -> None:
        self._directories.setdefault(directory, {})

    def rename(self, old: str, new: str) -> None:
        if old in self._directories:
            self._directories[new] = self._directories.pop(old)
            return
        old_directory, _, old_base = old.rpartition("/")
        new_directory, _, new_base = new.rpartition("/")
        file = self._directories[old_directory].pop(old_base)
        self._directories.setdefault(new_directory, {})[new_base] = file

    def remove(self, name: str) -> None:
        directory, _, base = name.rpartition("/")
        file = self._directories.get(directory, {}).pop(base, None)
        if file is not None:
            file.discard()

    def remove_tree(self, directory: str) -> None:
        for file in self._directories.pop(directory, {}).values():
            file.discard()

    def lock(self) -> Callable[[], None]:
        if self._locked:
            raise BlockingIOError("another storage of this process uses these files")
        self._locked = True
        return self._unlock

    def _unlock(self) -> None:
        self._locked = False
