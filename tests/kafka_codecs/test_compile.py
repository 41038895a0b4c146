"""The compiled codecs: what they read, what they refuse, and that they bring every message of every version back."""

import struct
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import message_classes, messages, versions_of

from kafka_codecs.compile import MAX_ELEMENTS, decode, decoder, encode, encoder
from kafka_codecs.emit_decode import decoder_source
from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Bool,
    Bytes,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    Nullable,
    Records,
    Spec,
    String,
    Struct,
    Tag,
    UInt16,
    UInt32,
    Uuid,
    field,
)
from kafka_codecs.wire import DecodeError, EncodeError


class Inner(Struct):
    number: Int32 = -1
    name: String = ""
    extra: Annotated[Int64, "2+", Tag(3)] = 7


class Everything(Struct):
    """All types; versions 0 and 1 are classic, 2 and 3 flexible."""

    SPEC = Spec(key=None, versions="0-3", flexible="2+")

    yes: Bool = False
    small: Int8 = 0
    short: Int16 = 0
    unsigned_short: UInt16 = 0
    number: Int32 = 0
    unsigned: UInt32 = 0
    long: Int64 = 0
    real: Float64 = 0.0
    uuid: Uuid = ZERO_UUID
    text: String = "unset"
    text_or_null: String | None = None
    null_later: Annotated[String | None, Nullable("1+")] = ""
    raw: Bytes = b""
    raw_or_null: Annotated[Bytes | None, "1+"] = None
    records: Records | None = None
    inner: Inner = field(default_factory=Inner)
    inner_or_null: Annotated[Inner | None, "1+", IGNORABLE] = None
    numbers: list[Int32] = []
    numbers_or_null: list[Int64] | None = None
    uuids: list[Uuid] = []
    texts: list[String] = []
    inners: list[Inner] = []
    inners_or_null: Annotated[list[Inner] | None, "1+"] = []
    not_ignorable: Annotated[Int32, "1+"] = -1
    gone: Annotated[String, "0-1", IGNORABLE] = ""
    tagged_text: Annotated[String | None, "2+", Tag(1), IGNORABLE] = None
    tagged_inner: Annotated[Inner, "2+", Tag(0), IGNORABLE] = field(default_factory=Inner)
    tagged_inner_or_null: Annotated[Inner | None, "2+", Tag(4), IGNORABLE] = field(default_factory=Inner)
    tagged_numbers: Annotated[list[Int32], "3+", Tag(200)] = []


class Nested(Struct):
    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    groups: list["Group"] = []


class Group(Struct):
    members: list["Member"] = []


class Member(Struct):
    name: String = ""
    empties: list["Empty"] = []


class Empty(Struct):
    pass


class Flat(Struct):
    """Nullable and not, so that each length can be broken."""

    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    text: Annotated[String | None, Nullable("none")] = ""
    items: list[String] = []
    raw: Bytes = b""


class Point(Struct):
    """Of a fixed size, so several are read at once."""

    x: Int32 = 0
    y: Int8 = 0
    place: Uuid = ZERO_UUID
    weight: Annotated[Int16, "1+", Tag(0), IGNORABLE] = -1


class Points(Struct):
    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    points: list[Point] = []
    name: String = ""


class PointsAndRecords(Struct):
    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    points: list[Point] = []
    name: String = ""
    records: Records = b""


class Lenient(Struct):
    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    text: String | None = None
    items: list[String] | None = None
    raw: Bytes | None = None
    inner: Inner | None = None


class Cut(Struct):
    SPEC = Spec(key=None, versions="0-1", flexible="1+")

    text: String = ""
    records: Records | None = None


@pytest.mark.parametrize("version", range(4))
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_all_types_round_trip(version, data):
    message = data.draw(messages(Everything, version))
    raw = encode(Everything, version, message)
    assert decode(Everything, version, raw) == message
    assert decode(Everything, version, memoryview(b"xx" + raw), 2) == message


@pytest.mark.parametrize("cls", message_classes(), ids=lambda cls: cls.__name__)
def test_every_message_round_trips(cls):
    """In each of its versions, with what the wire carries."""

    def of(version):
        @settings(deadline=None, max_examples=6, database=None)
        @given(messages(cls, version))
        def round_trip(message):
            raw = encode(cls, version, message)
            read, end = decoder(cls, version)(memoryview(raw), 0)
            assert read == message
            assert end == len(raw)

        return round_trip

    for version in versions_of(cls):
        of(version)()


@pytest.mark.parametrize("version", range(4))
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_a_message_cut_anywhere_is_refused(version, data):
    """S7: truncated at every byte."""
    raw = encode(Everything, version, data.draw(messages(Everything, version)))
    for size in range(len(raw)):
        with pytest.raises(DecodeError):
            decode(Everything, version, memoryview(raw)[:size])


@pytest.mark.parametrize("cls", message_classes(), ids=lambda cls: cls.__name__)
def test_every_message_cut_anywhere_is_refused(cls):
    """In its newest version. S7."""
    version = versions_of(cls)[-1]

    @settings(deadline=None, max_examples=3, database=None)
    @given(messages(cls, version))
    def cut(message):
        raw = encode(cls, version, message)
        for size in range(len(raw)):
            with pytest.raises(DecodeError):
                decode(cls, version, raw[:size])

    cut()


@settings(deadline=None, max_examples=300)
@given(cls=st.sampled_from(message_classes()), data=st.data(), raw=st.binary(max_size=200))
def test_noise_is_read_or_refused(cls, data, raw):
    """Nothing but DecodeError comes out of a decoder, whatever goes in."""
    version = data.draw(st.sampled_from(versions_of(cls)))
    try:
        _, end = decoder(cls, version)(raw, 0)
    except DecodeError:
        return
    assert end <= len(raw)


def test_bytes_after_the_message_are_ignored():
    """S7b."""
    raw = encode(Flat, 1, Flat(text="a", items=["b"], raw=b"c"))
    assert decode(Flat, 1, raw + b"rest") == Flat(text="a", items=["b"], raw=b"c")


@pytest.mark.parametrize(
    ("version", "raw", "name"),
    [
        (0, b"\xff\xff", "text"),
        (0, b"\x80\x00", "text"),
        (0, b"\0\0\xff\xff\xff\xff", "items"),
        (0, b"\0\0\xff\xff\xff\xfe", "items"),
        (0, b"\0\0\0\0\0\1\xff\xff", "items"),
        (0, b"\0\0\0\0\0\0\xff\xff\xff\xff", "raw"),
        (1, b"\0\1\1", "text"),
        (1, b"\xff\xff\xff\xff\x0f\1\1", "text"),
        (1, b"\1\0\1", "items"),
        (1, b"\1\2\0\1", "items"),
        (1, b"\1\1\0", "raw"),
    ],
)
def test_null_where_illegal_is_refused_by_name(version, raw, name):
    """S7: any negative length is null."""
    with pytest.raises(DecodeError, match=rf"Flat\.{name} is null"):
        decode(Flat, version, raw + bytes(8))


@pytest.mark.parametrize("length", [-1, -2, -32768])
def test_any_negative_length_is_null(length):
    """S7c, in classic versions."""
    raw = struct.pack(">hiib", length, length, length, max(length, -128))
    assert decode(Lenient, 0, raw) == Lenient()


@pytest.mark.parametrize("length", [b"\0", b"\x80\0", b"\xff\xff\xff\xff\x0f", b"\x80\x80\x80\x80\x08"])
def test_any_negative_compact_length_is_null(length):
    """S7c: a varint's upper half is negative in Kafka."""
    assert decode(Lenient, 1, length * 3 + b"\xff\0") == Lenient()


def test_invalid_utf8_is_replaced():
    """S7c."""
    assert decode(Flat, 1, b"\4a\xffb\1\1\0").text == "a\ufffdb"
    assert decode(Cut, 1, b"\4a\xffb\0\0").text == "a\ufffdb"


@pytest.mark.parametrize(
    "count",
    [b"\xff\xff\xff\xff\x07", b"\xff\xff\x03", b"\x05", b"\xff\xff\xff\xff\xff\x01"],
)
def test_counts_beyond_the_bytes_that_remain_are_refused(count):
    with pytest.raises(DecodeError):
        decode(Flat, 1, b"\1" + count + b"\1\1\1")


@pytest.mark.parametrize("count", [4, 1 << 20, (1 << 31) - 1])
def test_classic_counts_beyond_the_bytes_that_remain_are_refused(count):
    with pytest.raises(DecodeError, match=r"Flat\.items claims"):
        decode(Flat, 0, b"\0\0" + struct.pack(">i", count) + bytes(7))


def test_elements_are_counted_over_all_arrays_of_a_message():
    message = Nested(groups=[Group(members=[Member(empties=[Empty()] * 3)] * 2)] * 2)  # 2 + 4 + 12
    raw = encode(Nested, 1, message)
    read = decoder(Nested, 1)
    assert read(raw, 0, 18)[0] == message
    with pytest.raises(DecodeError, match=r"Nested\.groups\.members\.empties claims 3"):
        read(raw, 0, 17)


def test_more_elements_than_the_default_budget_are_refused():
    raw = encode(Flat, 1, Flat(items=[""] * MAX_ELEMENTS))
    assert len(decode(Flat, 1, raw).items) == MAX_ELEMENTS
    with pytest.raises(DecodeError, match="claims 200001"):
        decode(Flat, 1, encode(Flat, 1, Flat(items=[""] * (MAX_ELEMENTS + 1))))


def test_elements_without_bytes_cannot_outnumber_the_bytes():
    """Kafka's generated classes refuse this too (ArrayList sizes above what remains)."""
    raw = encode(Nested, 0, Nested(groups=[Group(members=[Member(empties=[Empty()] * 5)])]))
    with pytest.raises(DecodeError):
        decode(Nested, 0, raw)
    assert decode(Nested, 0, raw + bytes(5)).groups[0].members[0].empties == [Empty()] * 5


def test_tags_at_their_default_are_not_written():
    """S8."""
    assert encode(Everything, 3, Everything())[-1] == 0


def test_tags_are_written_in_order():
    message = Everything(tagged_text="t", tagged_inner=Inner(number=5), tagged_numbers=[1])
    start = len(encode(Everything, 3, Everything())) - 1
    assert encode(Everything, 3, message)[start:] == (
        b"\x03"
        b"\x00\x06\0\0\0\5\1\0"  # tag 0, 6 bytes: number, name, no tags
        b"\x01\x02\x02t"
        b"\xc8\x01\x05\x02\0\0\0\1"  # tag 200
    )


def test_a_null_struct_in_a_tag_is_a_varint_of_zero():
    """ConsumerGroupMemberMetadataValue.ClassicMemberMetadata is the only such field."""
    start = len(encode(Everything, 2, Everything())) - 1
    assert encode(Everything, 2, Everything(tagged_inner_or_null=None))[start:] == b"\1\4\1\0"


def test_unknown_tags_are_skipped():
    """S7b: duplicates and any order too; a known one between them is read."""
    known = encode(Everything, 2, Everything(tagged_text="t"))
    assert known.endswith(b"\1\1\2\2t")
    tags = b"\x05\x63\x00\x02\x03abc\1\2\2t\x63\x01z\xc9\x01\x01z"
    assert decode(Everything, 2, known[:-5] + tags) == Everything(tagged_text="t")
    inner = b"\0\0\0\5\1\x02\x07\1x\x03\x08" + struct.pack(">q", 9)
    start = known[:-5] + b"\1\0" + bytes([len(inner)])
    assert decode(Everything, 2, start + inner).tagged_inner == Inner(number=5, extra=9)


def test_a_tag_of_another_version_is_refused():
    """As Kafka does: 200 is known from version 3 on."""
    raw = encode(Everything, 2, Everything())[:-1] + b"\1\xc8\1\1\1"
    with pytest.raises(DecodeError, match=r"Everything\.tagged_numbers is not a tagged field of version 2"):
        decode(Everything, 2, raw)
    assert decode(Everything, 3, raw) == Everything()


def test_a_struct_without_tags_skips_more_than_127_of_them():
    raw = encode(Flat, 1, Flat())[:-1] + b"\x80\x01" + b"\x07\x01z" * 128
    assert decoder(Flat, 1)(raw, 0) == (Flat(), len(raw))
    with pytest.raises(DecodeError):
        decode(Flat, 1, raw[:-1])


def test_a_tag_larger_than_the_message_is_refused():
    for size in (b"\x7f", b"\xff\xff\xff\xff\x0f"):
        with pytest.raises(DecodeError):
            decode(Flat, 1, encode(Flat, 1, Flat())[:-1] + b"\1\7" + size)
        with pytest.raises(DecodeError):
            decode(Everything, 2, encode(Everything, 2, Everything())[:-1] + b"\1\7" + size)


def test_records_are_a_view_of_the_frame():
    frame = bytearray(encode(Cut, 1, Cut(text="t", records=b"batches")))
    read = decode(Cut, 1, memoryview(frame))
    assert isinstance(read.records, memoryview)
    frame[3:10] = b"BATCHES"
    assert read.records == b"BATCHES"
    assert isinstance(decode(Cut, 1, bytes(frame)).records, memoryview)


class Range:
    """Stands for a piece of a file."""

    def __init__(self, size):
        self._size = size

    def __len__(self):
        return self._size


@pytest.mark.parametrize("version", [0, 1])
def test_chunks_of_records_are_passed_on_untouched(version):
    chunks = [b"abc", memoryview(b"de"), Range(1000)]
    parts = [b"header"]
    encoder(Cut, version)(Cut(text="t", records=chunks), parts)
    assert parts[0] == b"header"
    assert all(part is chunk for part, chunk in zip(parts[2:5], chunks, strict=True))
    assert parts[1] == (b"\0\1t\0\0\3\xed" if version == 0 else b"\2t\xee\7")
    assert parts[5] == (b"" if version == 0 else b"\0")


def test_a_file_alone_stands_for_records():
    parts = []
    encoder(Cut, 0)(Cut(records=[Range(5)]), parts)
    assert [len(part) for part in parts] == [6, 5, 0]


@pytest.mark.parametrize("records", [None, b"", [], [b"", b""]])
def test_no_records_are_no_chunks(records):
    parts = []
    encoder(Cut, 1)(Cut(records=records), parts)
    assert parts == [b"\1\0\0" if records is None else b"\1\1\0"]


@pytest.mark.parametrize(
    ("version", "message", "reason"),
    [
        (0, Everything(text=None), r"Everything\.text is null"),
        (2, Everything(text=None), r"Everything\.text is null"),
        (0, Everything(null_later=None), r"Everything\.null_later is null"),
        (0, Everything(raw=None), r"Everything\.raw is null"),
        (1, Everything(inner=None), r"Everything\.inner is None, not a Inner"),
        (1, Everything(inners=None), r"Everything\.inners is None, not a list"),
        (1, Everything(inners=[Inner(), Inner(name=None)]), r"Everything\.inners\.name is null"),
        (1, Everything(texts=["", None]), r"Everything\.texts is null"),
        (1, Everything(number=None), r"Everything\.number is null"),
        (1, Everything(number=1 << 31), r"Everything\.number is 2147483648, not a int32"),
        (1, Everything(unsigned=-1), r"Everything\.unsigned is -1, not a uint32"),
        (1, Everything(numbers=[0, 1 << 31]), r"Everything\.numbers is 2147483648, not a int32"),
        (1, Everything(uuids=[b"short"]), r"Everything\.uuids has 5 bytes, not 16"),
        (0, Everything(not_ignorable=5), r"Everything\.not_ignorable is 5, but this version does not have it"),
        (0, Everything(raw_or_null=b""), r"Everything\.raw_or_null is b'', but this version does not have it"),
        (0, Everything(inners=[Inner(extra=8)]), r"Everything\.inners\.extra is 8, but this version"),
        (1, Everything(tagged_numbers=[1]), r"Everything\.tagged_numbers is \[1\], but this version"),
        (0, Everything(text="é" * 16384), r"Everything\.text is longer than 32767 bytes"),
        (2, Everything(text="x" * 32768), r"Everything\.text is longer than 32767 bytes"),
        (2, Everything(text=b"bytes"), r"Everything\.text is b'bytes', not a string"),
        (2, Everything(text="\ud800"), r"Everything\.text is .*, not a string"),
        (2, Everything(raw="text"), r"Everything cannot be written"),
        (2, Nested(), r"Everything is Nested\(groups=\[\]\), not a Everything"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(version, message, reason):
    parts = [b"before"]
    with pytest.raises(EncodeError, match=reason):
        encoder(Everything, version)(message, parts)
    assert parts == [b"before"]


def test_a_refusal_after_records_takes_them_back():
    parts = []
    with pytest.raises(EncodeError, match="not_ignorable"):
        encoder(Everything, 1)(Everything(records=b"abc", not_ignorable=None), parts)
    assert parts == []


def test_ignorable_fields_are_dropped():
    message = Everything(inner_or_null=Inner(), tagged_text="x", tagged_inner=Inner(number=3))
    assert encode(Everything, 0, message) == encode(Everything, 0, Everything())
    assert decode(Everything, 2, encode(Everything, 2, Everything(gone="x"))).gone == ""


def test_the_longest_string():
    for version in (0, 1):
        message = Lenient(text="x" * 32767)
        assert decode(Lenient, version, encode(Lenient, version, message)) == message
    with pytest.raises(DecodeError, match="32768 bytes"):
        decode(Lenient, 1, b"\x81\x80\x02" + b"x" * 32768 + bytes(4))


def test_defaults_are_fresh():
    first, second = (decode(Everything, 0, encode(Everything, 0, Everything())) for _ in range(2))
    assert first == second
    assert first.inners_or_null is not second.inners_or_null
    assert first.tagged_inner is not second.tagged_inner
    assert first.text == "unset"


def test_a_version_that_does_not_exist():
    for bad in (-1, 4):
        with pytest.raises(ValueError, match=r"Everything has no version -?\d, only 0-3"):
            decoder(Everything, bad)
        with pytest.raises(ValueError, match="Everything has no version"):
            encoder(Everything, bad)


def test_codecs_are_compiled_once():
    assert decoder(Flat, 0) is decoder(Flat, 0)
    assert encoder(Flat, 0) is encoder(Flat, 0)
    assert decoder(Flat, 0) is not decoder(Flat, 1)


def test_names_of_the_source_do_not_clash():
    """A field may bear any name that the written source uses itself."""
    names = ("buffer", "at", "size", "count", "end", "out", "message", "parts", "budget", "limit", "raw", "tags")
    source = decoder_source(Clashing, 0).text()
    assert "buffer_2" in source
    message = Clashing(**{name: number for number, name in enumerate(names)}, start=[1], body="x", pack=[Inner()])
    assert decode(Clashing, 0, encode(Clashing, 0, message)) == message


class Clashing(Struct):
    SPEC = Spec(key=None, versions="0", flexible="0+")

    buffer: Int32 = 0
    at: Int32 = 0
    size: Int32 = 0
    count: Int32 = 0
    end: Int32 = 0
    out: Int32 = 0
    message: Int32 = 0
    parts: Int32 = 0
    budget: Int32 = 0
    limit: Int32 = 0
    raw: Int32 = 0
    tags: Int32 = 0
    start: list[Int64] = []
    body: Annotated[String, Tag(0)] = ""
    pack: list[Inner] = []


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 15, 16, 1000])
@pytest.mark.parametrize("version", [0, 3])
def test_arrays_of_numbers_of_any_length(version, length):
    message = Everything(numbers=list(range(length)), numbers_or_null=list(range(length)), uuids=[bytes(16)] * length)
    assert decode(Everything, version, encode(Everything, version, message)) == message


@pytest.mark.parametrize("length", [126, 127, 128, 16383, 16384])
def test_counts_of_one_two_and_three_bytes(length):
    message = Everything(texts=["x"] * length, inners=[Inner()] * length, raw=b"r" * length, text="t" * length)
    assert decode(Everything, 3, encode(Everything, 3, message)) == message


@pytest.mark.parametrize("cls", [Points, PointsAndRecords])
@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 50])
def test_structs_of_a_fixed_size(cls, version, length):
    message = cls(points=[Point(n, -n, bytes([n]) * 16) for n in range(length)], name="n")
    raw = encode(cls, version, message)
    assert decode(cls, version, memoryview(raw)) == message
    for size in range(len(raw)):
        with pytest.raises(DecodeError):
            decode(cls, version, raw[:size])


@pytest.mark.parametrize("cls", [Points, PointsAndRecords])
@pytest.mark.parametrize("tagged", range(5))
def test_structs_of_a_fixed_size_with_tags(cls, tagged):
    """One of them has a tagged field, known or not, and so they are read one by one."""
    points = [Point(n, n) for n in range(5)]
    plain = encode(cls, 1, cls(points=points, name="n"))
    points[tagged].weight = 77
    message = cls(points=points, name="n")
    raw = encode(cls, 1, message)
    assert decode(cls, 1, raw) == message
    unknown = raw.replace(b"\1\0\2\0\x4d", b"\1\7\2\0\x4d")
    assert decode(cls, 1, unknown) == decode(cls, 1, plain)


def test_invalid_utf8_after_arrays_counts_elements_once():
    """The message is read a second time, with the whole budget."""
    raw = encode(Flat, 1, Flat(items=["abc"] * 10)).replace(b"abc", b"\xffbc")
    assert decoder(Flat, 1)(memoryview(b"x" + raw), 1, 10) == (Flat(items=["\ufffdbc"] * 10), len(raw) + 1)
