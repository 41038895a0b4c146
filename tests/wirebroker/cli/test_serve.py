"""From arguments to settings: what comes before what."""

from pathlib import Path

import pytest

from wirebroker.cli.serve import Arguments, settings_of
from wirebroker.config.endpoints import Endpoint
from wirebroker.config.option import ConfigError


@pytest.fixture
def properties(tmp_path):
    def write(text):
        file = tmp_path / "server.properties"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return write


def test_defaults():
    settings = settings_of(Arguments())
    assert settings.listeners == (Endpoint("PLAINTEXT", "127.0.0.1", 9092),)
    assert settings.data_dir == Path("wirebroker-data")
    assert settings.node_id == 1


def test_precedence(properties, monkeypatch):
    """Defaults < file < environment < -o < other options."""
    file = properties("num.partitions=2\nnode.id=2\nlog.dirs=/two\nlisteners=PLAINTEXT://:2\nmessage.max.bytes=2\n")
    settings = settings_of(Arguments(configs=(file,)))
    assert (settings.config.num_partitions, settings.node_id, settings.port) == (2, 2, 2)
    assert settings.data_dir == Path("/two")

    monkeypatch.setenv("KAFKA_NUM_PARTITIONS", "3")
    monkeypatch.setenv("KAFKA_NODE_ID", "3")
    assert settings_of(Arguments(configs=(file,))).config.num_partitions == 2
    settings = settings_of(Arguments(configs=(file,), environment=True))
    assert (settings.config.num_partitions, settings.node_id, settings.config.message_max_bytes) == (3, 3, 2)

    options = ("num.partitions=4", "node.id=4", "log.dirs=/four", "listeners=PLAINTEXT://:4")
    settings = settings_of(Arguments(configs=(file,), environment=True, options=options))
    assert (settings.config.num_partitions, settings.node_id, settings.port) == (4, 4, 4)
    assert settings.data_dir == Path("/four")

    settings = settings_of(
        Arguments(configs=(file,), environment=True, options=options, node_id=5, listen=":5", data_dir="/five")
    )
    assert (settings.config.num_partitions, settings.node_id, settings.port) == (4, 5, 5)
    assert settings.data_dir == Path("/five")


def test_of_several_files_the_last_wins(properties, tmp_path):
    other = tmp_path / "other.properties"
    other.write_text("num.partitions=3")
    config = settings_of(Arguments(configs=(properties("num.partitions=2\nmessage.max.bytes=2"), str(other)))).config
    assert (config.num_partitions, config.message_max_bytes) == (3, 2)


def test_memory_comes_before_a_files_directories(properties):
    assert settings_of(Arguments(configs=(properties("log.dirs=/a"),), memory=True)).data_dir is None


def test_memory_and_a_directory_exclude_each_other():
    with pytest.raises(ConfigError, match="exclude each other"):
        settings_of(Arguments(memory=True, data_dir="x"))


@pytest.mark.parametrize(
    ("text", "directory"),
    [("log.dir=/a", "/a"), ("log.dir=/a\nlog.dirs=/b", "/b"), ("log.dirs= /a , /b", "/a"), ("", "wirebroker-data")],
)
def test_where_data_lies(text, directory, properties):
    assert settings_of(Arguments(configs=(properties(text),))).data_dir == Path(directory)


def test_several_directories(properties):
    settings = settings_of(Arguments(configs=(properties("log.dirs=/a, /b,/a,"),)))
    assert settings.data_dirs == (Path("/a"), Path("/b"))
    assert settings.config.log_dirs == ("/a", "/b")


def test_durability(properties):
    assert settings_of(Arguments()).durability == "os"
    assert settings_of(Arguments(durability="fsync")).durability == "fsync"
    with pytest.raises(ConfigError, match="not one of os, fsync"):
        settings_of(Arguments(durability="none"))


@pytest.mark.parametrize(
    ("listen", "host", "port"), [("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:9092", "::1", 9092), (":9092", "", 9092)]
)
def test_listen(listen, host, port):
    assert settings_of(Arguments(listen=listen)).listeners == (Endpoint("PLAINTEXT", host, port),)


@pytest.mark.parametrize("listen", ["9092", "localhost", "localhost:", "localhost:x", "localhost:65536", "::1:9092"])
def test_listen_wants_host_and_port(listen):
    with pytest.raises(ConfigError, match=r"^--listen .*: not HOST:PORT"):
        settings_of(Arguments(listen=listen))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (Arguments(options=("num.partitions",)), "-o num.partitions: not NAME=VALUE"),
        (Arguments(options=("=3",)), "-o =3: not NAME=VALUE"),
        (Arguments(options=("num.partitons=3",)), "is num.partitions meant"),
        (Arguments(options=("num.partitions=x",)), "Invalid value x for configuration num.partitions"),
        (Arguments(configs=("/no/such/file",)), "--config /no/such/file: No such file or directory"),
    ],
)
def test_refusals(arguments, complaint):
    with pytest.raises(ConfigError, match=complaint):
        settings_of(arguments)


def test_a_value_may_hold_an_equals_sign():
    settings = settings_of(Arguments(options=("broker.rack=a=b",)))
    assert settings.config.broker_rack == "a=b"


def test_a_properties_file_in_latin_1(properties):
    assert settings_of(Arguments(configs=(properties("broker.rack=é".encode("latin-1")),))).config.broker_rack == "é"


def test_a_properties_file_with_a_bad_escape(properties):
    with pytest.raises(ConfigError, match=r"server.properties: line 1: malformed"):
        settings_of(Arguments(configs=(properties("a=\\u1"),)))


def test_a_strange_variable_is_told_and_ignored(monkeypatch, caplog):
    """Kafka takes any name; KAFKA_PORT is what Kubernetes sets for a service named kafka."""
    monkeypatch.setenv("KAFKA_PORT", "tcp://10.0.0.1:9092")
    settings = settings_of(Arguments(environment=True))
    assert "port" not in settings.config.explicit
    assert "KAFKA_ variable for an unknown option is ignored: port" in caplog.text
