"""A script: requests in their order, each on one of several connections, with symbols for what brokers assign."""

import json
from pathlib import Path
from typing import Any

import msgspec

from compat.differential.values import from_json, to_json
from kafka_codecs.api_keys import ApiKey

CLOSE = -1000
"""The api of a step that is no request: the client closes its connection."""


class Edit(msgspec.Struct, frozen=True):
    """One change to the bytes of a body: ``cut`` so many from the end, ``append`` some, ``set`` some at a position.

    ``tag``: end with a section of unknown tagged fields, where the body ends with an empty one.
    """

    kind: str
    at: int = 0
    data: str = ""
    """In hexadecimal digits."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request. ``body`` is that of the message at this version, or ``{"$bytes": ...}`` for bytes as they are."""

    label: str
    api: int
    version: int
    body: Any
    connection: int = 0
    edits: tuple[Edit, ...] = ()
    client_id: str | None = "differential"

    @property
    def expects_answer(self) -> bool:
        """Not Produce with acks 0: whether the connection is still open is compared then."""
        return not (self.api == ApiKey.PRODUCE and isinstance(self.body, dict) and self.body.get("acks", 0) == 0)

    @property
    def api_name(self) -> str:
        if self.api == CLOSE:
            return "close"
        try:
            return ApiKey(self.api).name.lower()
        except ValueError:
            return f"api {self.api}"


class Script(msgspec.Struct, frozen=True):
    steps: tuple[Step, ...]
    about: str = ""
    """What this script once showed, for a reader of a saved one."""


def to_text(script: Script) -> str:
    """Write a script as JSON, a step a line, without what is as it mostly is."""
    lines = []
    for step in script.steps:
        row = msgspec.to_builtins(msgspec.structs.replace(step, body=None))
        row |= {"api": step.api_name if step.api_name.isidentifier() else step.api, "body": to_json(step.body)}
        lines.append(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace").decode())
    about = json.dumps(script.about, ensure_ascii=False)
    steps = ",\n".join(lines)
    return f'{{"about": {about}, "steps": [\n{steps}\n]}}\n'


def from_text(text: str) -> Script:
    """Read what ``to_text`` writes."""
    content = json.loads(text)
    steps = []
    for row in content["steps"]:
        api = row["api"]
        key = api if isinstance(api, int) else CLOSE if api == "close" else int(ApiKey[api.upper()])
        body = from_json(row["body"])
        steps.append(msgspec.structs.replace(msgspec.convert({**row, "api": key, "body": None}, Step), body=body))
    return Script(tuple(steps), content.get("about", ""))


def read(path: Path) -> Script:
    return from_text(path.read_text(encoding="utf-8"))
