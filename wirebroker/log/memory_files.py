"""Files in memory, for a broker that keeps nothing: the same interface as a disk's, and no file anywhere.

What costs time there is memory that was never touched before: a MiB takes 100 us to fill, and 700 if its pages are
fresh. So files grow by chunks, and the chunks of deleted files are used again, unless somebody still reads them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator

from wirebroker.log.files import Buffer, Chunk

__all__ = ["Arena", "MemoryFile", "MemoryFiles"]

SMALLEST_CHUNK = 4 * 1024
LARGEST_CHUNK = 4 * 1024 * 1024
POOLED_CHUNKS = 16
"""Chunks of the largest size that are kept for the next log when one is deleted."""


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

    def modified_ms(self) -> int | None:
        return None

    def syncing(self) -> Callable[[], None]:
        return _nothing

    def close(self) -> None:
        pass

    def discard(self) -> None:
        """Return the memory to the arena."""
        for chunk in self._chunks:
            self._arena.give_back(chunk)
        self._chunks, self._ends, self._size, self.exists = [], [], 0, False


def _nothing() -> None:
    """Sync: nothing is more stable than memory here."""


class MemoryFiles:
    """A tree that exists in this process only."""

    lasting = False

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

    def sync_directory(self, directory: str) -> None:
        pass

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
