"""An option is in a table of BrokerConfig when something reads it, and is told to have no effect when nothing does."""

import re
from pathlib import Path

import pytest

import wirebroker
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.tables.inherited import InheritedOptions
from wirebroker.config.topic import TopicConfig
from wirebroker.config.without_effect import TABLES

ROOT = Path(wirebroker.__file__).parent
NOT_READERS = (
    "config/tables/",
    "config/without_effect/",
    "config/broker.py",
    "config/topic.py",
    "config/group.py",
    "metadata/image",  # records' fields, of which one is called as an option is
)
SOURCES = {
    str(file.relative_to(ROOT)): file.read_text()
    for file in ROOT.rglob("*.py")
    if not file.relative_to(ROOT).as_posix().startswith(NOT_READERS)
}
DERIVED = {
    "segment_bytes": "segment_size",
    "internal_segment_bytes": "segment_size",
    "max_compaction_lag_ms": "max_segment_ms",
}
INHERITED = {option.name for option in InheritedOptions.options()}


def is_read(attribute, name):
    """Whether some module has ``.attribute``, or the command line the quoted name, as it has for log.dir."""
    typed = re.compile(rf"\.({attribute}|{DERIVED.get(attribute, attribute)})\b")
    return any(typed.search(source) or ("cli/" in file and f'"{name}"' in source) for file, source in SOURCES.items())


def readers_of(option):
    """The option itself, and the topics' options that take their default from it."""
    return [option, *(topics for topics in TopicConfig.options() if option.name in topics.server_names)]


@pytest.mark.parametrize("option", list(BrokerConfig.options()), ids=str)
def test_a_typed_option_is_read_or_only_inherited(option):
    read = any(is_read(reader.attribute, reader.name) for reader in readers_of(option))
    assert read is (option.name not in INHERITED)


@pytest.mark.parametrize("option", [option for table in TABLES for option in table.options()], ids=str)
def test_an_option_without_effect_is_read_by_nobody(option):
    assert not is_read(option.attribute, option.name)


def test_an_option_that_is_only_inherited_is_told_to_have_no_effect():
    assert "log.local.retention.ms" in INHERITED
    assert BrokerConfig.of({"log.local.retention.ms": "1"}).without_effect() == ["log.local.retention.ms"]
