"""Which address a client is told."""

from pathlib import Path

import pytest

from wirebroker.config.endpoints import Endpoint
from wirebroker.server.addresses import Advertiser, default_gateways

ROUTES = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
)


def test_default_gateways_are_read_from_the_routing_table() -> None:
    """The address is little-endian hex, and only the default route counts."""
    assert default_gateways(ROUTES) == ["172.17.0.1"]


@pytest.mark.parametrize(
    ("local", "peer", "expected"),
    [
        (("127.0.0.1", 9092), "127.0.0.1", ("127.0.0.1", 9092)),
        (("::1", 9092, 0, 0), "::1", ("::1", 9092)),
        (("172.17.0.2", 9092), "172.17.0.1", ("localhost", 9092)),
        (("172.17.0.2", 9092), "172.17.0.3", ("172.17.0.2", 9092)),
        (("::ffff:10.0.0.5", 9092, 0, 0), "::ffff:10.0.0.9", ("10.0.0.5", 9092)),
    ],
)
def test_a_client_is_told_the_address_it_dialled(
    tmp_path: Path, local: tuple[str, int], peer: str, expected: tuple[str, int]
) -> None:
    """Loopback stays what it was, a neighbour reaches the local address, the gateway is somebody's forwarded port."""
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    assert Advertiser({}, routes).address("PLAINTEXT", (local[0], local[1]), peer) == expected


def test_advertised_listeners_win(tmp_path: Path) -> None:
    """What the user set is told to everybody; port 0 stands for the bound one."""
    advertiser = Advertiser({"PLAINTEXT": Endpoint("PLAINTEXT", "kafka.example", 0)}, tmp_path / "none")
    assert advertiser.address("PLAINTEXT", ("127.0.0.1", 5), "127.0.0.1") == ("kafka.example", 5)


def test_without_a_routing_table_nobody_is_a_gateway(tmp_path: Path) -> None:
    """Systems without /proc/net/route answer with the local address."""
    advertiser = Advertiser({}, tmp_path / "none")
    assert advertiser.address("PLAINTEXT", ("10.0.0.5", 5), "10.0.0.1") == ("10.0.0.5", 5)
