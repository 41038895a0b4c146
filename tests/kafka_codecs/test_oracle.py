"""Against Apache Kafka's own generated classes: every message and record, in every version, both ways.

Skipped where ``WIREBROKER_KAFKA_CODEC`` names no command (see ``kafka_judge``). At the end of the run stands how much
was compared.
"""

from functools import partial

import pytest
from corners import corner_messages, filled
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka_judge import COMMAND, KafkaCodec, RefusedError, to_json
from strategies import message_classes, messages, versions_of

from kafka_codecs.compile import decode, decoder, encode
from kafka_codecs.messages.find_coordinator import FindCoordinatorRequest
from kafka_codecs.plan import is_flexible
from kafka_codecs.wire import DecodeError

pytestmark = pytest.mark.skipif(not COMMAND, reason="WIREBROKER_KAFKA_CODEC names no command")

CLASSES = message_classes()
DRAWN = 8
"""Values drawn for each version of a message, besides the corners."""

HEADERS = {"RequestHeader", "ResponseHeader"}
"""Read and written by hand; ``test_oracle_headers`` has them."""

each_message = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


@pytest.fixture(scope="module")
def kafka():
    codec = KafkaCodec()
    yield codec
    codec.close()


def flexible_versions(cls):
    return [version for version in versions_of(cls) if is_flexible(cls, version)]


def drawn(examples):
    return settings(deadline=None, max_examples=examples, database=None)


def each_drawn(examples, values, check):
    @drawn(examples)
    @given(values)
    def run(value):
        check(value)

    run()


def test_no_message_and_no_version_is_left_out(kafka):
    theirs = kafka.ask(messages=True)["messages"]
    ours = {cls.__name__: [versions_of(cls)[0], versions_of(cls)[-1]] for cls in CLASSES}
    assert {name: versions for name, versions in theirs.items() if name not in HEADERS} == ours


@each_message
def test_same_bytes_both_ways(cls, kafka, compared):
    def compare(version, message):
        raw = encode(cls, version, message)
        assert kafka.encode(cls, version, message) == raw
        assert kafka.decode(cls, version, raw) == to_json(message, version)
        assert decode(cls, version, raw) == message
        compared.add(values_both_ways=1)

    for version in versions_of(cls):
        for message in corner_messages(cls, version):
            compare(version, message)
        each_drawn(DRAWN, messages(cls, version), partial(compare, version))
        compared.add(versions_of_messages=1)
    compared.add(messages=1)


@each_message
def test_unknown_tagged_fields_are_passed_over(cls, kafka, compared):
    """Two in every structure, with an empty and a long value, behind numbers of one and of two bytes (S7b)."""
    unknown = [{"tag": 100, "hex": ""}, {"tag": 1000, "hex": "ab" * 300}]
    for version in flexible_versions(cls):
        for message in corner_messages(cls, version):
            raw = kafka.encode(cls, version, message, unknown=unknown)
            assert len(raw) > len(encode(cls, version, message)) + 300
            assert decoder(cls, version)(memoryview(raw), 0) == (message, len(raw))
            compared.add(values_with_unknown_tagged_fields=1)


@each_message
def test_numbers_of_tagged_fields_that_other_versions_have(cls, kafka, compared):
    """A tag that the structure has in another version only, or in none: both read the same, or both refuse."""
    for version in flexible_versions(cls):
        message = filled(cls, version)
        for tag in range(6):
            try:
                raw = kafka.encode(cls, version, message, unknown=[{"tag": tag, "hex": "01"}])
            except RefusedError:  # it is a known one in this version
                continue
            assert same_reading(kafka, cls, version, raw), (version, tag)
            compared.add(values_with_tags_of_other_versions=1)


def same_reading(kafka, cls, version, raw):
    """Both read the same from all of these bytes, or both refuse. Kafka's filter also refuses what is left over."""
    try:
        message, end = decoder(cls, version)(memoryview(raw), 0)
    except DecodeError:
        message, end = None, len(raw)
    try:
        value = kafka.decode(cls, version, raw)
    except RefusedError as refused:
        return end < len(raw) if "bytes left over" in str(refused) else message is None
    return message is not None and end == len(raw) and value == to_json(message, version)


@each_message
def test_same_refusals_of_messages_cut_short(cls, kafka, compared):
    """At every byte of a filled message."""
    for version in versions_of(cls):
        raw = encode(cls, version, filled(cls, version))
        for end in range(len(raw)):
            with pytest.raises(DecodeError):
                decode(cls, version, raw[:end])
            compared.add(messages_cut_short=1)
        for end in {0, len(raw) // 2, len(raw) - 1} - {len(raw), -1}:
            with pytest.raises(RefusedError):
                kafka.decode(cls, version, raw[:end])


@each_message
def test_same_reading_of_broken_bytes(cls, kafka, compared):
    """One byte of a message changed, taken out or put in: both read the same, or both refuse (S7, S7b, S7c)."""

    @drawn(12 * len(versions_of(cls)))
    @given(data=st.data())
    def same(data):
        version = data.draw(st.sampled_from(versions_of(cls)))
        message = data.draw(messages(cls, version) | st.just(filled(cls, version)))
        raw = bytearray(encode(cls, version, message))
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=1))
        assert same_reading(kafka, cls, version, raw)
        compared.add(broken_messages=1)

    same()


@pytest.mark.parametrize("version", [0, 3], ids=["classic", "compact"])
def test_same_reading_of_invalid_utf8(kafka, compared, version):
    """What is no character is read as U+FFFD, as often as Java's decoder says (S7c)."""

    @drawn(300)
    @given(st.lists(st.sampled_from(b"a\x80\xbf\xc0\xc2\xe0\xe2\x82\xed\xa0\xef\xf0\x9f\xf4\x90\xff")).map(bytes))
    def same(text):
        length = bytes([len(text) + 1]) if version else len(text).to_bytes(2, "big")
        raw = length + text + bytes(2 if version else 0)
        assert same_reading(kafka, FindCoordinatorRequest, version, raw), text
        compared.add(invalid_strings=1)

    same()
