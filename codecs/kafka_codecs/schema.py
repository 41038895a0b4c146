"""How a message is declared.

A message is one class for all its versions, so that its file reads as the protocol's page: fields in wire order,
Kafka's names in snake_case, each with its type, the versions that carry it and its default::

    class PartitionProduceResponse(Struct):
        index: Int32 = 0
        error_code: Int16 = 0
        log_start_offset: Annotated[Int64, "5+", IGNORABLE] = -1
        error_message: Annotated[String | None, "8+", IGNORABLE] = None
        current_leader: Annotated[LeaderIdAndEpoch, "10+", Tag(0)] = field(default_factory=LeaderIdAndEpoch)

In the metadata of ``Annotated``: a string is the version range as Kafka writes it ("5+", "0-12", "3"; absent: all
versions); ``Tag(n)`` makes a tagged field; ``Nullable("2+")`` says in which versions ``| None`` is legal (absent: in
all); ``IGNORABLE`` lets the encoder drop a value that its version cannot carry instead of refusing it.

Every field has a default (Kafka's: zero, "", empty, or the one declared), so that values are built by naming what is
not default. Nothing here is resolved at import: annotations are read when ``compile`` first needs a version.
"""

from enum import Enum, auto
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import field

__all__ = [
    "IGNORABLE",
    "ZERO_UUID",
    "Bool",
    "Bytes",
    "Chunk",
    "Float64",
    "Ignorable",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Nullable",
    "Primitive",
    "Records",
    "RecordsValue",
    "Spec",
    "String",
    "Struct",
    "Tag",
    "UInt16",
    "UInt32",
    "Uuid",
    "VersionRange",
    "field",
]


class Primitive(Enum):
    """The wire types of the protocol (Kafka's message generator: ``FieldType``)."""

    BOOL = auto()
    INT8 = auto()
    INT16 = auto()
    UINT16 = auto()
    INT32 = auto()
    UINT32 = auto()
    INT64 = auto()
    FLOAT64 = auto()
    UUID = auto()
    STRING = auto()
    BYTES = auto()
    RECORDS = auto()


Chunk = bytes | bytearray | memoryview | Any
"""A piece of an encoded frame: bytes-like, or a range of a file (anything with ``len()``) that the server sends."""

RecordsValue = bytes | bytearray | memoryview | list[Chunk]
"""Record batches: a view of the received frame when read; when written also a list of chunks, sent in order."""

Bool = Annotated[bool, Primitive.BOOL]
Int8 = Annotated[int, Primitive.INT8]
Int16 = Annotated[int, Primitive.INT16]
UInt16 = Annotated[int, Primitive.UINT16]
Int32 = Annotated[int, Primitive.INT32]
UInt32 = Annotated[int, Primitive.UINT32]
Int64 = Annotated[int, Primitive.INT64]
Float64 = Annotated[float, Primitive.FLOAT64]
Uuid = Annotated[bytes, Primitive.UUID]
"""16 bytes, in the order of the wire; ``wire.uuid_text`` gives Kafka's base64 text."""
String = Annotated[str, Primitive.STRING]
Bytes = Annotated[bytes, Primitive.BYTES]
Records = Annotated[RecordsValue, Primitive.RECORDS]

ZERO_UUID = bytes(16)


class Tag(msgspec.Struct, frozen=True):
    """The number of a tagged field (KIP-482). ``versions``: where it is tagged (absent: wherever the field exists)."""

    number: int
    versions: str | None = None


class Nullable(msgspec.Struct, frozen=True):
    """The versions in which null is legal on the wire."""

    versions: str


class Ignorable(Enum):
    IGNORABLE = auto()


IGNORABLE = Ignorable.IGNORABLE


class VersionRange(msgspec.Struct, frozen=True):
    """An inclusive range of versions, written as Kafka writes it: "3-13", "9+", "4" or "none"."""

    low: int
    high: int

    @classmethod
    def parse(cls, text: str) -> "VersionRange":
        """Read "3-13", "9+", "4" or "none". Raises ValueError on anything else."""
        if text == "none":
            return cls(0, -1)
        if text.endswith("+"):
            return cls(int(text[:-1]), 32767)
        low, _, high = text.partition("-")
        return cls(int(low), int(high or low))

    def __contains__(self, version: object) -> bool:
        return isinstance(version, int) and self.low <= version <= self.high


class Spec(msgspec.Struct, frozen=True):
    """What a whole message is: its API key (None for records and headers), its versions, and where it is flexible."""

    key: int | None
    versions: str
    flexible: str = "none"


class Struct(msgspec.Struct, gc=False):
    """A message, or a structure inside one. A message (not an inner structure) has a ``SPEC``.

    The garbage collector does not look at instances: messages are trees, and hold nothing that points back at them.
    """

    SPEC: ClassVar[Spec]
