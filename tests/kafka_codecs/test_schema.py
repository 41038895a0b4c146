from typing import Annotated

import pytest

from kafka_codecs.plan import fields_of, layout, smallest_size
from kafka_codecs.schema import (
    IGNORABLE,
    ZERO_UUID,
    Bytes,
    Int16,
    Int32,
    Nullable,
    Primitive,
    Records,
    Spec,
    String,
    Struct,
    Tag,
    Uuid,
    VersionRange,
    field,
)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("3-13", 3, 13), ("9+", 9, 32767), ("4", 4, 4), ("0", 0, 0), ("none", 0, -1)]
)
def test_version_ranges(text, low, high):
    parsed = VersionRange.parse(text)
    assert parsed == VersionRange(low, high)
    assert low - 1 not in parsed
    assert (low in parsed) == (high >= low)
    assert high + 1 not in parsed
    assert "3" not in parsed


@pytest.mark.parametrize("text", ["", "x", "+", "1-2-3"])
def test_what_is_no_range(text):
    with pytest.raises(ValueError, match="invalid literal"):
        VersionRange.parse(text)


class Inner(Struct):
    number: Int32 = -1
    text: Annotated[String, "2+"] = ""


class Whole(Struct):
    SPEC = Spec(key=1, versions="0-3", flexible="2+")

    plain: Int16 = 0
    later: Annotated[String | None, "1+", Nullable("2+"), IGNORABLE] = ""
    tagged: Annotated[Inner, "2+", Tag(1)] = field(default_factory=Inner)
    tagged_first: Annotated[list[Uuid], "2+", Tag(0)] = []
    always_tagged_later: Annotated[Bytes, "1+", Tag(2, "3+")] = b""
    inners: list[Inner] | None = None
    records: Records | None = None


def test_fields_are_read_from_annotations():
    fields = {each.name: each for each in fields_of(Whole)}
    assert list(fields) == list(Whole.__struct_fields__)
    assert fields["plain"].type is Primitive.INT16
    assert fields["plain"].versions == VersionRange.parse("0+")
    assert not fields["plain"].is_ignorable
    assert 0 not in fields["plain"].nullable
    assert fields["later"].is_ignorable
    assert fields["later"].nullable == VersionRange.parse("2+")
    assert fields["tagged"].type is Inner
    assert fields["tagged"].default == Inner()
    assert fields["tagged"].tagged == VersionRange.parse("2+")
    assert fields["tagged_first"].is_array
    assert fields["tagged_first"].type is Primitive.UUID
    assert fields["always_tagged_later"].tagged == VersionRange.parse("3+")
    assert fields["inners"].is_array
    assert fields["inners"].type is Inner
    assert 0 in fields["inners"].nullable
    assert fields["records"].type is Primitive.RECORDS


def test_fields_stand_in_wire_order_and_tags_in_their_own():
    def names(fields):
        return [each.name for each in fields]

    second, third = layout(Whole, 2), layout(Whole, 3)
    assert names(second.plain) == ["plain", "later", "always_tagged_later", "inners", "records"]
    assert names(second.tagged) == ["tagged_first", "tagged"]
    assert names(third.tagged) == ["tagged_first", "tagged", "always_tagged_later"]
    assert names(layout(Whole, 0).absent) == ["later", "tagged", "tagged_first", "always_tagged_later"]


def test_the_smallest_encoding():
    assert smallest_size(Primitive.UUID, 0, flexible=False) == 16
    assert smallest_size(Primitive.STRING, 0, flexible=False) == 2
    assert smallest_size(Primitive.STRING, 0, flexible=True) == 1
    assert smallest_size(Inner, 0, flexible=False) == 4
    assert smallest_size(Inner, 2, flexible=True) == 4 + 1 + 1
    assert smallest_size(Whole, 0, flexible=False) == 2 + 4 + 4


class NotOfTheProtocol(Struct):
    SPEC = Spec(key=None, versions="0")

    number: int = 0


def test_a_type_that_the_protocol_lacks():
    with pytest.raises(TypeError, match=r"NotOfTheProtocol\.number: <class 'int'> is not a type of the protocol"):
        fields_of(NotOfTheProtocol)


def test_values_are_built_by_naming_what_is_not_default():
    assert Whole(plain=3) == Whole(3, "", Inner(), [], b"", None, None)
    assert Whole().tagged is not Whole().tagged
    assert len(ZERO_UUID) == 16
    assert not any(ZERO_UUID)
