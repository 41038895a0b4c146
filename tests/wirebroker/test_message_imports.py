"""Messages are imported when first needed: a start is mostly imports, and messages are most of what there is."""

import json
import subprocess
import sys
from pkgutil import iter_modules

import kafka_codecs.internal
import kafka_codecs.messages
from kafka_codecs.api_keys import ApiKey
from wirebroker.apis.registry import SERVED

METADATA_OF_A_BROKER = """
import json, socket, struct, sys
from wirebroker.testing import Broker

def imported():
    packages = ("kafka_codecs.messages.", "kafka_codecs.internal.")
    return sorted(name for name in sys.modules if name.startswith(packages))

at_import = imported()
with Broker() as broker:
    host, port = broker.bootstrap.split(":")
    request = struct.pack(">hhihi", 3, 1, 7, -1, 0)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        size, correlation_id = struct.unpack(">ii", connection.recv(8, socket.MSG_WAITALL))
    assert correlation_id == 7
    print(json.dumps([at_import, imported()]))
"""


def test_a_broker_that_has_answered_metadata_has_imported_few_messages():
    done = subprocess.run([sys.executable, "-c", METADATA_OF_A_BROKER], check=True, capture_output=True, text=True)
    at_import, served = json.loads(done.stdout)
    exist = [
        name
        for package in (kafka_codecs.messages, kafka_codecs.internal)
        for _, name, _ in iter_modules(package.__path__, package.__name__ + ".")
    ]
    assert len(exist) > 100
    assert set(at_import) <= set(served) <= set(exist)
    assert len(at_import) < 8
    assert len(served) < 16
    apis = {f"kafka_codecs.messages.{key.name.lower()}": key for key in ApiKey}
    assert apis.keys() & set(exist)
    assert {name for name in served if name in apis and apis[name] not in SERVED} == set()
    assert "kafka_codecs.messages.metadata" in served
    for not_asked in ("produce", "join_group", "describe_configs"):
        assert f"kafka_codecs.messages.{not_asked}" not in served
