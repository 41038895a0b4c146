"""Properties files as java.util.Properties reads them."""

import pytest

from wirebroker.config.properties import read_properties


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("", {}),
        ("a=1\nb:2\nc 3\n", {"a": "1", "b": "2", "c": "3"}),
        ("  a \t=  1  \r\nb\r", {"a": "1  ", "b": ""}),
        ("# a=1\n ! b=2\n\n \t\nc=3 # no comment", {"c": "3 # no comment"}),
        ("a=1\na=2", {"a": "2"}),
        ("log.dirs=/a,\\\n   /b,\\\r\n\t/c\nx=y", {"log.dirs": "/a,/b,/c", "x": "y"}),
        ("a=b\\\\\nc=d", {"a": "b\\", "c": "d"}),
        ("a=b\\\n# not a comment", {"a": "b# not a comment"}),
        ("a=b\\", {"a": "b"}),
        ("a=b\\\n\nc=d", {"a": "b", "c": "d"}),
        ("a\\ b\\=c\\:=d", {"a b=c:": "d"}),
        ("a=\\t\\n\\r\\f\\q\\\\", {"a": "\t\n\r\fq\\"}),
        ("a=\\u00e9\\u20AC", {"a": "é€"}),
        ("a=\\uD83D\\uDE00", {"a": "😀"}),
        ("a==b", {"a": "=b"}),
        ("a : = b", {"a": "= b"}),
        ("=b", {"": "b"}),
        ("a", {"a": ""}),
        ("listeners=PLAINTEXT://:9092,CONTROLLER://:9093", {"listeners": "PLAINTEXT://:9092,CONTROLLER://:9093"}),
    ],
)
def test_reading(text, properties):
    assert read_properties(text) == properties


@pytest.mark.parametrize("text", ["ok=1\na=\\u12", "ok=1\na=\\uzzzz"])
def test_a_bad_escape_is_refused_with_its_line(text):
    with pytest.raises(ValueError, match=r"line 2: malformed \\uXXXX escape"):
        read_properties(text)
