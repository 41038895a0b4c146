"""Values as ConfigDef reads them (S85e, S86d, S86e)."""

import pytest

from wirebroker.config.option import (
    BOOLEAN,
    CLASS,
    DOUBLE,
    INT,
    LIST,
    LONG,
    PASSWORD,
    SHORT,
    STRING,
    ConfigError,
    InvalidValueError,
    Option,
    OptionTable,
)
from wirebroker.config.validators import (
    ANY_LIST,
    CLEANUP_POLICY,
    GZIP_LEVEL,
    NON_EMPTY,
    ListOf,
    OneOf,
    OneOfAnyCase,
    at_least,
    between,
    java_text,
)


class Table(OptionTable):
    a_boolean = Option(BOOLEAN, False, "")
    an_int = Option(INT, 0, "")
    a_short = Option(SHORT, 0, "")
    a_long = Option(LONG, 0, "")
    a_double = Option(DOUBLE, 0.0, "")
    a_string = Option(STRING, "", "")
    a_list = Option(LIST, (), "")
    a_class = Option(CLASS, None, "")
    a_password = Option(PASSWORD, None, "")
    at_least_one = Option(LONG, 1, "", at_least(-1))
    a_ratio = Option(DOUBLE, 0.5, "", between(0, 1))
    a_word = Option(STRING, "x", "", OneOf("a", "b"))
    any_case = Option(STRING, "x", "", OneOfAnyCase("ONE", "TWO"))
    a_policy = Option(LIST, (), "", CLEANUP_POLICY)
    some_list = Option(LIST, (), "", ANY_LIST)
    full_list = Option(LIST, (), "", ListOf(may_be_empty=False))
    gzip_level = Option(INT, -1, "", GZIP_LEVEL)
    non_empty = Option(STRING, None, "", NON_EMPTY)


@pytest.mark.parametrize(
    ("option", "text", "value", "written"),
    [
        (Table.a_boolean, " TRUE ", True, "true"),
        (Table.a_boolean, "False", False, "false"),
        (Table.an_int, " 99 ", 99, "99"),
        (Table.an_int, "+7", 7, "7"),
        (Table.an_int, "-2147483648", -(2**31), "-2147483648"),
        (Table.a_short, "32767", 32767, "32767"),
        (Table.a_long, "9223372036854775807", 2**63 - 1, "9223372036854775807"),
        (Table.a_double, "0.5", 0.5, "0.5"),
        (Table.a_double, "1", 1.0, "1.0"),
        (Table.a_double, "1e3d", 1000.0, "1000.0"),
        (Table.a_double, "0x1p-3", 0.125, "0.125"),
        (Table.a_double, "1.7976931348623157E308", 1.7976931348623157e308, "1.7976931348623157E308"),
        (Table.a_double, "12345678", 12345678.0, "1.2345678E7"),
        (Table.a_double, "0.0001", 0.0001, "1.0E-4"),
        (Table.a_double, "-Infinity", float("-inf"), "-Infinity"),
        (Table.a_string, " a b\t", "a b", "a b"),
        (Table.a_string, "\u00a0", "\u00a0", "\u00a0"),
        (Table.a_list, "", (), ""),
        (Table.a_list, " a , b,,b ", ("a", "b", "", "b"), "a,b,,b"),
        (Table.some_list, "b,a, b", ("b", "a"), "b,a"),
        (Table.a_policy, "compact, delete", ("compact", "delete"), "compact,delete"),
        (Table.a_policy, "", (), ""),
        (Table.any_case, "two", "two", "two"),
        (Table.a_class, " org.example.A ", "org.example.A", "org.example.A"),
        (Table.a_password, "secret", "secret", "secret"),
        (Table.gzip_level, "-1", -1, "-1"),
    ],
)
def test_text_becomes_a_value_and_text_again(option, text, value, written):
    assert option.parse(text) == value
    assert type(option.parse(text)) is type(value)
    assert option.text(value) == written


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        (
            Table.a_boolean,
            "yes",
            "Invalid value yes for configuration a.boolean: Expected value to be either true or false",
        ),
        (Table.a_long, "many", "Invalid value many for configuration a.long: Not a number of type LONG"),
        (Table.an_int, " 1.5 ", "Invalid value  1.5  for configuration an.int: Not a number of type INT"),
        (Table.an_int, "2147483648", "Invalid value 2147483648 for configuration an.int: Not a number of type INT"),
        (Table.an_int, "1_000", "Invalid value 1_000 for configuration an.int: Not a number of type INT"),
        (Table.an_int, "", "Invalid value  for configuration an.int: Not a number of type INT"),
        (Table.a_short, "32768", "Invalid value 32768 for configuration a.short: Not a number of type SHORT"),
        (Table.a_double, "inf", "Invalid value inf for configuration a.double: Not a number of type DOUBLE"),
        (Table.a_double, "0x10", "Invalid value 0x10 for configuration a.double: Not a number of type DOUBLE"),
        (Table.a_double, "1_0.0", "Invalid value 1_0.0 for configuration a.double: Not a number of type DOUBLE"),
        (Table.at_least_one, "-2", "Invalid value -2 for configuration at.least.one: Value must be at least -1"),
        (Table.a_ratio, "1.5", "Invalid value 1.5 for configuration a.ratio: Value must be no more than 1"),
        (Table.a_ratio, "-1", "Invalid value -1.0 for configuration a.ratio: Value must be at least 0"),
        (Table.a_word, "A", "Invalid value A for configuration a.word: String must be one of: a, b"),
        (
            Table.any_case,
            "three",
            "Invalid value three for configuration any.case: String must be one of (case insensitive): ONE, TWO",
        ),
        (
            Table.a_policy,
            "Delete",
            "Invalid value Delete for configuration a.policy: String must be one of: compact, delete",
        ),
        (Table.a_policy, "delete,", "Configuration 'a.policy' values must not be empty."),
        (
            Table.full_list,
            "",
            "Configuration 'full.list' must not be empty. Valid values include: any non-empty value",
        ),
        (
            Table.gzip_level,
            "0",
            "Invalid value 0 for configuration gzip.level: Value must be between 1 and 9 or equal to -1",
        ),
        (Table.non_empty, " ", "Invalid value  for configuration non.empty: String must be non-empty"),
    ],
)
def test_refusals_have_kafkas_texts(option, text, complaint):
    """S86d, S86e."""
    with pytest.raises(ConfigError) as refused:
        option.parse(text)
    assert str(refused.value) == complaint


def test_an_invalid_value_names_its_option():
    with pytest.raises(InvalidValueError) as refused:
        Table.an_int.parse("x")
    assert refused.value.name == "an.int"


def test_a_table_lists_and_finds_its_options():
    class Longer(Table):
        one_more = Option(INT, 1, "")

    assert [option.name for option in Longer.options()][-2:] == ["non.empty", "one.more"]
    assert Longer.option("one.more") is Longer.one_more
    assert Longer.option("an.int") is Table.an_int
    assert Longer.option("an_int") is None
    assert Longer.option("options") is None
    assert Longer.option("no.such.thing") is None


def test_sensitive_is_what_has_type_password():
    assert Table.a_password.sensitive
    assert not Table.a_string.sensitive


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (True, "true"), (3, "3"), (("a", "b"), "[a, b]"), (float("nan"), "NaN")]
)
def test_java_text(value, text):
    assert java_text(value) == text
