"""What is served is whole: adding an API and forgetting a part of it is told here, by name."""

import csv
import inspect
import os
from importlib import import_module
from pathlib import Path

import pytest

import wirebroker.apis.handlers
from kafka_codecs.api_keys import ApiKey, messages_of
from kafka_codecs.schema import VersionRange
from wirebroker.apis.registry import SERVED, ServedApi, is_served, route

APIS = list(SERVED.values())
IDS = [api.key.name for api in APIS]


@pytest.mark.parametrize("api", APIS, ids=IDS)
def test_each_served_api_has_its_handler(api: ServedApi) -> None:
    """A file in ``handlers`` with an async ``handle`` and a ``refuse``."""
    handler = import_module(f"wirebroker.apis.handlers.{api.module}")
    assert inspect.iscoroutinefunction(handler.handle)
    assert list(inspect.signature(handler.handle).parameters) == ["request", "context"]
    assert list(inspect.signature(handler.refuse).parameters) == ["request", "context", "code", "message"]


@pytest.mark.parametrize("api", APIS, ids=IDS)
def test_each_served_version_is_declared_and_compiles(api: ServedApi) -> None:
    request, response = messages_of(api.key)
    for version in range(api.min_version, api.max_version + 1):
        assert version in VersionRange.parse(request.SPEC.versions)
        assert version in VersionRange.parse(response.SPEC.versions)
        route(api.key, version)


def test_each_handler_is_served() -> None:
    """No file in ``handlers`` without a row in the registry."""
    files = {path.stem for path in Path(next(iter(wirebroker.apis.handlers.__path__))).glob("*.py")} - {"__init__"}
    assert files == {api.module for api in APIS}


def test_what_is_not_in_the_table_is_not_served() -> None:
    assert not is_served(ApiKey.PRODUCE, 2)
    assert not is_served(ApiKey.FETCH, 19)
    assert not is_served(ApiKey.METADATA, -1)
    assert not is_served(9999, 0)
    with pytest.raises(KeyError):
        route(ApiKey.PRODUCE, 2)


@pytest.mark.skipif("KAFKA_API_VERSIONS" not in os.environ, reason="KAFKA_API_VERSIONS names no table of Kafka's APIs")
def test_versions_are_those_of_kafka_44() -> None:
    """Against a table of what an Apache Kafka 4.4.0 advertises."""
    with Path(os.environ["KAFKA_API_VERSIONS"]).open() as table:
        kafka = {int(row["key"]): row["kafka44_broker_range"] for row in csv.DictReader(table, delimiter="\t")}
    assert {api.key: f"{api.advertised_min}-{api.max_version}" for api in APIS} == {
        api.key: kafka[api.key] for api in APIS
    }
