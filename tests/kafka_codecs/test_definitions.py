"""Field by field against Kafka's message definitions (its ``*.json`` files).

``KAFKA_MESSAGE_DEFINITIONS`` names a folder of them, searched with its subfolders (several folders: joined with the
path separator); skipped where it is not set.
"""

import json
import os
import re
from pathlib import Path

import pytest
from strategies import message_classes, versions_of

from kafka_codecs.api_keys import FIRST_FLEXIBLE, NEVER, ApiKey
from kafka_codecs.plan import fields_of
from kafka_codecs.schema import ZERO_UUID, Primitive, Struct, VersionRange

FOLDERS = [Path(each) for each in os.environ.get("KAFKA_MESSAGE_DEFINITIONS", "").split(os.pathsep) if each]

pytestmark = pytest.mark.skipif(not FOLDERS, reason="KAFKA_MESSAGE_DEFINITIONS names no folder of definitions")

WITHOUT_CLASS = {"RequestHeader", "ResponseHeader"}
"""Read and written by hand, in ``headers``."""

ZERO = {"bool": False, "float64": 0.0, "string": "", "bytes": b"", "records": b"", "uuid": ZERO_UUID}


def load():
    found = {}
    for file in sorted(each for folder in FOLDERS for each in folder.rglob("*.json")):
        text = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        definition = json.loads(text)
        if definition["validVersions"] != "none":
            found[definition["name"]] = definition
    return found


DEFINITIONS = load()
CLASSES = {cls.__name__: cls for cls in message_classes()}


def snake_case(name):
    """``ThrottleTimeMs`` is ``throttle_time_ms``, ``KRaftVersionFeature`` is ``kraft_version_feature``."""
    name = name.replace("KRaft", "Kraft")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def default_of(definition, kind, *, nullable):
    """The default as MessageDataGenerator reads it: a JSON null is no default; the text "null" is null."""
    default = definition.get("default")
    if default in (None, ""):
        default = ""
    if default == "null":
        assert nullable
        return None
    if kind.startswith("[]"):
        assert default == ""
        return []
    if kind in ("string", "bytes", "records", "uuid"):
        assert default == "" or kind == "string"
        return default or ZERO[kind]
    if kind == "bool":
        return {"": False, "true": True, "false": False, True: True, False: False}[default]
    if kind[0].isupper():
        assert default == ""
        return "struct"
    if kind == "float64":
        return float(default or 0)
    return default if isinstance(default, int) else int(default or "0", 0)


def among(text, versions):
    """The versions of a range, as a set, among those that exist."""
    return {each for each in versions if each in VersionRange.parse(text)}


def versions_text(definition):
    return definition.get("versions") or definition["taggedVersions"]


def check_fields(cls, definitions, versions, structs, seen):
    fields = [field for field in fields_of(cls) if any(each in field.versions for each in versions)]
    definitions = [each for each in definitions if among(versions_text(each), versions)]
    assert [field.name for field in fields] == [snake_case(each["name"]) for each in definitions], cls
    for field, definition in zip(fields, definitions, strict=True):
        where = f"{cls.__name__}.{field.name}"
        kind = definition["type"]
        element = kind.removeprefix("[]")
        tagged = among(definition.get("taggedVersions", "none"), versions)
        present = among(versions_text(definition), versions)
        nullable = among(definition.get("nullableVersions", "none"), present)
        assert field.is_array == kind.startswith("[]"), where
        assert {each for each in versions if each in field.versions} == present, where
        assert {each for each in present if each in field.nullable} == nullable, where
        assert {each for each in present if each in field.tagged} == tagged, where
        assert field.tag == definition.get("tag"), where
        assert field.is_ignorable == definition.get("ignorable", False), where
        assert definition.get("flexibleVersions") is None, where
        default = default_of(definition, kind, nullable="nullableVersions" in definition)
        if element[0].isupper():
            assert isinstance(field.type, type), where
            assert element in field.type.__name__, where  # with more to it where two of one file have the same name
            if default == "struct":
                assert field.default == field.type(), where
            else:
                assert field.default == default, where
            inner = definition.get("fields") or structs[element]
            check_fields(field.type, inner, sorted(present), structs, seen)
        else:
            assert isinstance(field.type, Primitive), where
            assert field.type.name.lower() == element, where
            assert field.default == default, where
            assert type(field.default) is type(default), where
    seen.add(cls)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_message(name):
    cls, definition = CLASSES[name], DEFINITIONS[name]
    assert cls.SPEC.key == definition.get("apiKey")
    assert VersionRange.parse(cls.SPEC.versions) == VersionRange.parse(definition["validVersions"])
    versions = list(versions_of(cls))
    assert among(cls.SPEC.flexible, versions) == among(definition["flexibleVersions"], versions)
    structs = {each["name"]: each["fields"] for each in definition.get("commonStructs", [])}
    check_fields(cls, definition["fields"], versions, structs, set())


def test_every_definition_has_a_class():
    assert set(DEFINITIONS) - set(CLASSES) == WITHOUT_CLASS


def test_every_class_has_a_definition():
    assert set(CLASSES) <= set(DEFINITIONS)


def test_every_struct_is_part_of_a_message():
    """No struct is declared that no message uses."""
    used = set()
    for name, cls in CLASSES.items():
        definition = DEFINITIONS[name]
        structs = {each["name"]: each["fields"] for each in definition.get("commonStructs", [])}
        check_fields(cls, definition["fields"], list(versions_of(cls)), structs, used)
    declared = set(Struct.__subclasses__())
    assert {each for each in declared - used if each.__module__.startswith("kafka_codecs.")} == set()


EXCHANGED = sorted(name for name, each in DEFINITIONS.items() if each["type"] in ("request", "response"))


@pytest.mark.parametrize("name", EXCHANGED)
def test_first_flexible_versions(name):
    """``FIRST_FLEXIBLE`` decides the form of headers before a message's class is imported."""
    definition = DEFINITIONS[name]
    flexible = VersionRange.parse(definition["flexibleVersions"])
    assert FIRST_FLEXIBLE[definition["apiKey"]] == (flexible.low if flexible.high >= 0 else NEVER)


def test_api_keys():
    names = {each["apiKey"]: each["name"] for each in DEFINITIONS.values() if each["type"] == "request"}
    for key, name in names.items():
        assert ApiKey(key).name == snake_case(name.removesuffix("Request")).upper()
    assert set(names) == set(ApiKey) - {4, 5, 6, 7}
