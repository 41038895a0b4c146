"""Against Apache Kafka's own generated classes: every message and record, in every version, both ways.

``WIREBROKER_KAFKA_CODEC`` names a command that reads one JSON object a line,
``{"message": "FetchRequest", "version": 13, "json": {...}}``, and answers ``{"hex": "..."}``; asked with ``"hex"``, it
answers ``{"json": {...}}``, and ``{"error": "..."}`` where Kafka refuses. The JSON is that of Kafka's generated
``*JsonConverter`` classes: camelCase names, uuids and bytes in base64. Skipped where the variable is not set.
"""

import json
import os
import shlex
import subprocess
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import message_classes, messages, versions_of

from kafka_codecs.compile import decode, encode
from kafka_codecs.plan import fields_of
from kafka_codecs.schema import Primitive, Struct
from kafka_codecs.wire import DecodeError, EncodeError, uuid_text

COMMAND = os.environ.get("WIREBROKER_KAFKA_CODEC", "")

pytestmark = pytest.mark.skipif(not COMMAND, reason="WIREBROKER_KAFKA_CODEC names no command")

CLASSES = message_classes()


class Codec:
    """Kafka, asked one line at a time."""

    def __init__(self):
        self._process = subprocess.Popen(shlex.split(COMMAND), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, cls, version, **question):
        line = json.dumps({"message": cls.__name__, "version": version, **question})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def encode(self, cls, version, value):
        answer = self.ask(cls, version, json=value)
        assert "hex" in answer, answer
        return bytes.fromhex(answer["hex"])

    def decode(self, cls, version, raw):
        answer = self.ask(cls, version, hex=raw.hex())
        assert "json" in answer, answer
        return answer["json"]

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="module")
def kafka():
    codec = Codec()
    yield codec
    codec.close()


def camel_case(name):
    first, *others = name.replace("kraft", "k_raft").split("_")
    return first + "".join(each.capitalize() for each in others)


def to_json(message, version):
    """A message as Kafka's converter writes it; fields at their default too, but tagged ones only when set."""
    written = {}
    for field in fields_of(type(message)):
        value = getattr(message, field.name)
        if version not in field.versions or (version in field.tagged and value == field.default):
            continue
        if field.is_array and value is not None:
            value = [value_to_json(field, item, version) for item in value]
        elif value is not None:
            value = value_to_json(field, value, version)
        written[camel_case(field.name)] = value
    return written


def value_to_json(field, value, version):
    if isinstance(value, Struct):
        return to_json(value, version)
    if field.type is Primitive.UUID:
        return uuid_text(value)
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_same_bytes_both_ways(cls, kafka):
    def of(version):
        @settings(deadline=None, max_examples=8, database=None)
        @given(messages(cls, version))
        def same(message):
            value = to_json(message, version)
            raw = encode(cls, version, message)
            assert kafka.encode(cls, version, value) == raw
            assert kafka.decode(cls, version, raw) == value
            assert decode(cls, version, raw) == message

        return same

    for version in versions_of(cls):
        of(version)()


@settings(deadline=None, max_examples=600, database=None)
@given(cls=st.sampled_from(CLASSES), data=st.data())
def test_same_refusals_of_broken_bytes(kafka, cls, data):
    """One byte of a message changed, or its end cut off: both read the same, or both refuse (S7, S7b, S7c)."""
    version = data.draw(st.sampled_from(versions_of(cls)))
    raw = bytearray(encode(cls, version, data.draw(messages(cls, version))))
    if raw:
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
        del raw[data.draw(st.just(len(raw)) | st.integers(0, len(raw))) :]
    answer = kafka.ask(cls, version, hex=raw.hex())
    left_over = "bytes left over" in answer.get("error", "")
    try:
        message = decode(cls, version, raw)
    except DecodeError:
        assert "error" in answer
        assert not left_over
        return
    assert left_over or "json" in answer, answer
    if not left_over:
        assert answer["json"] == to_json(message, version)


@settings(deadline=None, max_examples=600, database=None)
@given(cls=st.sampled_from(CLASSES), data=st.data())
def test_same_refusals_of_values_that_a_version_lacks(kafka, cls, data):
    """A message of one version written in another: dropped where ignorable, else refused by both."""
    drawn, version = (data.draw(st.sampled_from(versions_of(cls))) for _ in range(2))
    message = data.draw(messages(cls, drawn))
    try:
        raw = encode(cls, version, message)
    except EncodeError:
        return
    assert kafka.decode(cls, version, raw) == to_json(decode(cls, version, raw), version)
