"""A script: requests in their order, each on one of several connections, with symbols for what brokers assign."""

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
    """Write a script as JSON for people, one step a paragraph."""
    steps = [{**msgspec.to_builtins(step), "body": to_json(step.body)} for step in _without_bodies(script)]
    for row, step in zip(steps, script.steps, strict=True):
        row["api"] = step.api_name if step.api_name.isidentifier() else step.api
        row["body"] = to_json(step.body)
    content = msgspec.json.encode({"about": script.about, "steps": steps})
    return msgspec.json.format(content, indent=1).decode() + "\n"


def from_text(text: str) -> Script:
    """Read what ``to_text`` writes."""
    content = msgspec.json.decode(text)
    steps = []
    for row in content["steps"]:
        api = row["api"]
        key = api if isinstance(api, int) else CLOSE if api == "close" else int(ApiKey[api.upper()])
        body = from_json(row["body"])
        steps.append(msgspec.structs.replace(msgspec.convert({**row, "api": key, "body": None}, Step), body=body))
    return Script(tuple(steps), content.get("about", ""))


def read(path: Path) -> Script:
    return from_text(path.read_text(encoding="utf-8"))


def _without_bodies(script: Script) -> list[Step]:
    return [msgspec.structs.replace(step, body=None) for step in script.steps]
