"""The drivers by the names of their clients; a client that is not installed skips the test that asks for it."""

import shutil
from importlib import import_module
from typing import cast

import pytest
from clients.client import Client

_MODULES = {
    "kafka-python": ("kafka", "clients.kafka_python_driver"),
    "confluent-kafka": ("confluent_kafka", "clients.confluent_driver"),
    "aiokafka": ("aiokafka", "clients.aiokafka_driver"),
    "kcat": (None, "clients.kcat_driver"),
}
NAMES = tuple(_MODULES)
LIBRARIES = tuple(name for name, (library, _) in _MODULES.items() if library)


def driver(name: str) -> Client:
    library, module = _MODULES[name]
    if library:
        pytest.importorskip(library)
    elif shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return cast("Client", import_module(module).DRIVER)
