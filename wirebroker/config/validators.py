"""What a value must satisfy, and what is said when it does not, in the words of Kafka's ConfigDef validators.

``str()`` of a validator is what Kafka's documentation prints as "valid values".
"""

from __future__ import annotations

from collections.abc import Callable
from math import isinf, isnan
from typing import Any


class ConfigError(Exception):
    """An option or its value is refused; the text is Kafka's where Kafka refuses it too."""


class InvalidValueError(ConfigError):
    """This value is none for this option."""

    def __init__(self, name: str, value: object, text: str) -> None:
        super().__init__(f"Invalid value {java_text(value)} for configuration {name}: {text}")
        self.name = name


def java_text(value: object) -> str:
    """Write a value as Java's toString does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _java_double(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(java_text, value))}]"
    return str(value)


def _java_double(value: float) -> str:
    """Follow Double.toString: plain between 10^-3 and 10^7, else one digit, a point and ``E``."""
    if isnan(value):
        return "NaN"
    sign, size = ("-" if value < 0 else ""), abs(value)
    if isinf(size):
        return f"{sign}Infinity"
    if size == 0 or 1e-3 <= size < 1e7:
        return repr(value)
    shortest = next(text for digits in range(17) if float(text := f"{size:.{digits}e}") == size)
    mantissa, _, exponent = shortest.partition("e")
    return f"{sign}{mantissa}{'' if '.' in mantissa else '.0'}E{int(exponent)}"


class Validator:
    """A rule for values."""

    __slots__ = ()
    removes_duplicates = False

    def __call__(self, name: str, value: Any) -> None:
        """Raise ConfigError when the value of option ``name`` will not do."""
        raise NotImplementedError


class Range(Validator):
    """A number between two, both included; None is no bound (ConfigDef.Range)."""

    __slots__ = ("least", "most")

    def __init__(self, least: float, most: float | None = None) -> None:
        self.least = least
        self.most = most

    def __call__(self, name: str, value: float) -> None:
        if value < self.least:
            raise InvalidValueError(name, value, f"Value must be at least {self.least}")
        if self.most is not None and value > self.most:
            raise InvalidValueError(name, value, f"Value must be no more than {self.most}")

    def __str__(self) -> str:
        return f"[{self.least},...]" if self.most is None else f"[{self.least},...,{self.most}]"


at_least = between = Range


class OneOf(Validator):
    """One of these words (ConfigDef.ValidString)."""

    __slots__ = ("words",)

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, name: str, value: str) -> None:
        if value not in self.words:
            raise InvalidValueError(name, value, f"String must be one of: {', '.join(self.words)}")

    def __str__(self) -> str:
        return f"[{', '.join(self.words)}]"


class OneOfAnyCase(Validator):
    """One of these words, however written (ConfigDef.CaseInsensitiveValidString)."""

    __slots__ = ("words",)

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, name: str, value: str) -> None:
        if value.upper() not in self.words:
            raise InvalidValueError(name, value, f"String must be one of (case insensitive): {', '.join(self.words)}")

    def __str__(self) -> str:
        return f"(case insensitive) [{', '.join(self.words)}]"


class ListOf(Validator):
    """A list without empty members, of these words if any are given; duplicates fall away (ConfigDef.ValidList)."""

    __slots__ = ("may_be_empty", "words")
    removes_duplicates = True

    def __init__(self, *words: str, may_be_empty: bool = True) -> None:
        self.words = words
        self.may_be_empty = may_be_empty

    def __call__(self, name: str, value: tuple[str, ...]) -> None:
        if not value and not self.may_be_empty:
            valid = str(self) or "any non-empty value"
            raise ConfigError(f"Configuration '{name}' must not be empty. Valid values include: {valid}")
        for member in value:
            if not member:
                raise ConfigError(f"Configuration '{name}' values must not be empty.")
            if self.words and member not in self.words:
                raise InvalidValueError(name, member, f"String must be one of: {', '.join(self.words)}")

    def __str__(self) -> str:
        return f"[{', '.join(self.words)}]" if self.words else ""


class Check(Validator):
    """A rule written as a function: what is wrong with a value, or None; and the words for documentation."""

    __slots__ = ("complaint", "described")

    def __init__(self, described: str, complaint: Callable[[str, Any], str | None]) -> None:
        self.described = described
        self.complaint = complaint

    def __call__(self, name: str, value: Any) -> None:
        complaint = self.complaint(name, value)
        if complaint is not None:
            raise InvalidValueError(name, value, complaint)

    def __str__(self) -> str:
        return self.described


NON_EMPTY = Check("non-empty string", lambda _, value: None if value else "String must be non-empty")
ANY_LIST = ListOf()
VOTERS = Check("non-empty list", lambda _name, _value: None)
NON_NULL = Check("non-null string", lambda _, value: "entry must be non null" if value is None else None)
MAX_INT = (1 << 31) - 1
MAX_LONG = (1 << 63) - 1
MAX_DOUBLE = 1.7976931348623157e308


def _gzip_level(_: str, level: int) -> str | None:
    return None if level == -1 or 1 <= level <= 9 else "Value must be between 1 and 9 or equal to -1"


GZIP_LEVEL = Check("[1,...,9] or -1", _gzip_level)
LZ4_LEVEL = between(1, 17)
ZSTD_LEVEL = between(-131_072, 22)
COMPRESSION_TYPE = OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")
CLEANUP_POLICY = ListOf("compact", "delete")
TIMESTAMP_TYPE = OneOf("CreateTime", "LogAppendTime")
