"""One configuration option: its name, the values it takes, its default.

Parsing follows Kafka's ConfigDef to the letter of its errors. A table is a class whose attributes are options:

    class BrokerConfig(OptionTable):
        num_partitions = Option(INT, 1, "Partitions of a topic that is created without a number.", at_least(1))

The attribute is the name with dots turned into underscores (no name of Kafka's has an underscore or a dash):
``BrokerConfig.num_partitions`` is the option ``num.partitions``, and on an instance, ``config.num_partitions`` is its
value, an ``int`` to the type checker as well. Values are looked up once and then lie in the instance, so that reading
one costs what any attribute costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar, overload

from wirebroker.config.validators import ConfigError, InvalidValueError, Validator, java_text

__all__ = [
    "BOOLEAN",
    "CLASS",
    "CLUSTER_WIDE",
    "DOUBLE",
    "INT",
    "LIST",
    "LONG",
    "PASSWORD",
    "PER_BROKER",
    "READ_ONLY",
    "SHORT",
    "STRING",
    "ConfigError",
    "InvalidValueError",
    "Option",
    "OptionTable",
    "Type",
]

V = TypeVar("V")
T = TypeVar("T")

READ_ONLY = "read-only"
PER_BROKER = "per-broker"
CLUSTER_WIDE = "cluster-wide"

BLANKS = "".join(map(chr, range(33)))
"""What Java's String.trim() removes: everything up to and including the space."""


class Type(Generic[V]):
    """A type of values: Kafka's name for it, its number in DescribeConfigs (v3+), and how a value is read from text."""

    __slots__ = ("code", "name", "parse")

    def __init__(self, name: str, code: int, parse: Callable[[str], V]) -> None:
        self.name = name
        self.code = code
        self.parse = parse

    def __repr__(self) -> str:
        return self.name


def _boolean(text: str) -> bool:
    lower = text.lower()
    if lower not in ("true", "false"):
        raise ValueError("Expected value to be either true or false")
    return lower == "true"


def _integer(name: str, bits: int) -> Callable[[str], int]:
    limit = 1 << (bits - 1)

    def parse(text: str) -> int:
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not digits.isdecimal() or not -limit <= (value := int(text)) < limit:
            raise ValueError(f"Not a number of type {name}")
        return value

    return parse


def _double(text: str) -> float:
    number = text[:-1] if text[-1:] in ("d", "D", "f", "F") and text[-2:-1] in (*"0123456789.",) else text
    bare = number.lstrip("+-")
    try:
        if bare[:2] in ("0x", "0X") and "p" in bare.lower():  # Java has hexadecimal ones with an exponent only
            return float.fromhex(number)
        if bare in ("NaN", "Infinity") or set(bare) <= set("0123456789+-.eE"):  # float() takes 1_000 and inf as well
            return float(number)
    except ValueError:
        pass
    raise ValueError("Not a number of type DOUBLE")


def _list(text: str) -> tuple[str, ...]:
    return tuple(member.strip(" \t\n\v\f\r") for member in text.split(",")) if text else ()


def _text(text: str) -> str:
    return text


BOOLEAN: Type[bool] = Type("BOOLEAN", 1, _boolean)
STRING: Type[str] = Type("STRING", 2, _text)
INT: Type[int] = Type("INT", 3, _integer("INT", 32))
SHORT: Type[int] = Type("SHORT", 4, _integer("SHORT", 16))
LONG: Type[int] = Type("LONG", 5, _integer("LONG", 64))
DOUBLE: Type[float] = Type("DOUBLE", 6, _double)
LIST: Type[tuple[str, ...]] = Type("LIST", 7, _list)
CLASS: Type[str] = Type("CLASS", 8, _text)
"""The name of a Java class: kept as text, since there is nothing here to load it with."""
PASSWORD: Type[str] = Type("PASSWORD", 9, _text)


class Option(Generic[T]):
    """One option. ``default`` is a parsed value; None stands for Kafka's null."""

    __slots__ = (
        "attribute",
        "default",
        "documentation",
        "internal",
        "name",
        "server_names",
        "type",
        "update_mode",
        "validator",
    )

    @overload
    def __init__(
        self: Option[V],
        type_: Type[V],
        default: V,
        documentation: str,
        validator: Validator | None = None,
        update_mode: str = READ_ONLY,
        *,
        internal: bool = False,
        server_names: tuple[str, ...] = (),
    ) -> None: ...

    @overload
    def __init__(
        self: Option[V | None],
        type_: Type[V],
        default: None,
        documentation: str,
        validator: Validator | None = None,
        update_mode: str = READ_ONLY,
        *,
        internal: bool = False,
        server_names: tuple[str, ...] = (),
    ) -> None: ...

    def __init__(
        self,
        type_: Type[Any],
        default: Any,
        documentation: str,
        validator: Validator | None = None,
        update_mode: str = READ_ONLY,
        *,
        internal: bool = False,
        server_names: tuple[str, ...] = (),
    ) -> None:
        self.name = self.attribute = ""
        self.type = type_
        self.default: T = default
        self.validator = validator
        self.documentation = documentation
        self.update_mode = update_mode
        self.internal = internal
        self.server_names = server_names

    def __set_name__(self, table: type, attribute: str) -> None:
        self.attribute = attribute
        self.name = attribute.replace("_", ".")

    @overload
    def __get__(self, instance: None, table: type) -> Option[T]: ...

    @overload
    def __get__(self, instance: OptionTable, table: type) -> T: ...

    def __get__(self, instance: OptionTable | None, table: type) -> Option[T] | T:
        if instance is None:
            return self
        value: T = instance.resolve(self)
        vars(instance)[self.attribute] = value  # found there from now on, without coming here
        return value

    def __repr__(self) -> str:
        return f"<option {self.name}>"

    @property
    def sensitive(self) -> bool:
        return self.type is PASSWORD

    @property
    def server_default_name(self) -> str | None:
        """The broker's option that gives the default of this topic's or group's option."""
        return self.server_names[0] if self.server_names else None

    def parse(self, text: str) -> T:
        """Raise InvalidValueError, with Kafka's text, when the text is no value for this option."""
        try:
            value = self.type.parse(text.strip(BLANKS))
        except ValueError as error:
            raise InvalidValueError(self.name, text, str(error)) from None
        if self.validator is not None:
            if self.validator.removes_duplicates:
                value = tuple(dict.fromkeys(value))
            self.validator(self.name, value)
        parsed: T = value
        return parsed

    def text(self, value: T) -> str | None:
        """Write the value as Kafka does in its answers; None for null."""
        if value is None:
            return None
        return ",".join(value) if isinstance(value, tuple) else java_text(value)


class OptionTable:
    """A class whose attributes are options; its instances have values for them, looked up by `resolve`."""

    def resolve(self, option: Option[Any]) -> Any:
        raise NotImplementedError

    @classmethod
    def options(cls) -> Iterator[Option[Any]]:
        """Go through the options: base classes' first, then as they are written."""
        for table in reversed(cls.__mro__):
            for member in vars(table).values():
                if isinstance(member, Option):
                    yield member

    @classmethod
    def option(cls, name: str) -> Option[Any] | None:
        """Find the option of this name (with dots)."""
        found = getattr(cls, name.replace(".", "_"), None)
        return found if isinstance(found, Option) and found.name == name else None
