"""Write the source of an encoder: one function for one message in one version, with every inner struct inlined.

Conventions of the written source:

- ``out`` collects bytes. Numbers that follow each other are fused into one ``pack``, and so is the length of the string
  or array behind them, and a struct's empty section of tagged fields (struct code ``x``).
- Record batches are not copied: ``out`` goes to ``parts``, then their chunks, and a new ``out`` begins.
- A value that cannot be written makes ``pack``, ``len`` or ``encode`` raise, or the source itself where a field is not
  in this version; only then ``refusal`` looks for the field to name it.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cache

from kafka_codecs.plan import FIXED, Field, Layout, has_records, is_flexible, layout
from kafka_codecs.refusal import refusal
from kafka_codecs.schema import ZERO_UUID, Primitive, Struct
from kafka_codecs.source import Source
from kafka_codecs.wire import MAX_STRING_BYTES, write_unsigned_varint

__all__ = ["encoder_source"]

_SMALL_ARRAY = 16


def long_string_size(size: int) -> bytes:
    if size > MAX_STRING_BYTES + 1:
        raise ValueError("too long")
    return write_unsigned_varint(size)


def tagged(tag: int, body: bytearray) -> bytes:
    return write_unsigned_varint(tag) + write_unsigned_varint(len(body)) + body


def uuids(items: Sequence[bytes]) -> bytes:
    joined = b"".join(items)
    if len(joined) != 16 * len(items):
        raise ValueError("not 16 bytes")
    return joined


def parted(run: list[tuple[str, str | None]]) -> tuple[str, str]:
    """Return the ``struct`` codes of a run and its expressions, as arguments."""
    return "".join(code for code, _ in run), ", ".join(value for _, value in run if value is not None)


@cache
def small_arrays(code: str) -> tuple[Callable[..., bytes], ...]:
    """Return ``pack`` of short arrays of numbers, by their length."""
    return tuple(struct.Struct(f">{count}{code}").pack for count in range(_SMALL_ARRAY))


_NAMES: dict[str, object] = {
    "Refused": (ValueError, TypeError, AttributeError, struct.error),
    "ValueError": ValueError,
    "pack": struct.pack,
    **{each.__name__: each for each in (long_string_size, tagged, uuids, refusal, write_unsigned_varint)},
}


def encoder_source(cls: type[Struct], version: int) -> Source:
    """Return the source of ``encode(message, parts)``."""
    return _Writer(cls, version).write()


class _Writer:
    def __init__(self, cls: type[Struct], version: int) -> None:
        self.cls = cls
        self.version = version
        self.flexible = is_flexible(cls, version)
        self.splits = has_records(cls, version)
        self.source = Source(_NAMES)
        self.out = "out"
        """The variable that bytes go to: a tagged field has one of its own, since its size stands before it."""
        self.run: list[tuple[str, str | None]] = []
        """(struct code, expression) of what is still to be written; no expression for the padding byte ``x``."""

    def write(self) -> Source:
        source = self.source
        with source.block("def encode(message, parts):"):
            source.line("out = bytearray()")
            if self.splits:
                source.line("start = len(parts)")
            with source.block("try:"):
                self.struct(self.cls, "message")
                self.flush()
            with source.block("except Refused as error:"):
                if self.splits:
                    source.line("del parts[start:]")
                source.line(
                    f"raise refusal({source.constant(self.cls.__name__, self.cls)}, {self.version}, message) from error"
                )
            source.line("parts.append(out)")
        return source

    def flush(self) -> None:
        """Write the packing of the fused run."""
        if self.run:
            self.put(self.run)
            self.run = []

    def put(self, run: list[tuple[str, str | None]]) -> None:
        codes, arguments = parted(run)
        if codes == "x":
            self.source.line(f"{self.out}.append(0)")
        elif set(codes) == {"x"}:
            self.source.line(f"{self.out} += {bytes(len(codes))!r}")
        elif codes == "B":
            self.source.line(f"{self.out}.append({arguments})")
        else:
            self.source.line(f"{self.out} += {self.source.packer(codes)}({arguments})")

    def write_size(self, size: str, code: str, kind: Primitive | None = None) -> None:
        """Write a length or count, behind the run: of fixed size in classic versions, a varint in flexible ones."""
        if not self.flexible:
            self.run.append((code, size))
            self.flush()
            return
        before, self.run = self.run, []
        long = "long_string_size" if kind is Primitive.STRING else "write_unsigned_varint"
        with self.source.block(f"if {size} < 128:"):
            self.put([*before, ("B", size)])
        with self.source.block("else:"):
            if before:
                self.put(before)
            self.source.line(f"{self.out} += {long}({size})")

    def struct(self, cls: type[Struct], value: str) -> None:
        """Write the struct held by the variable ``value``."""
        where = layout(cls, self.version)
        lost = [f"{value}.{field.name} != {self.default(field)}" for field in where.absent if not field.is_ignorable]
        if lost:
            with self.source.block(f"if {' or '.join(lost)}:"):
                self.source.line("raise ValueError")
        for field in where.plain:
            self.field(field, f"{value}.{field.name}")
        if self.flexible:
            self.tags(where, value)

    def default(self, field: Field) -> str:
        """Return the expression of a default, to compare with."""
        if isinstance(field.default, Struct):
            return self.source.constant(
                f"default_{type(field.default).__name__}", field.default, id(type(field.default))
            )
        if field.default == ZERO_UUID:
            return self.source.constant("ZERO_UUID", ZERO_UUID)
        return repr(field.default)

    def field(self, field: Field, value: str) -> None:
        nullable = self.version in field.nullable
        if field.is_array:
            self.array(field, value, nullable=nullable)
        elif isinstance(field.type, Primitive):
            self.primitive(field.type, value, nullable=nullable)
        elif nullable:
            self.nullable_struct(field, value)
        else:
            variable = self.source.local(field.name)
            self.source.line(f"{variable} = {value}")
            self.struct(field.type, variable)

    def primitive(self, kind: Primitive, value: str, *, nullable: bool) -> None:
        if kind in FIXED:
            self.run.append((FIXED[kind], value))
        elif kind is Primitive.RECORDS:
            self.records(value, nullable=nullable)
        else:
            raw = f"{value}.encode()" if kind is Primitive.STRING else value
            self.measured("raw", value, raw, nullable=nullable)
            self.write_size("size", "h" if kind is Primitive.STRING else "i", kind)
            self.source.line(f"{self.out} += raw")

    def measured(self, variable: str, value: str, raw: str, *, nullable: bool) -> None:
        """Write: set ``variable`` to what ``raw`` says, and ``size`` to its length as the wire wants it."""
        line = self.source.line
        one = " + 1" if self.flexible else ""
        if not nullable:
            line(f"{variable} = {raw}")
            line(f"size = len({variable}){one}")
            return
        with self.source.block(f"if {value} is None:"):
            line(f"{variable} = b''")
            line(f"size = {0 if self.flexible else -1}")
        with self.source.block("else:"):
            line(f"{variable} = {raw}")
            line(f"size = len({variable}){one}")

    def records(self, value: str, *, nullable: bool) -> None:
        """Write record batches: one bytes-like object or a list of chunks, which may be parts of files."""
        assert self.out == "out", "Kafka has no records in tagged fields, and a tagged field's bytes must be at hand"
        line, block = self.source.line, self.source.block
        one = " + 1" if self.flexible else ""
        line(f"chunks = {value}")
        if nullable:
            with block("if chunks is None:"):
                line(f"size = {0 if self.flexible else -1}")
        with block(f"{'elif' if nullable else 'if'} type(chunks) is list:"):
            line(f"size = sum(map(len, chunks)){one}")
        with block("else:"):
            line(f"size = len(chunks){one}")
        self.write_size("size", "i")
        with block(f"if size > {1 if self.flexible else 0}:"):
            line("parts.append(out)")
            with block("if type(chunks) is list:"):
                line("parts += chunks")
            with block("else:"):
                line("parts.append(chunks)")
            line("out = bytearray()")

    def array(self, field: Field, value: str, *, nullable: bool) -> None:
        line = self.source.line
        items = self.source.local(field.name)
        self.measured(items, value, value, nullable=nullable)
        if isinstance(field.type, Primitive) and field.type in FIXED and field.type is not Primitive.UUID:
            self.numbers(FIXED[field.type], items)
            return
        self.write_size("size", "i")
        if field.type is Primitive.UUID:
            line(f"{self.out} += uuids({items})")
        else:
            item = self.source.local(f"{field.name}_item")
            with self.source.block(f"for {item} in {items}:"):
                if isinstance(field.type, Primitive):
                    self.primitive(field.type, item, nullable=False)
                else:
                    self.struct(field.type, item)
                self.flush()

    def numbers(self, code: str, items: str) -> None:
        """Write an array of numbers. One or three (usual counts of replicas) are fused with the run before them."""
        none = 1 if self.flexible else 0
        before = [*self.run, ("B" if self.flexible else "i", "size")]
        for few in (1, 3):
            with self.source.block(f"{'if' if few == 1 else 'elif'} size == {none + few}:"):
                self.put([*before, *((code, f"{items}[{at}]") for at in range(few))])
        with self.source.block("else:"):
            self.write_size("size", "i")
            with self.source.block(f"if size > {none}:"):
                small = self.source.constant(f"write_short_{code}", small_arrays(code))
                count = f"size - {none}" if none else "size"
                self.source.line(
                    f"{self.out} += {small}[{count}](*{items}) if size < {_SMALL_ARRAY} "
                    f'else pack(f">{{{count}}}{code}", *{items})'
                )

    def nullable_struct(self, field: Field, value: str) -> None:
        """Write a struct behind a mark: -1 for null, else 1 (in a tagged field the varints 0 and 1)."""
        assert not isinstance(field.type, Primitive)
        variable = self.source.local(field.name)
        null = bytes(1) if self.version in field.tagged else b"\xff"
        self.flush()
        self.source.line(f"{variable} = {value}")
        with self.source.block(f"if {variable} is None:"):
            self.source.line(f"{self.out} += {null!r}")
        with self.source.block("else:"):
            self.run.append(("b", "1"))
            self.struct(field.type, variable)
            self.flush()

    def tags(self, where: Layout, value: str) -> None:
        """Write the tagged fields that are not at their defaults, each as its number, its size and its bytes."""
        if not where.tagged:
            self.run.append(("x", None))
            return
        is_set = [f"{value}.{field.name} != {self.default(field)}" for field in where.tagged]
        self.source.line("tags = " + " + ".join(f"({each})" for each in is_set))
        self.run.append(("B", "tags"))
        self.flush()
        with self.source.block("if tags:"):
            for field, condition in zip(where.tagged, is_set, strict=True):
                with self.source.block(f"if {condition}:"):
                    outer, self.out = self.out, self.source.local("body")
                    self.source.line(f"{self.out} = bytearray()")
                    self.field(field, f"{value}.{field.name}")
                    self.flush()
                    self.source.line(f"{outer} += tagged({field.tag}, {self.out})")
                    self.out = outer
