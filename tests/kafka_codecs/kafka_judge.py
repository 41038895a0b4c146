"""Apache Kafka's own message classes, asked one line at a time, and our messages in the JSON that they speak.

``WIREBROKER_KAFKA_CODEC`` names the command, ``python -m compat.oracle codec``, that reads one JSON object a line,
``{"message": "FetchRequest", "version": 13, "json": {...}}``, and answers ``{"hex": "..."}``; asked with ``"hex"``, it
answers ``{"json": {...}}``, and ``{"error": "..."}`` where Kafka refuses. The JSON is that of Kafka's generated
``*JsonConverter`` classes: camelCase names, uuids and bytes in base64. ``"as": 9`` has the JSON read as version 9
before it is written in the question's version; ``"unknown"`` gives every structure tagged fields that are not its own;
``{"messages": true}`` answers every message's lowest and highest version, ``{"api": 1, "version": 13}`` the versions of
its headers.
"""

import json
import os
import shlex
import subprocess
from base64 import b64encode

from kafka_codecs.plan import fields_of
from kafka_codecs.schema import Primitive, Struct
from kafka_codecs.wire import uuid_text

COMMAND = os.environ.get("WIREBROKER_KAFKA_CODEC", "")


class RefusedError(Exception):
    """Kafka's reason."""


class KafkaCodec:
    def __init__(self):
        self._process = subprocess.Popen(shlex.split(COMMAND), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.asked = 0

    def ask(self, **question):
        self.asked += 1
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer

    def encode(self, cls, version, message, *, json_version=None, **more):
        """Kafka's bytes of our message, as ``json_version`` has it (absent: as ``version`` does)."""
        if json_version is not None:
            more["as"] = json_version
        value = to_json(message, version if json_version is None else json_version)
        answer = self.ask(message=cls.__name__, version=version, json=value, **more)
        return bytes.fromhex(answer["hex"])

    def decode(self, cls, version, raw):
        """The JSON of what Kafka reads; ``RefusedError`` where bytes are left over as well."""
        return self.ask(message=cls.__name__, version=version, hex=raw.hex())["json"]

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


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
            value = [_value_to_json(field, item, version) for item in value]
        elif value is not None:
            value = _value_to_json(field, value, version)
        written[camel_case(field.name)] = value
    return written


def _value_to_json(field, value, version):
    if isinstance(value, Struct):
        return to_json(value, version)
    if field.type is Primitive.UUID:
        return None if value is None else uuid_text(value)
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value
