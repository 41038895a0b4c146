"""Listeners as Kafka writes them: ``NAME://HOST:PORT``, and which of them are opened and told to clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

import msgspec

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.option import ConfigError

SERVED_PROTOCOLS = ("PLAINTEXT",)


class Endpoint(msgspec.Struct, frozen=True):
    """A listener's name, in capitals, with host ("" is every interface) and port (0: the system chooses)."""

    name: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one listener (SocketServerConfigs.listenerListToEndPoints). Raises ConfigError."""
        name, separator, address = text.strip().partition("://")
        host, colon, port = address.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        if not (name and separator and colon and port.isdecimal()):
            raise ConfigError(f"Unable to parse {text} to a broker endpoint")
        if int(port) > 65_535:
            raise ConfigError(f"Unable to parse {text} to a broker endpoint: there is no port {port}")
        return cls(name.upper(), host[1:-1] if bracketed else host, int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.name}://{host}:{self.port}"


def broker_listeners(config: BrokerConfig) -> tuple[Endpoint, ...]:
    """Return the listeners to open: those of ``listeners`` that are not for controllers. Raises ConfigError."""
    endpoints = _without_controllers(config, config.listeners)
    if not endpoints:
        raise ConfigError("listeners names no listener for clients")
    _refuse_twice("name", (endpoint.name for endpoint in endpoints))
    for ipv6 in (False, True):  # one port may serve both families
        _refuse_twice("port", (str(each.port) for each in endpoints if each.port and (":" in each.host) is ipv6))
    protocols = security_protocols(config.listener_security_protocol_map)
    for endpoint in endpoints:
        protocol = protocols.get(endpoint.name)
        if protocol is None:
            raise ConfigError(f"No security protocol defined for listener {endpoint.name}")
        if protocol not in SERVED_PROTOCOLS:
            raise ConfigError(f"Listener {endpoint}: {protocol} is not served, only {' and '.join(SERVED_PROTOCOLS)}")
    return endpoints


def advertised_listeners(config: BrokerConfig, opened: Iterable[Endpoint]) -> Mapping[str, Endpoint]:
    """Return what ``advertised.listeners`` tells, by listener name; nothing where it is unset. Raises ConfigError.

    The rules are KafkaConfig.validateValues's.
    """
    endpoints = _without_controllers(config, config.advertised_listeners or ())
    _refuse_twice("name", (endpoint.name for endpoint in endpoints))
    names = [endpoint.name for endpoint in opened]
    for endpoint in endpoints:
        if endpoint.name not in names:
            raise ConfigError(
                "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners."
                f" Found {endpoint.name}. The valid options based on the current configuration are {','.join(names)}"
            )
        if endpoint.host == "0.0.0.0":  # noqa: S104 - refused here, not bound
            raise ConfigError(
                "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address."
            )
    return {endpoint.name: endpoint for endpoint in endpoints}


def security_protocols(text: str) -> dict[str, str]:
    """Read ``listener.security.protocol.map``: "PLAINTEXT:PLAINTEXT,EXTERNAL:SSL"."""
    pairs = (entry.rpartition(":") for entry in text.split(",") if entry.strip())
    return {name.strip().upper(): protocol.strip().upper() for name, _, protocol in pairs}


def _without_controllers(config: BrokerConfig, texts: Iterable[str]) -> tuple[Endpoint, ...]:
    controllers = {name.upper() for name in config.controller_listener_names}
    return tuple(endpoint for endpoint in map(Endpoint.parse, texts) if endpoint.name not in controllers)


def _refuse_twice(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ConfigError(f"Each listener must have a different {what}, but {value} is given twice")
        seen.add(value)
