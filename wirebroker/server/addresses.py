"""Which address a client is told to come back to.

Without ``advertised.listeners`` each client is told the address that it reached: the local address of its socket, which is
what it dialled unless somebody forwarded the port. A container's port is forwarded by the host, and connections through it
come from the default gateway: such a client is told ``localhost``, where the same port must be forwarded.
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

_ROUTES = Path("/proc/net/route")
_GATEWAY_FLAG = 2


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A listener's name, and a host ("" for all interfaces) and port (0: the system chooses)."""

    name: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Endpoint":
        """Read "PLAINTEXT://host:9092", "EXTERNAL://[::1]:0" or "PLAINTEXT://:9092". Raises ValueError."""
        name, separator, address = text.strip().partition("://")
        host, colon, port = address.rpartition(":")
        if not (name and separator and colon and port.isdecimal() and int(port) <= 65535):  # noqa: PLR2004 - ports
            raise ValueError(f"{text!r} is not NAME://HOST:PORT")
        return cls(name.upper(), host.strip("[]"), int(port))


class Advertiser:
    """Decides per connection; reads the routing table at most once, when a client comes that is not on this host."""

    def __init__(self, advertised: dict[str, Endpoint], routes: Path = _ROUTES) -> None:
        self._advertised = advertised
        self._routes = routes
        self._gateways: frozenset[str] | None = None

    def address(self, listener: str, local: tuple[str, int], peer_host: str) -> tuple[str, int]:
        """Return host and port for a client at ``peer_host`` that reached ``local`` of this listener."""
        fixed = self._advertised.get(listener)
        if fixed is not None:
            return fixed.host, fixed.port or local[1]
        local_host = plain_host(local[0])
        if plain_host(peer_host) != local_host and plain_host(peer_host) in self._default_gateways():
            return "localhost", local[1]
        return local_host, local[1]

    def _default_gateways(self) -> frozenset[str]:
        if self._gateways is None:
            try:
                self._gateways = frozenset(default_gateways(self._routes.read_text()))
            except OSError:  # not Linux: no container's network either
                self._gateways = frozenset()
        return self._gateways


def default_gateways(table: str) -> list[str]:
    """Return the default gateways of Linux's ``/proc/net/route``, whose addresses are little-endian hex."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return [
        str(ipaddress.IPv4Address(int.from_bytes(bytes.fromhex(row[2]), "little")))
        for row in rows
        if len(row) > 3 and int(row[1], 16) == 0 and int(row[3], 16) & _GATEWAY_FLAG  # noqa: PLR2004 - columns
    ]


def plain_host(host: str) -> str:
    """Return an IPv4 address that a dual-stack socket shows as ``::ffff:10.0.0.1`` in its own form."""
    return host.removeprefix("::ffff:")
