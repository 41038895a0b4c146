"""Which address a client is told to come back to.

Without ``advertised.listeners`` each client is told the address that it reached: the local address of its socket, which
is what it dialled unless somebody forwarded the port. A container's port is forwarded by the host, and connections
through it come from the default gateway: such a client is told ``localhost``, where the same port must be forwarded.
"""

import ipaddress
from collections.abc import Mapping
from pathlib import Path

from wirebroker.config.endpoints import Endpoint

_ROUTES = Path("/proc/net/route")
_GATEWAY_FLAG = 2


class Advertiser:
    """Decides per connection; reads the routing table at most once, when a client comes that is not on this host."""

    def __init__(self, advertised: Mapping[str, Endpoint], routes: Path = _ROUTES) -> None:
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
        if len(row) > 3 and int(row[1], 16) == 0 and int(row[3], 16) & _GATEWAY_FLAG
    ]


def plain_host(host: str) -> str:
    """Return an IPv4 address that a dual-stack socket shows as ``::ffff:10.0.0.1`` in its own form."""
    return host.removeprefix("::ffff:")
