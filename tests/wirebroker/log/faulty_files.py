"""A disk that can be pulled out: ``Files`` that keep apart what the system shows and what is on stable storage.

A write, a truncation, a new name, a renaming or a removal is seen at once by everybody, and survives a power loss only
if it was synced: a file's bytes by the file's own sync, names by that of their directory. Of what was not synced a
power loss keeps whatever a ``Chooser`` says: of each directory the first so many changes, of each file any of its
writes, the last kept one perhaps in part.

Calls fail when a ``Fault`` is due. A failed write leaves a part of its bytes. After a failed sync the bytes that it
should have saved are lost to later syncs, as on Linux, though they can still be read.
"""

import errno
import os
from collections.abc import Callable
from typing import Protocol

from wirebroker.log.files import Buffer, Chunk


class Chooser(Protocol):
    """Who decides what a power loss leaves: a test, or hypothesis."""

    def some_of(self, count: int) -> list[int]:
        """Return which of so many unsynced writes reached the disk, in order."""
        ...

    def first_of(self, count: int) -> int:
        """Return how many of so many were done."""
        ...


class Everything:
    """As good as a power loss can be."""

    def some_of(self, count: int) -> list[int]:
        return list(range(count))

    def first_of(self, count: int) -> int:
        return count


class Nothing:
    """As bad as it can be: what was not synced is gone."""

    def some_of(self, count: int) -> list[int]:
        return []

    def first_of(self, count: int) -> int:
        return 0


class Fault:
    """Which calls fail, and how: the ``after``-th call of a kind in ``calls`` from now on (0: the next), ``times``."""

    def __init__(self, code: int, calls: frozenset[str], after: int = 0, times: int = 1 << 30) -> None:
        self.code = code
        self.calls = calls
        self._after = after
        self._times = times
        self.happened = 0

    def is_due(self, call: str) -> bool:
        if call not in self.calls or self._times <= 0:
            return False
        if self._after > 0:
            self._after -= 1
            return False
        self._times -= 1
        self.happened += 1
        return True


WRITES = frozenset(("write", "truncate", "create", "save", "rename", "remove", "mkdir"))
SYNCS = frozenset(("sync",))
READS = frozenset(("read",))


def _apply(content: bytearray, at: int, data: bytes | None) -> None:
    """``data`` None cuts at ``at``."""
    if data is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


class Node:
    """A file's bytes."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self.stable = bytearray()
        self.unsynced: list[tuple[int, bytes | None]] = []

    def change(self, at: int, data: bytes | None) -> None:
        _apply(self.seen, at, data)
        self.unsynced.append((at, data))

    def sync(self) -> None:
        for at, data in self.unsynced:
            _apply(self.stable, at, data)
        self.unsynced.clear()

    def lose_power(self, chooser: Chooser) -> None:
        kept = chooser.some_of(len(self.unsynced))
        for n in kept:
            at, data = self.unsynced[n]
            if data is not None and n == kept[-1]:
                data = data[: chooser.first_of(len(data))]
            _apply(self.stable, at, data)
        self.unsynced.clear()
        self.seen = bytearray(self.stable)


class Directory:
    """Names, of files and of directories."""

    def __init__(self) -> None:
        self.seen: dict[str, Node | Directory] = {}
        self.stable: dict[str, Node | Directory] = {}
        self.unsynced: list[dict[str, Node | Directory | None]] = []

    def change(self, names: dict[str, "Node | Directory | None"]) -> None:
        """Let names stand for something else, all at once; None removes a name."""
        _rename(self.seen, names)
        self.unsynced.append(names)

    def sync(self) -> None:
        for names in self.unsynced:
            _rename(self.stable, names)
        self.unsynced.clear()

    def lose_power(self, chooser: Chooser) -> None:
        for names in self.unsynced[: chooser.first_of(len(self.unsynced))]:
            _rename(self.stable, names)
        self.unsynced.clear()
        self.seen = dict(self.stable)
        for node in self.seen.values():
            node.lose_power(chooser)


def _rename(directory: dict[str, Node | Directory], names: dict[str, Node | Directory | None]) -> None:
    for name, node in names.items():
        directory.pop(name, None)
        if node is not None:
            directory[name] = node


class FaultyFile:
    """A file of a FaultyFiles. Opened by the first use, created by the first write, like a ``DiskFile``."""

    def __init__(self, files: "FaultyFiles", name: str) -> None:
        self._files = files
        self._name = name
        self._node: Node | None = None

    def _opened(self) -> Node:
        if self._node is None:
            self._node = self._files.node(self._name, create=True)
        assert self._node is not None
        return self._node

    def _looked_at(self) -> Node | None:
        return self._node or self._files.node(self._name, create=False)

    def size(self) -> int:
        node = self._looked_at()
        return len(node.seen) if node else 0

    def write(self, data: Buffer, at: int) -> None:
        node = self._opened()
        try:
            self._files.call("write", self._name)
        except OSError:
            node.change(at, bytes(data[: len(data) // 2]))
            raise
        node.change(at, bytes(data))

    def read(self, at: int, size: int) -> memoryview:
        self._files.call("read", self._name)
        node = self._looked_at()
        view = memoryview(bytes(node.seen[at : at + size])) if node else memoryview(b"")
        self._files.bytes_read += len(view)
        return view

    def pieces(self, at: int, size: int) -> list[Chunk]:
        return [self.read(at, size)]

    def truncate(self, size: int) -> None:
        node = self._opened()
        self._files.call("truncate", self._name)
        node.change(size, None)

    def modified_ms(self) -> int | None:
        return None

    def syncing(self) -> Callable[[], None]:
        node = self._looked_at()
        if node is None:
            return lambda: None

        def sync() -> None:
            try:
                self._files.call("sync", self._name)
            except OSError:
                node.unsynced.clear()
                raise
            node.sync()

        return sync

    def close(self) -> None:
        self._node = None


class FaultyFiles:
    """A tree whose power can be cut. ``calls`` counts all that reached it; ``faults`` may be added at any time."""

    lasting = True

    def __init__(self) -> None:
        self.root = Directory()
        self.faults: list[Fault] = []
        self.calls = 0
        self.log: list[tuple[str, str]] = []
        """Each call and its name, for a test that looks at an order."""
        self.bytes_read = 0
        self._locked = False

    # ---- what goes wrong

    def call(self, kind: str, name: str) -> None:
        """Count a call. Raises OSError if it is to fail."""
        self.calls += 1
        self.log.append((kind, name))
        for fault in self.faults:
            if fault.is_due(kind):
                raise OSError(fault.code, os.strerror(fault.code), name)

    def fail(
        self, code: int = errno.EIO, calls: frozenset[str] = WRITES, after: int = 0, times: int = 1 << 30
    ) -> Fault:
        fault = Fault(code, calls, after, times)
        self.faults.append(fault)
        return fault

    def lose_power(self, chooser: Chooser) -> None:
        """Keep what is on stable storage and what the chooser wants; locks and faults are gone."""
        self.root.lose_power(chooser)
        self.faults.clear()
        self._locked = False

    def kill(self) -> None:
        """The process ends, the system lives: what was written stays, locks and faults are gone."""
        self.faults.clear()
        self._locked = False

    # ---- names

    def directory(self, path: str) -> Directory | None:
        here: Node | Directory | None = self.root
        for part in path.split("/") if path else ():
            here = here.seen.get(part) if isinstance(here, Directory) else None
        return here if isinstance(here, Directory) else None

    def node(self, name: str, *, create: bool) -> Node | None:
        path, _, base = name.rpartition("/")
        directory = self.directory(path)
        if directory is None:
            if create:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
            return None
        node = directory.seen.get(base)
        if node is None and create:
            self.call("create", name)
            node = Node()
            directory.change({base: node})
        assert not isinstance(node, Directory)
        return node

    def open(self, name: str) -> FaultyFile:
        return FaultyFile(self, name)

    def names(self, directory: str) -> list[str]:
        found = self.directory(directory)
        return sorted(found.seen) if found else []

    def load(self, name: str) -> bytes | None:
        self.call("read", name)
        node = self.node(name, create=False)
        return bytes(node.seen) if node else None

    def save(self, name: str, data: bytes, *, sync: bool = False) -> None:
        """Written beside, then renamed: as ``DiskFiles`` does it."""
        self.call("save", name)
        path, _, base = name.rpartition("/")
        directory = self.directory(path)
        if directory is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        node = Node()
        directory.change({f"{base}.tmp": node})
        node.change(0, bytes(data))
        if sync:
            self.call("sync", name)
            node.sync()
        directory.change({f"{base}.tmp": None, base: node})
        if sync:
            self.sync_directory(path)

    def make_directory(self, directory: str) -> None:
        if self.directory(directory) is None:
            self.call("mkdir", directory)
            path, _, base = directory.rpartition("/")
            parent = self.directory(path)
            assert parent is not None
            parent.change({base: Directory()})

    def sync_directory(self, directory: str) -> None:
        found = self.directory(directory)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), directory)
        self.call("sync", directory)
        found.sync()

    def rename(self, old: str, new: str) -> None:
        self.call("rename", old)
        path, _, base = old.rpartition("/")
        new_path, _, new_base = new.rpartition("/")
        directory = self.directory(path)
        assert path == new_path, "not needed"
        assert directory is not None
        directory.change({base: None, new_base: directory.seen[base]})

    def remove(self, name: str) -> None:
        path, _, base = name.rpartition("/")
        directory = self.directory(path)
        if directory is not None and base in directory.seen:
            self.call("remove", name)
            directory.change({base: None})

    def remove_tree(self, directory: str) -> None:
        path, _, base = directory.rpartition("/")
        parent = self.directory(path)
        if parent is not None and base in parent.seen:
            self.call("remove", directory)
            parent.change({base: None})

    def lock(self) -> Callable[[], None]:
        if self._locked:
            raise BlockingIOError("locked")
        self._locked = True
        return self._unlock

    def _unlock(self) -> None:
        self._locked = False
