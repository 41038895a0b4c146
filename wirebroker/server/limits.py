"""How much one client may make the server hold or wait for; all of it from Kafka's settings where Kafka has one."""

import msgspec

from wirebroker.config.broker import BrokerConfig

_UNLIMITED = 2**31 - 1
_OTHER_REQUEST_MAX_BYTES = 8 * 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """Bytes and seconds.

    ``request_max_bytes`` bounds a Produce frame (``socket.request.max.bytes``), ``other_request_max_bytes`` every other
    one: no client's metadata comes near it. ``frame_timeout`` runs from a frame's first byte to its last,
    ``write_timeout`` while a client does not read its answers.
    """

    request_max_bytes: int = 100 * 1024 * 1024
    other_request_max_bytes: int = _OTHER_REQUEST_MAX_BYTES
    idle_timeout: float = 600.0
    frame_timeout: float = 30.0
    write_timeout: float = 60.0
    unsent_bytes: int = 1024 * 1024
    max_connections: int = _UNLIMITED
    max_connections_per_ip: int = _UNLIMITED
    max_connections_per_ip_overrides: dict[str, int] = {}

    @classmethod
    def of(cls, config: BrokerConfig) -> "Limits":
        return cls(
            request_max_bytes=config.socket_request_max_bytes,
            other_request_max_bytes=min(_OTHER_REQUEST_MAX_BYTES, config.socket_request_max_bytes),
            idle_timeout=_seconds(config.connections_max_idle_ms),
            max_connections=config.max_connections,
            max_connections_per_ip=config.max_connections_per_ip,
            max_connections_per_ip_overrides=_overrides(config.max_connections_per_ip_overrides),
        )

    def per_ip(self, host: str) -> int:
        return self.max_connections_per_ip_overrides.get(host, self.max_connections_per_ip)


def _seconds(milliseconds: int) -> float:
    """Kafka's -1 (and any negative value) means never."""
    return milliseconds / 1000 if milliseconds >= 0 else float("inf")


def _overrides(text: str) -> dict[str, int]:
    """Read ``max.connections.per.ip.overrides``: "127.0.0.1:5,10.0.0.7:20"."""
    pairs = (entry.strip().rpartition(":") for entry in text.split(",") if entry.strip())
    return {host: int(count) for host, _, count in pairs}
