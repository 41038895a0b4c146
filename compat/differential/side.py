"""One of the two brokers during a script: connections to it, and what it has assigned so far."""

from typing import Any

from compat.differential.connection import Connection, Nothing
from compat.differential.frames import named
from compat.differential.values import Answer, AnswerPlus, Now, TopicId
from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.compile import decode, encode
from kafka_codecs.headers import request_frame, response_header
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic
from kafka_codecs.schema import Struct

NEVER_ASSIGNED = bytes.fromhex("00000000000040008000deadbeef0001")
"""The id of topics that were never there."""
CONTROL_SECONDS = 30.0


class Side:
    """``begin`` starts a script: names get its prefix, answers of the former one are forgotten."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.topic_ids: dict[str, bytes] = {}
        self.topic_names: dict[bytes, str] = {}
        self._connections: dict[int, Connection] = {}
        self._control = Connection(address)
        self._answers: dict[str, Struct] = {}
        self._prefix = ""
        self._now_ms = 0

    def begin(self, prefix: str, now_ms: int) -> None:
        self._prefix, self._now_ms = prefix, now_ms
        self._answers.clear()

    def close(self) -> None:
        self.close_all()
        self._control.close()

    # ---- connections

    def connection(self, number: int) -> Connection:
        if number not in self._connections:
            self._connections[number] = Connection(self.address)
        return self._connections[number]

    def drop(self, number: int) -> None:
        """Close that connection; the next request on it opens another one."""
        if number in self._connections:
            self._connections.pop(number).close()

    def close_all(self) -> None:
        for number in list(self._connections):
            self.drop(number)

    def ask(self, request: Any, version: int) -> Any:
        """Ask something that no script asks, on a connection of our own."""
        key = request.SPEC.key
        number = self._control.next_id()
        self._control.send(request_frame(key, version, number, "control", [encode(type(request), version, request)]))
        frame = self._control.receive(CONTROL_SECONDS)
        if isinstance(frame, Nothing):
            self._control.close()
            self._control = Connection(self.address)
            raise ConnectionError(f"{self.name}: {frame.value} to {type(request).__name__} v{version}")
        return decode(messages_of(ApiKey(key))[1], version, frame, len(response_header(key, version, number)))

    # ---- what was assigned

    def learn_topics(self, names: list[str]) -> dict[str, Any]:
        """Ask for these topics: what Metadata says of each; their ids are kept."""
        wanted = [MetadataRequestTopic(name=name) for name in names]
        answer = self.ask(MetadataRequest(topics=wanted, allow_auto_topic_creation=False), 12)
        for topic in answer.topics:
            if topic.topic_id != bytes(16):
                self.topic_ids[topic.name] = topic.topic_id
                self.topic_names[topic.topic_id] = topic.name
        return {topic.name: topic for topic in answer.topics}

    def remember(self, label: str, answer: Struct) -> None:
        self._answers[label] = answer

    def resolve(self, value: Any, default: Any) -> Any:
        """Replace a symbol by what this broker has assigned; names get the run's prefix."""
        if isinstance(value, str):
            return named(value, self._prefix)
        match value:
            case TopicId(name):
                return self.topic_ids.get(named(name, self._prefix), NEVER_ASSIGNED)
            case Now(plus_ms):
                return self._now_ms + plus_ms
            case Answer(label, path):
                return _lookup(self._answers.get(label), path, default)
            case AnswerPlus(label, path, plus):
                return _lookup(self._answers.get(label), path, -plus) + plus
            case _:
                return value


def _lookup(answer: Any, path: str, default: Any) -> Any:
    for part in path.split("."):
        if isinstance(answer, list):
            answer = answer[int(part)] if int(part) < len(answer) else None
        else:
            answer = getattr(answer, part, None)
        if answer is None:
            return default
    return answer
