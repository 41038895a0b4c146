"""Which name or number of one broker stands for which of the other one."""

import re
from typing import Any

from kafka_codecs.wire import uuid_text

_DIGIT = re.compile(r"[0-9a-f]")
_UUID_LENGTH = 36
_LEAST_DIGITS = 31
"""Of 32, where one byte of the request that names it was edited."""
ZERO_IS_NONE = ("session_id",)


class Pairs:
    """Grows as answers are compared; a pair that was seen once stays."""

    def __init__(self) -> None:
        self._to_other: dict[tuple[str, Any], Any] = {}
        self._taken: set[tuple[str, Any]] = set()

    def agree(self, kind: str, kafka: Any, wirebroker: Any) -> bool:
        """Whether the two stand for the same; two that were never seen and look alike do so from now on."""
        if (kind, kafka) in self._to_other:
            return bool(self._to_other[kind, kafka] == wirebroker)
        if (kind, wirebroker) in self._taken:
            return False
        if kafka == wirebroker:
            return True
        if not _look_alike(kafka, wirebroker) or (kind in ZERO_IS_NONE and 0 in (kafka, wirebroker)):
            return False
        self.pair(kind, kafka, wirebroker)
        return True

    def pair(self, kind: str, kafka: Any, wirebroker: Any) -> None:
        self._to_other[kind, kafka] = wirebroker
        self._taken.add((kind, wirebroker))

    def counterpart(self, kind: str, kafka: Any) -> Any:
        """What wirebroker calls it; the same where nothing else is known."""
        return self._to_other.get((kind, kafka), kafka)

    def translate(self, text: str) -> str:
        """Replace every assigned text inside of another one (of an error message, say)."""
        for (_, kafka), other in self._to_other.items():
            if isinstance(kafka, bytes):
                text = text.replace(uuid_text(kafka), uuid_text(other))
            elif isinstance(kafka, str):
                text = text.replace(kafka, other)
        return text


def _look_alike(kafka: Any, wirebroker: Any) -> bool:
    if isinstance(kafka, str) and isinstance(wirebroker, str):
        one, other = _form(kafka), _form(wirebroker)
        return one == other and one[-_UUID_LENGTH:].count("h") >= _LEAST_DIGITS
    if isinstance(kafka, int) and isinstance(wirebroker, int):
        return kafka >= 0 and wirebroker >= 0
    if isinstance(kafka, bytes) and isinstance(wirebroker, bytes):
        return kafka != bytes(16) and wirebroker != bytes(16)
    return False


def _form(text: str) -> str:
    """A text in which the digits of the UUID at its end are all the same."""
    return text[:-_UUID_LENGTH] + _DIGIT.sub("h", text[-_UUID_LENGTH:])
