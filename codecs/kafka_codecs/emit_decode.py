"""Write the source of a decoder: one function for one message in one version, with every inner struct inlined.

Conventions of the written source:

- ``at`` is where to read next. Numbers that follow each other are fused into one ``unpack_from``, and so is the length
  (or, in flexible versions, its first byte) of the string or array behind them, and the count of tagged fields.
- Reading past the end is noticed late, but always: slices come out short, ``at`` runs beyond ``limit``, and then either
  the next ``unpack_from`` or index raises, or the last line does. Nothing is handed out before that.
- A message without records is read from ``bytes`` (one small copy; a slice of bytes costs half of a memoryview's). One
  with records is read from a memoryview, so that records stay a view of the frame.
- Arrays of structs of a fixed size are read at once by ``iter_unpack``.
- Elements of all arrays are counted against ``budget``.
"""

import struct

from kafka_codecs.decode_steps import NAMES, SMALL_ARRAY, small_arrays
from kafka_codecs.plan import FIXED, Field, Layout, fields_of, has_records, is_flexible, layout, smallest_size
from kafka_codecs.schema import ZERO_UUID, Primitive, Struct
from kafka_codecs.source import Source

__all__ = ["MAX_ELEMENTS", "decoder_source"]

MAX_ELEMENTS = 200_000
"""Array elements in one message: a frame of 1 MiB full of empty structs would take 130 MiB otherwise."""


def decoder_source(cls: type[Struct], version: int, *, strict: bool = True) -> Source:
    """Return the source of ``decode(buffer, at, budget) -> (message, at)``.

    A ``strict`` one hands messages with invalid UTF-8 over to ``decode_replacing``, a name that its globals must have;
    one that is not replaces invalid bytes itself, which costs a fifth of a string's time.
    """
    return _Writer(cls, version, strict=strict).write()


class _Writer:
    def __init__(self, cls: type[Struct], version: int, *, strict: bool) -> None:
        self.cls = cls
        self.version = version
        self.flexible = is_flexible(cls, version)
        self.strict = strict
        self.keeps_view = has_records(cls, version)
        self.source = Source(NAMES)
        self.run: list[tuple[str, str]] = []
        """(struct code, variable) of fields of fixed size whose reading is still to be written."""

    def write(self) -> Source:
        source = self.source
        with source.block(f"def decode(buffer, at, budget={MAX_ELEMENTS}):"):
            if self.strict:
                source.line("again = (buffer, at, budget)")
            self.convert_buffer()
            source.line("limit = len(buffer)")
            with source.block("try:"):
                message = self.struct(self.cls, self.cls.__name__)
                self.flush()
            with source.block("except (IndexError, StructError):"):
                source.line("raise cut_short() from None")
            if self.strict:
                with source.block("except UnicodeDecodeError:"):
                    source.line("return decode_replacing(*again)")
            with source.block("if at > limit:"):
                source.line("raise cut_short()")
            source.line(f"return {message}, at")
        return source

    def convert_buffer(self) -> None:
        line, block = self.source.line, self.source.block
        if self.keeps_view:
            with block("if type(buffer) is not memoryview:"):
                line("buffer = memoryview(buffer)")
            return
        with block("if type(buffer) is memoryview:"):
            line("buffer = buffer.tobytes()")
        with block("elif type(buffer) is not bytes:"):
            line("buffer = bytes(buffer)")

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
            values |= self.tags(cls, where, path)
        return self.build(cls, values)

    def build(self, cls: type[Struct], values: dict[str, str]) -> str:
        """Return the constructor's call; what comes after the last of ``values`` it sets to defaults itself."""
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
        none = 1 if self.flexible else 0
        with self.source.block(f"if size > {none}:"):
            self.source.line(f"end = at + size{' - 1' if self.flexible else ''}")
            self.source.line(f"{variable} = {self.slice(kind)}")
            self.source.line("at = end")
        with self.source.block(f"elif size == {none}:"):
            self.source.line(f"{variable} = {self.empty(kind)}")
        self.otherwise_null("else:", variable, path, nullable=nullable)
        return variable

    def slice(self, kind: Primitive) -> str:
        """Return the expression for the bytes from ``at`` to ``end`` as a value."""
        raw = "buffer[at:end]"
        if kind is Primitive.RECORDS:
            return raw
        if self.keeps_view:
            raw += ".tobytes()"
        if kind is Primitive.STRING:
            return f"{raw}.decode()" if self.strict else f"replacing_text({raw})"
        return raw

    def empty(self, kind: Primitive) -> str:
        return {Primitive.STRING: "''", Primitive.BYTES: "b''"}.get(kind, "buffer[at:at]")

    def read_size(self, variable: str, code: str, kind: Primitive | None = None) -> None:
        """Write the reading of a length or count: as it is in classic versions, plus one in flexible ones."""
        self.run.append(("B" if self.flexible else code, variable))
        self.flush()
        if not self.flexible:
            return
        long = "long_string_size" if kind is Primitive.STRING else "long_size"
        with self.source.block(f"if {variable} > 127:"):
            if kind is Primitive.RECORDS:  # hardly ever less than 128 bytes: the second byte is read on the spot
                self.source.line("second = buffer[at]")
                with self.source.block("if second < 128:"):
                    self.source.line(f"{variable} += (second << 7) - 128")
                    self.source.line("at += 1")
                with self.source.block("else:"):
                    self.source.line(f"{variable}, at = {long}(buffer, at, {variable})")
            else:
                self.source.line(f"{variable}, at = {long}(buffer, at, {variable})")

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
                large = f'unpack_from(f">{{count}}{code}", buffer, at)'
                unpack = f"{small}[count](buffer, at) if count < {SMALL_ARRAY} else {large}"
                line(f"{items} = [*({unpack})]")
            line(f"at += count * {struct.calcsize('>' + code)}")
            return
        if not isinstance(field.type, Primitive) and self.fixed_elements(field.type, items):
            with self.source.block("else:"):
                self.loop(field, items, path)
        else:
            self.loop(field, items, path)

    def loop(self, field: Field, items: str, path: str) -> None:
        self.source.line(f"{items} = []")
        with self.source.block("for _ in range(count):"):
            if isinstance(field.type, Primitive):
                item = self.primitive(field.type, f"{field.name}_item", path, nullable=False)
            else:
                item = self.struct(field.type, path)
            self.flush()
            self.source.line(f"{items}.append({item})")

    def fixed_elements(self, cls: type[Struct], items: str) -> bool:
        """Write the reading of several structs at once, if all of their fields have a fixed size; else return False.

        In flexible versions that holds only while every element's count of tagged fields, its last byte, is 0: the
        condition that is written first.
        """
        plain = layout(cls, self.version).plain
        codes = [FIXED.get(each.type) for each in plain if isinstance(each.type, Primitive) and not each.is_array]
        if not plain or None in codes or len(codes) < len(plain):
            return False
        values = {each.name: self.source.local(each.name) for each in plain}
        unpack, size = self.source.iterator("".join(map(str, codes)) + ("x" if self.flexible else ""))
        no_tags = f" and buffer[at + {size - 1}:at + count * {size}:{size}] == bytes(count)" if self.flexible else ""
        with self.source.block(f"if count > 2{no_tags}:"):
            self.source.line(f"end = at + count * {size}")
            targets = "".join(f"{each}, " for each in values.values())
            self.source.line(f"{items} = [{self.build(cls, values)} for {targets}in {unpack}(buffer[at:end])]")
            self.source.line("at = end")
        return True

    def nullable_struct(self, field: Field, path: str) -> str:
        """Write the reading of a struct behind a mark: a signed byte, below 0 for null (in a tagged field a varint)."""
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

    def tags(self, cls: type[Struct], where: Layout, path: str) -> dict[str, str]:
        """Write the reading of the tagged fields at a struct's end; returns the variables of those that it knows.

        Unknown ones are passed over, but not one that the struct has in other versions only: Kafka refuses it, too.
        """
        line, block = self.source.line, self.source.block
        others = [each for each in fields_of(cls) if each.tag is not None and each not in where.tagged]
        self.run.append(("B", "tags"))
        self.flush()
        values = {field.name: self.source.local(field.name) for field in where.tagged}
        for field in where.tagged:
            line(f"{values[field.name]} = {self.default(field)}")
        with block("if tags:"):
            if not where.tagged and not others:
                line("at = skip_tags(buffer, at, tags)")
                return values
            with block("if tags > 127:"):
                line("tags, at = long_number(buffer, at, tags)")
            with block("for _ in range(tags):"):
                for number in ("tag", "size"):
                    line(f"{number} = buffer[at]")
                    line("at += 1")
                    with block(f"if {number} > 127:"):
                        line(f"{number}, at = long_number(buffer, at, {number})")
                keyword = "if"
                for field in where.tagged:
                    with block(f"{keyword} tag == {field.tag}:"):
                        value = self.value(field, f"{path}.{field.name}")
                        self.flush()
                        line(f"{values[field.name]} = {value}")
                    keyword = "elif"
                for field in others:
                    with block(f"{keyword} tag == {field.tag}:"):
                        line(f"raise other_version({f'{path}.{field.name}'!r}, {self.version})")
                    keyword = "elif"
                with block("else:"):
                    line("at += size")
        return values
