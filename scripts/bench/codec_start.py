"""What messages cost at a start: a broker imports those that it needs, when it needs them."""

import subprocess
import sys
from pkgutil import iter_modules
from typing import NamedTuple

import kafka_codecs.internal
import kafka_codecs.messages

_PACKAGES = (kafka_codecs.messages, kafka_codecs.internal)
_NAMES = [module.name for each in _PACKAGES for module in iter_modules(each.__path__, each.__name__ + ".")]


class Imports(NamedTuple):
    modules: int
    milliseconds: float


def at_start() -> Imports:
    """Return the modules of messages that a broker's start imports."""
    return _measured("import wirebroker.broker")


def of_all() -> Imports:
    """Return what importing all of them takes."""
    return _measured("import kafka_codecs.compile; " + "; ".join(f"import {name}" for name in _NAMES))


def _measured(code: str) -> Imports:
    """Return the best of several, by the interpreter's own account: microseconds of each module without its imports."""
    return min((_once(code) for _ in range(5)), key=lambda each: each.milliseconds)


def _once(code: str) -> Imports:
    command = [sys.executable, "-X", "importtime", "-c", code]
    said = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True).stderr
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines()]
    own = [int(row[0]) for row in rows if len(row) == 3 and row[2].strip() in _NAMES]
    return Imports(len(own), sum(own) / 1000)
