"""What a broker is started with: its configuration, and what follows from it about listeners and data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.endpoints import Endpoint, advertised_listeners, broker_listeners

DEFAULT_LISTENERS = "PLAINTEXT://127.0.0.1:9092"
DEFAULT_DATA_DIR = Path("wirebroker-data")


class Settings(msgspec.Struct, frozen=True):
    """``data_dir`` None keeps everything in memory; ``advertised`` holds the listeners with an address of their own."""

    config: BrokerConfig
    listeners: tuple[Endpoint, ...]
    advertised: Mapping[str, Endpoint]
    data_dir: Path | None
    node_id: int

    @property
    def host(self) -> str:
        """The first listener's."""
        return self.listeners[0].host

    @property
    def port(self) -> int:
        """The first listener's; 0 lets the system choose."""
        return self.listeners[0].port

    @classmethod
    def of(
        cls,
        options: Mapping[str, str],
        *,
        data_dir: Path | None,
        host: str | None = None,
        port: int | None = None,
        node_id: int | None = None,
    ) -> Self:
        """Settle what the options and the arguments, which come first, say together. Raises ConfigError.

        ``host`` or ``port`` stand for one listener, PLAINTEXT. What was settled can be read in the configuration as
        well, under Kafka's names, as on a broker that was started with them.
        """
        settled = dict(options)
        if host is not None or port is not None:
            default = Endpoint.parse(DEFAULT_LISTENERS)
            endpoint = Endpoint(
                "PLAINTEXT", default.host if host is None else host, default.port if port is None else port
            )
            settled["listeners"] = str(endpoint)
        settled.setdefault("listeners", DEFAULT_LISTENERS)
        if node_id is not None:
            settled["node.id"] = settled["broker.id"] = str(node_id)
        if data_dir is not None:
            settled["log.dirs"] = str(data_dir)
        config = BrokerConfig.of(settled)
        listeners = broker_listeners(config)
        return cls(config, listeners, advertised_listeners(config, listeners), data_dir, config.node_id)
