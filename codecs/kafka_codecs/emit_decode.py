"""Write the source of a decoder: one function for one message in one version, with every inner struct inlined.

Conventions of the written source:

- ``at`` is where to read next. Numbers that follow each other are fused into one ``unpack_from``, and so is the length
  (or, in flexible versions, its first byte) of the string or array behind them, and an element's count of tagged fields.
- Reading past the end is noticed late, but always: slices come out short, ``at`` runs beyond ``limit``, and then either
  the next ``unpack_from`` or index raises, or the last line does. Nothing is handed out before that.
- A message without records is read from ``bytes`` (one small copy; slices of bytes cost half of a memoryview's). One with
  records is read from a memoryview, so that records stay a view of the frame.
- Elements of all arrays are counted against ``budget``.
"""

import struct
from functools import cache

from kafka_codecs.plan import FIXED, Field, Layout, fields_of, has_records, is_flexible, layout, smallest_size
from kafka_codecs.schema import ZERO_UUID, Primitive, Struct
from kafka_codecs.source import Source
from kafka_codecs.wire import MAX_STRING_BYTES, DecodeError, read_unsigned_varint

__all__ = ["MAX_ELEMENTS", "decoder_source"]

MAX_ELEMENTS = 200_000
"""Array elements in one message: a frame of 1 MiB full of empty structs would take 130 MiB otherwise."""

_SMALL_ARRAY = 16


def cut_short() -> DecodeError:
    return DecodeError("the message is cut short")


def illegal_null(field: str) -> DecodeError:
    return DecodeError(f"{field} is null")


def bad_count(field: str, count: int) -> DecodeError:
    return DecodeError(f"{field} claims {count} elements, more than there are bytes for or than are allowed")


def long_number(buffer: memoryview | bytes, at: int) -> tuple[int, int]:
    """Read an unsigned varint again whose first byte, just before ``at``, says that there are more."""
    return read_unsigned_varint(buffer, at - 1)


def long_size(buffer: memoryview | bytes, at: int) -> tuple[int, int]:
    """Do the same for a length or count plus one, with Kafka's int32: above 2**31 it is negative, which means null."""
    size, at = read_unsigned_varint(buffer, at - 1)
    size &= 0xFFFF_FFFF
    return (size if size < 0x8000_0000 else size - 0x1_0000_0000), at


def long_string_size(buffer: memoryview | bytes, at: int) -> tuple[int, int]:
    size, at = long_size(buffer, at)
    if size > MAX_STRING_BYTES + 1:
        raise DecodeError(f"a string of {size - 1} bytes")
    return size, at


def skip_tags(buffer: memoryview | bytes, at: int, tags: int) -> int:
    """Pass over the tagged fields of a struct that knows none; ``tags`` is the count's first byte."""
    if tags > 0x7F:
        tags, at = long_number(buffer, at)
    for _ in range(tags):
        _, at = read_unsigned_varint(buffer, at)
        size, at = read_unsigned_varint(buffer, at)
        at += size
    return at


@cache
def small_arrays(code: str) -> tuple[object, ...]:
    """Return ``unpack_from`` of short arrays by their length."""
    return tuple(struct.Struct(f">{count}{code}").unpack_from for count in range(_SMALL_ARRAY))


_NAMES: dict[str, object] = {
    "IndexError": IndexError,
    "StructError": struct.error,
    "unpack_from": struct.unpack_from,
    **{
        each.__name__: each
        for each in (cut_short, illegal_null, bad_count, long_number, long_size, long_string_size, skip_tags)
    },
}


def decoder_source(cls: type[Struct], version: int) -> Source:
    """Return the source of ``decode(buffer, at, budget) -> (message, at)``."""
    return _Writer(cls, version).write()


class _Writer:
    def __init__(self, cls: type[Struct], version: int) -> None:
        self.cls = cls
        self.version = version
        self.flexible = is_flexible(cls, version)
        self.keeps_view = has_records(cls, version)
        self.source = Source(_NAMES)
        self.run: list[tuple[str, str]] = []
        """(struct code, variable) of fields of fixed size whose reading is still to be written."""

    def write(self) -> Source:
        source = self.source
        with source.block(f"def decode(buffer, at, budget={MAX_ELEMENTS}):"):
            source.line("buffer = memoryview(buffer)" if self.keeps_view else "buffer = bytes(buffer)")
            source.line("limit = len(buffer)")
            with source.block("try:"):
                message = self.struct(self.cls, self.cls.__name__)
                self.flush()
            with source.block("except (IndexError, StructError):"):
                source.line("raise cut_short() from None")
            with source.block("if at > limit:"):
                source.line("raise cut_short()")
            source.line(f"return {message}, at")
        return source

    def flush(self) -> None:
        """Write the reading of the fused run."""
        if not self.run:
            return
        codes = "".join(code for code, _ in self.run)
        targets = [target for _, target in self.run]
        self.run.clear()
        if codes == "B":
            self.source.line(f"{targets[0]} = buffer[at]")
            self.source.line("at += 1")
            return
        unpack, size = self.source.unpacker(codes)
        self.source.line(f"{', '.join(targets)}{',' if len(targets) == 1 else ''} = {unpack}(buffer, at)")
        self.source.line(f"at += {size}")

    def struct(self, cls: type[Struct], path: str) -> str:
        """Write the reading of a struct and return the expression that builds it, valid once the run is flushed."""
        where = layout(cls, self.version)
        values = {field.name: self.value(field, f"{path}.{field.name}") for field in where.plain}
        if self.flexible:
            values |= self.tags(where, path)
        arguments = []
        present = 0
        for number, field in enumerate(fields_of(cls), 1):
            if field.name in values:
                present = number
            arguments.append(values.get(field.name) or self.default(field))
        return f"{self.constructor(cls)}({', '.join(arguments[:present])})"

    def constructor(self, cls: type[Struct]) -> str:
        return self.source.constant(cls.__name__, cls)

    def default(self, field: Field) -> str:
        if isinstance(field.default, Struct):
            return f"{self.constructor(type(field.default))}()"
        if field.default == ZERO_UUID:
            return self.source.constant("ZERO_UUID", ZERO_UUID)
        return repr(field.default)

    def value(self, field: Field, path: str) -> str:
        """Write the reading of one field and return the expression for its value."""
        nullable = self.version in field.nullable
        if field.is_array:
            return self.array(field, path, nullable=nullable)
        if isinstance(field.type, Primitive):
            return self.primitive(field.type, field.name, path, nullable=nullable)
        if nullable:
            return self.nullable_struct(field, path)
        return self.struct(field.type, path)

    def primitive(self, kind: Primitive, name: str, path: str, *, nullable: bool) -> str:
        variable = self.source.local(name)
        if kind in FIXED:
            self.run.append((FIXED[kind], variable))
            return variable
        self.read_size("size", "h" if kind is Primitive.STRING else "i", kind)
        with self.source.block(f"if size > {0 if self.flexible else -1}:"):
            self.source.line(f"end = at + size{' - 1' if self.flexible else ''}")
            self.source.line(f"{variable} = {self.slice(kind)}")
            self.source.line("at = end")
        self.otherwise_null("else:", variable, path, nullable=nullable)
        return variable

    def slice(self, kind: Primitive) -> str:
        """Return the expression for the bytes from ``at`` to ``end`` as a value."""
        raw = "buffer[at:end]"
        if kind is Primitive.RECORDS:
            return raw
        if self.keeps_view:
            raw += ".tobytes()"
        return f'{raw}.decode("utf-8", "replace")' if kind is Primitive.STRING else raw

    def read_size(self, variable: str, code: str, kind: Primitive | None = None) -> None:
        """Write the reading of a length or count: as it is in classic versions, plus one in flexible ones."""
        self.run.append(("B" if self.flexible else code, variable))
        self.flush()
        if self.flexible:
            long = "long_string_size" if kind is Primitive.STRING else "long_size"
            with self.source.block(f"if {variable} > 127:"):
                self.source.line(f"{variable}, at = {long}(buffer, at)")

    def otherwise_null(self, condition: str, variable: str, path: str, *, nullable: bool) -> None:
        with self.source.block(condition):
            self.source.line(f"{variable} = None" if nullable else f"raise illegal_null({path!r})")

    def array(self, field: Field, path: str, *, nullable: bool) -> str:
        items = self.source.local(field.name)
        smallest = smallest_size(field.type, self.version, flexible=self.flexible)
        self.read_size("count", "i")
        with self.source.block(f"if count > {1 if self.flexible else 0}:"):
            if self.flexible:
                self.source.line("count -= 1")
            self.source.line("budget -= count")
            with self.source.block(f"if budget < 0 or count{f' * {smallest}' if smallest > 1 else ''} > limit - at:"):
                self.source.line(f"raise bad_count({path!r}, count)")
            self.elements(field, items, path)
        self.otherwise_null(f"elif count < {1 if self.flexible else 0}:", items, path, nullable=nullable)
        with self.source.block("else:"):
            self.source.line(f"{items} = []")
        return items

    def elements(self, field: Field, items: str, path: str) -> None:
        """Write the reading of ``count`` elements into the list ``items``."""
        line = self.source.line
        if isinstance(field.type, Primitive) and field.type in FIXED:
            code = FIXED[field.type]
            if field.type is Primitive.UUID:
                item = "bytes(buffer[start:start + 16])" if self.keeps_view else "buffer[start:start + 16]"
                line(f"{items} = [{item} for start in range(at, at + count * 16, 16)]")
            else:
                small = self.source.constant(f"short_{code}", small_arrays(code))
                unpack = f'{small}[count](buffer, at) if count < {_SMALL_ARRAY} else unpack_from(f">{{count}}{code}", buffer, at)'
                line(f"{items} = list({unpack})")
            line(f"at += count * {struct.calcsize('>' + code)}")
            return
        line(f"{items} = []")
        with self.source.block("for _ in range(count):"):
            if isinstance(field.type, Primitive):
                item = self.primitive(field.type, f"{field.name}_item", path, nullable=False)
            else:
                item = self.struct(field.type, path)
            self.flush()
            line(f"{items}.append({item})")

    def nullable_struct(self, field: Field, path: str) -> str:
        """Write the reading of a struct behind a mark: a signed byte, below 0 for null (in a tagged field a varint, 0)."""
        assert not isinstance(field.type, Primitive)
        variable = self.source.local(field.name)
        if self.version in field.tagged:
            self.read_size("mark", "B")
            null = "mark < 1"
        else:
            self.run.append(("b", "mark"))
            self.flush()
            null = "mark < 0"
        self.otherwise_null(f"if {null}:", variable, path, nullable=True)
        with self.source.block("else:"):
            value = self.struct(field.type, path)
            self.flush()
            self.source.line(f"{variable} = {value}")
        return variable

    def tags(self, where: Layout, path: str) -> dict[str, str]:
        """Write the reading of the tagged fields at a struct's end; returns the variables of those that it knows."""
        line, block = self.source.line, self.source.block
        self.run.append(("B", "tags"))
        self.flush()
        values = {field.name: self.source.local(field.name) for field in where.tagged}
        for field in where.tagged:
            line(f"{values[field.name]} = {self.default(field)}")
        with block("if tags:"):
            if not where.tagged:
                line("at = skip_tags(buffer, at, tags)")
                return values
            with block("if tags > 127:"):
                line("tags, at = long_number(buffer, at)")
            with block("for _ in range(tags):"):
                for number in ("tag", "size"):
                    line(f"{number} = buffer[at]")
                    line("at += 1")
                    with block(f"if {number} > 127:"):
                        line(f"{number}, at = long_number(buffer, at)")
                for position, field in enumerate(where.tagged):
                    with block(f"{'if' if position == 0 else 'elif'} tag == {field.tag}:"):
                        value = self.value(field, f"{path}.{field.name}")
                        self.flush()
                        line(f"{values[field.name]} = {value}")
                with block("else:"):
                    line("at += size")
        return values
