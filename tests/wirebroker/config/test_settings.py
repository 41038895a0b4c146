"""What a broker is started with."""

from pathlib import Path

import pytest

from wirebroker.config.endpoints import Endpoint, security_protocols
from wirebroker.config.option import ConfigError
from wirebroker.config.settings import Settings


def settings(options=None, **arguments):
    return Settings.of(options or {}, **{"data_dir": None, **arguments})


def test_defaults():
    plain = settings()
    assert plain.listeners == (Endpoint("PLAINTEXT", "127.0.0.1", 9092),)
    assert (plain.host, plain.port, plain.node_id, plain.data_dir, plain.advertised) == ("127.0.0.1", 9092, 1, None, {})
    assert plain.config.listeners == ("PLAINTEXT://127.0.0.1:9092",)


def test_arguments_come_before_options_and_show_in_the_configuration():
    plain = settings(
        {"listeners": "PLAINTEXT://a:1,B://b:2", "node.id": "3", "log.dirs": "/a"},
        host="::1",
        port=0,
        node_id=4,
        data_dir=Path("/b"),
    )
    assert plain.listeners == (Endpoint("PLAINTEXT", "::1", 0),)
    assert plain.node_id == plain.config.broker_id == 4
    assert plain.config.listeners == ("PLAINTEXT://[::1]:0",)
    assert plain.config.log_dirs == ("/b",)


def test_a_port_alone_keeps_the_default_host():
    assert settings(port=0).listeners == (Endpoint("PLAINTEXT", "127.0.0.1", 0),)


def test_kafkas_own_properties_file_serves():
    plain = settings(
        {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.bootstrap.servers": "localhost:9093",
            "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "inter.broker.listener.name": "PLAINTEXT",
            "advertised.listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL",
            "num.network.threads": "3",
        }
    )
    assert plain.listeners == (Endpoint("PLAINTEXT", "", 9092),)
    assert plain.advertised == {"PLAINTEXT": Endpoint("PLAINTEXT", "localhost", 9092)}


def test_several_listeners_as_in_containers():
    plain = settings(
        {
            "listeners": "INSIDE://:29092,outside://0.0.0.0:9092",
            "listener.security.protocol.map": "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
            "advertised.listeners": "INSIDE://broker:29092,OUTSIDE://localhost:9092",
        }
    )
    assert plain.listeners == (Endpoint("INSIDE", "", 29092), Endpoint("OUTSIDE", "0.0.0.0", 9092))
    assert plain.advertised["INSIDE"] == Endpoint("INSIDE", "broker", 29092)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"listeners": "9092"}, "Unable to parse 9092 to a broker endpoint"),
        ({"listeners": "PLAINTEXT://:x"}, "Unable to parse PLAINTEXT://:x to a broker endpoint"),
        ({"listeners": "PLAINTEXT://:70000"}, "there is no port 70000"),
        ({"listeners": ""}, "Configuration 'listeners' must not be empty"),
        ({"listeners": "CONTROLLER://:9093"}, "listeners names no listener for clients"),
        ({"listeners": "EXTERNAL://:9092"}, "No security protocol defined for listener EXTERNAL"),
        ({"listeners": "SSL://:9092"}, "Listener SSL://:9092: SSL is not served, only PLAINTEXT"),
        (
            {"listeners": "A://:1,A://:2", "listener.security.protocol.map": "A:PLAINTEXT"},
            "Each listener must have a different name, but A is given twice",
        ),
        (
            {"listeners": "A://:1,PLAINTEXT://:1"},
            "Each listener must have a different port, but 1 is given twice",
        ),
        (
            {"advertised.listeners": "EXTERNAL://h:1"},
            "Found EXTERNAL. The valid options based on the current configuration are PLAINTEXT",
        ),
        (
            {"advertised.listeners": "PLAINTEXT://0.0.0.0:1"},
            "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0",
        ),
    ],
)
def test_listeners_that_will_not_do(options, complaint):
    with pytest.raises(ConfigError) as refused:
        settings(options)
    assert complaint in str(refused.value)


def test_one_port_for_both_families():
    both = settings(
        {
            "listeners": "PLAINTEXT://127.0.0.1:1,A://[::1]:1",
            "listener.security.protocol.map": "A:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        }
    )
    assert [endpoint.host for endpoint in both.listeners] == ["127.0.0.1", "::1"]


@pytest.mark.parametrize("text", ["PLAINTEXT://h:1", "A://[::1]:0", "A://:9092"])
def test_an_endpoint_is_written_as_it_is_read(text):
    assert str(Endpoint.parse(text)) == text


def test_security_protocols():
    assert security_protocols(" a : plaintext , B:SSL") == {"A": "PLAINTEXT", "B": "SSL"}
