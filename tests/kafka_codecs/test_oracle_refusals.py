"""What Apache Kafka's generated classes refuse to write, we refuse to write, and nothing else (see ``kafka_judge``)."""

import pytest
from corners import INTEGERS, filled, other_than_default, places, with_value
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka_judge import COMMAND, KafkaCodec, RefusedError
from strategies import message_classes, messages, versions_of

from kafka_codecs.compile import encode
from kafka_codecs.schema import Primitive
from kafka_codecs.wire import MAX_STRING_BYTES, EncodeError

pytestmark = pytest.mark.skipif(not COMMAND, reason="WIREBROKER_KAFKA_CODEC names no command")

BEYOND = {kind: (low - 1, high + 1) for kind, (low, high) in INTEGERS.items()}
BEYOND[Primitive.INT8] = (-129, 257)
"""Kafka's JSON has another reading for 128 to 256: less 128, which is no matter of the protocol."""

each_message = pytest.mark.parametrize("cls", message_classes(), ids=lambda cls: cls.__name__)


@pytest.fixture(scope="module")
def kafka():
    codec = KafkaCodec()
    yield codec
    codec.close()


def ours(cls, version, message):
    try:
        return encode(cls, version, message)
    except EncodeError:
        return None


def theirs(kafka, cls, version, message, json_version=None):
    try:
        return kafka.encode(cls, version, message, json_version=json_version)
    except RefusedError:
        return None


def same_writing(kafka, cls, version, message, json_version=None):
    """Return whether both refuse the message; fails where one of them does, or where their bytes differ."""
    raw = ours(cls, version, message)
    assert theirs(kafka, cls, version, message, json_version) == raw, (version, json_version, message)
    return raw is None


@each_message
def test_null_where_none_may_be(cls, kafka, compared):
    """Every field in every version at null: refused where it is not nullable, else the same bytes.

    Apart from truth values: ours take whatever Python takes for true or false.
    """
    for version in versions_of(cls):
        for place in places(cls):
            if place.is_in(version) and (place.field.is_array or place.field.type is not Primitive.BOOL):
                message = with_value(cls, place.path, None)
                is_refused = same_writing(kafka, cls, version, message)
                assert is_refused == (version not in place.field.nullable), (version, place.path)
                compared.add(**{"nulls refused" if is_refused else "nulls written": 1})


@each_message
def test_null_that_another_version_allows(cls, kafka, compared):
    """Kafka holds the null, and refuses when it writes it."""
    for place in places(cls):
        lenient = [version for version in versions_of(cls) if place.is_in(version) and version in place.field.nullable]
        for version in versions_of(cls):
            if lenient and place.is_in(version) and version not in place.field.nullable:
                message = with_value(cls, place.path, None)
                assert same_writing(kafka, cls, version, message, json_version=lenient[-1]), (version, place.path)
                compared.add(nulls_of_another_version_refused=1)


@each_message
def test_a_field_that_this_version_lacks(cls, kafka, compared):
    """Every field in every version without it: refused by both, or left out by both where it is ignorable."""
    for place in places(cls):
        with_it = [version for version in versions_of(cls) if place.is_in(version)]
        if not with_it:
            continue
        message = with_value(cls, place.path, other_than_default(place.field))
        for version in versions_of(cls):
            if version not in place.field.versions and place.is_reached_in(version):
                for json_version in {with_it[0], with_it[-1]}:
                    is_refused = same_writing(kafka, cls, version, message, json_version)
                    compared.add(**{"fields of other versions refused" if is_refused else "ignorable ones left out": 1})


@each_message
def test_numbers_beyond_their_type(cls, kafka, compared):
    for version in versions_of(cls):
        for place in places(cls):
            if place.is_in(version) and place.field.type in INTEGERS:
                for value in BEYOND[place.field.type]:
                    message = with_value(cls, place.path, [value] if place.field.is_array else value)
                    assert same_writing(kafka, cls, version, message), (version, place.path, value)
                    compared.add(numbers_beyond_their_type_refused=1)


@each_message
def test_strings_that_are_too_long(cls, kafka, compared):
    """One byte more than the longest, in ASCII and in letters of two bytes; the longest itself is a corner."""
    for version in versions_of(cls):
        for place in places(cls):
            if place.is_in(version) and place.field.type is Primitive.STRING:
                for text in ("x" * (MAX_STRING_BYTES + 1), "\u00e9" * (MAX_STRING_BYTES // 2 + 1)):
                    message = with_value(cls, place.path, [text] if place.field.is_array else text)
                    assert same_writing(kafka, cls, version, message), (version, place.path)
                    compared.add(long_strings_refused=1)


@each_message
def test_messages_of_one_version_in_another(cls, kafka, compared):
    """Filled, and drawn: refused by both, or the same bytes, since what is lost is ignorable."""
    versions = versions_of(cls)

    def compare(drawn, version, message):
        is_refused = same_writing(kafka, cls, version, message, json_version=drawn)
        compared.add(**{"messages refused in another version" if is_refused else "messages written in another one": 1})

    @settings(deadline=None, max_examples=4 * len(versions), database=None)
    @given(data=st.data())
    def draw(data):
        drawn, version = (data.draw(st.sampled_from(versions)) for _ in range(2))
        compare(drawn, version, data.draw(messages(cls, drawn)))

    if len(versions) > 1:
        for drawn in versions:
            for version in versions:
                compare(drawn, version, filled(cls, drawn))
        draw()
