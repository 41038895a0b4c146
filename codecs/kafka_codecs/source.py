"""Python source under construction: indented lines, names that do not clash, and the objects that it refers to."""

import builtins
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from keyword import iskeyword

__all__ = ["Source"]


class Source:
    """One function's source. ``names`` is what its globals must hold."""

    def __init__(self, names: dict[str, object]) -> None:
        self.names: dict[str, object] = dict(names)
        self._taken = {*names, *dir(builtins), "buffer", "at", "limit", "budget", "end", "size", "count", "mark", "tag"}
        self._taken |= {
            "tags",
            "message",
            "parts",
            "out",
            "raw",
            "start",
            "chunks",
            "error",
            "again",
            "second",
            "decode_replacing",
        }
        self._known: dict[object, str] = {}
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Indent what is written inside ``with``, under ``header``; ``pass`` if nothing is."""
        self.line(header)
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._depth -= 1

    def local(self, name: str) -> str:
        """Return a name of its own for a local variable, ``name`` itself if that is free."""
        unique, number = name, 2
        while unique in self._taken or iskeyword(unique):
            unique, number = f"{name}_{number}", number + 1
        self._taken.add(unique)
        return unique

    def constant(self, name: str, value: object, key: object = None) -> str:
        """Return the name of a global that holds ``value``; asked again with the same ``key``, the same name."""
        key = (name, value if key is None else key)
        if key not in self._known:
            self._known[key] = self.local(name)
            self.names[self._known[key]] = value
        return self._known[key]

    def unpacker(self, codes: str) -> tuple[str, int]:
        """Return the name of ``unpack_from`` for these ``struct`` codes, and how many bytes it reads."""
        fused = struct.Struct(">" + codes)
        return self.constant("read_" + codes.replace("?", "o"), fused.unpack_from, codes), fused.size

    def iterator(self, codes: str) -> tuple[str, int]:
        """Return the name of ``iter_unpack`` for these ``struct`` codes, and how many bytes make one element."""
        each = struct.Struct(">" + codes)
        return self.constant("read_all_" + codes.replace("?", "o"), each.iter_unpack, codes), each.size

    def packer(self, codes: str) -> str:
        """Return the name of ``pack`` for these ``struct`` codes."""
        return self.constant("write_" + codes.replace("?", "o"), struct.Struct(">" + codes).pack, codes)

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"
