r"""Java's properties files, as ``server.properties`` is one, read the way java.util.Properties does.

A line is ``name=value``, ``name: value`` or ``name value``; ``#`` and ``!`` begin a comment; a backslash at the end of
a line continues it on the next, whose leading blanks fall away; ``\t``, ``\n``, ``\f``, ``\r`` and ``\uXXXX`` are
escapes, before anything else a backslash falls away. The last of several lines of one name counts.
"""

from __future__ import annotations

from collections.abc import Iterator

BLANKS = " \t\f"
ESCAPES = {"t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def read_properties(text: str) -> dict[str, str]:
    r"""Read the text of a properties file. Raises ValueError, naming the line, for a bad ``\uXXXX``."""
    properties: dict[str, str] = {}
    for number, line in _logical_lines(text):
        split = _end_of_name(line)
        name, rest = line[:split], line[split:].lstrip(BLANKS)
        if rest[:1] in ("=", ":"):
            rest = rest[1:].lstrip(BLANKS)
        try:
            properties[_unescaped(name)] = _unescaped(rest)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    return properties


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Join continued lines, leave out empty ones and comments; with the number of each one's first line."""
    pending, first = "", 0
    for number, natural in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = natural.lstrip(BLANKS)
        if not first:
            if not line or line[0] in "#!":
                continue
            first = number
        if (len(line) - len(line.rstrip("\\"))) % 2:
            pending += line[:-1]
            continue
        yield first, pending + line
        pending, first = "", 0
    if first:
        yield first, pending


def _end_of_name(line: str) -> int:
    at = 0
    while at < len(line) and line[at] not in "=:" + BLANKS:
        at += 2 if line[at] == "\\" else 1
    return min(at, len(line))


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    parts, at = [], 0
    while (backslash := text.find("\\", at)) >= 0:
        parts.append(text[at:backslash])
        letter = text[backslash + 1 : backslash + 2]
        at = backslash + 2
        if letter == "u":
            digits = text[at : at + 4]
            if len(digits) < 4 or not set(digits) <= set("0123456789abcdefABCDEF"):
                raise ValueError("malformed \\uXXXX escape")
            parts.append(chr(int(digits, 16)))
            at += 4
        else:
            parts.append(ESCAPES.get(letter, letter))
    parts.append(text[at:])
    joined = "".join(parts)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of \uD83D\uDE00 become one
