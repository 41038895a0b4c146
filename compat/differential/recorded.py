"""Sessions of real clients as scripts: what a broker has assigned becomes a symbol, names get the mark of a run's own.

Clients name their topics and groups with ``NAMES`` before them, which is as long as a run's prefix, since names stand
in their opaque bytes as well.
"""

from contextlib import suppress
from typing import Any

from compat.differential.proxy import Exchange
from compat.differential.run import PREFIX_LENGTH
from compat.differential.script import Script, Step
from compat.differential.values import NAME_MARK, Answer, Batches, TopicId
from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decode
from kafka_codecs.headers import read_request_header, response_header
from kafka_codecs.messages.fetch import FetchResponse
from kafka_codecs.messages.init_producer_id import InitProducerIdResponse
from kafka_codecs.messages.join_group import JoinGroupResponse
from kafka_codecs.plan import fields_of
from kafka_codecs.records.batch import CorruptBatch, iter_batches
from kafka_codecs.schema import ZERO_UUID, Primitive, Struct
from kafka_codecs.wire import DecodeError

NAMES = "recording-"
assert len(NAMES) == PREFIX_LENGTH
SESSION_TIMEOUT_MS = 120_000
"""Long enough for a replay on a busy machine: nobody is thrown out."""
MOST_WAIT_MS = 20
"""What a replayed Fetch may wait: in a script nobody produces meanwhile."""


def script_of(exchanges: list[Exchange], about: str) -> Script:
    """Turn a recording into a script. Requests that cannot be read are left out."""
    reader = _Reader()
    return Script(tuple(step for exchange in exchanges if (step := reader.step(exchange)) is not None), about)


class _Reader:
    """Knows what the broker has assigned in the exchanges so far."""

    def __init__(self) -> None:
        self._count = 0
        self._texts: dict[str, Answer] = {}
        self._topics: dict[bytes, str] = {}
        self._sessions: dict[int, Answer] = {}
        self._producers: dict[int, Answer] = {}

    def step(self, exchange: Exchange) -> Step | None:
        try:
            header, at = read_request_header(exchange.request)
            request, response = messages_of(ApiKey(header.api_key))
            message = decode(request, header.api_version, exchange.request, at)
        except (DecodeError, ValueError, ModuleNotFoundError):
            return None
        self._count += 1
        body = self._struct(message, header.api_version)
        if header.api_key == ApiKey.FETCH:
            body["max_wait_ms"] = min(body.get("max_wait_ms", 0), MOST_WAIT_MS)
        if header.api_key == ApiKey.JOIN_GROUP:
            body["session_timeout_ms"] = SESSION_TIMEOUT_MS
        step = Step(
            label=f"r{self._count}",
            api=header.api_key,
            version=header.api_version,
            body=body,
            connection=exchange.connection,
            client_id=header.client_id,
        )
        if exchange.answer is not None:
            begin = len(response_header(header.api_key, header.api_version, 0))
            with suppress(DecodeError):  # ApiVersions may be answered in another version than it was asked in
                self._harvest(step.label, decode(response, header.api_version, exchange.answer, begin))
        return step

    def _harvest(self, label: str, answer: Any) -> None:
        """Note what this answer has assigned."""
        if isinstance(answer, JoinGroupResponse) and answer.member_id:
            self._texts.setdefault(answer.member_id, Answer(label, "member_id"))
            for number, member in enumerate(answer.members):
                self._texts.setdefault(member.member_id, Answer(label, f"members.{number}.member_id"))
        elif isinstance(answer, FetchResponse) and answer.session_id:
            self._sessions.setdefault(answer.session_id, Answer(label, "session_id"))
        elif isinstance(answer, InitProducerIdResponse) and answer.producer_id >= 0:
            self._producers.setdefault(answer.producer_id, Answer(label, "producer_id"))
        for topic in getattr(answer, "topics", None) or ():
            if getattr(topic, "topic_id", ZERO_UUID) != ZERO_UUID and getattr(topic, "name", None):
                self._topics[topic.topic_id] = topic.name

    def _struct(self, message: Struct, version: int) -> dict[str, Any]:
        """Name the fields that are not at their defaults."""
        body = {}
        for field in fields_of(type(message)):
            value = getattr(message, field.name)
            if version not in field.versions or value == field.default:
                continue
            body[field.name] = self._value(field.name, field.type, value, version)
        return body

    def _value(self, name: str, kind: Any, value: Any, version: int) -> Any:
        if value is None:
            return None
        if isinstance(value, list) and kind is not Primitive.RECORDS:
            return [self._value(name, kind, each, version) for each in value]
        match kind:
            case Primitive.STRING:
                return self._texts.get(value) or _marked(value)
            case Primitive.UUID if value in self._topics:
                return TopicId(_marked(self._topics[value]))
            case Primitive.RECORDS:
                return self._records(bytes(value))
            case Primitive.INT32 if name == "session_id":
                return self._sessions.get(value, value)
            case Primitive.INT64 if name == "producer_id":
                return self._producers.get(value, value)
            case Primitive():
                return value
            case _:
                return self._struct(value, version)

    def _records(self, data: bytes) -> Any:
        """Batches as they came, but for the producer ids that the broker has given."""
        batches: list[dict[str, Any]] = []
        try:
            for at, header in iter_batches(data):
                batch: dict[str, Any] = {"raw": data[at : at + header.size]}
                if header.producer_id in self._producers:
                    batch["set"] = {"producer_id": self._producers[header.producer_id]}
                batches.append(batch)
        except CorruptBatch:
            return data
        return Batches(batches)


def _marked(text: str) -> str:
    return NAME_MARK + text.removeprefix(NAMES) if text.startswith(NAMES) else text
