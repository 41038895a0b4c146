"""What a broker is started with: its configuration, and what follows from it about listeners and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from wirebroker.config.broker import BrokerConfig
from wirebroker.config.endpoints import Endpoint, advertised_listeners, broker_listeners
from wirebroker.config.option import ConfigError

DEFAULT_LISTENERS = "PLAINTEXT://127.0.0.1:9092"
DEFAULT_DATA_DIR = Path("wirebroker-data")
DURABILITIES = ("os", "fsync")
"""When a record counts: once the operating system has it, as in Kafka, or once it is on stable storage."""


class Settings(msgspec.Struct, frozen=True):
    """Without ``data_dirs`` everything is kept in memory. ``advertised`` holds the listeners with their own addresses.

    ``durability`` is one of ``DURABILITIES``.
    """

    config: BrokerConfig
    listeners: tuple[Endpoint, ...]
    advertised: Mapping[str, Endpoint]
    data_dirs: tuple[Path, ...]
    node_id: int
    durability: str

    @property
    def host(self) -> str:
        """The first listener's."""
        return self.listeners[0].host

    @property
    def data_dir(self) -> Path | None:
        """The first one, which holds the cluster's metadata unless there is a ``metadata.log.dir``; None for memory."""
        return self.data_dirs[0] if self.data_dirs else None

    @property
    def metadata_dir(self) -> Path | None:
        """Where the cluster's metadata lies; None for memory."""
        return Path(self.config.metadata_log_dir) if self.data_dirs and self.config.metadata_log_dir else self.data_dir

    @property
    def port(self) -> int:
        """The first listener's; 0 lets the system choose."""
        return self.listeners[0].port

    @classmethod
    def of(
        cls,
        options: Mapping[str, str],
        *,
        data_dir: Path | Sequence[Path] | None,
        host: str | None = None,
        port: int | None = None,
        node_id: int | None = None,
        durability: str = "os",
    ) -> Self:
        """Settle what the options and the arguments, which come first, say together. Raises ConfigError.

        ``host`` or ``port`` stand for one listener, PLAINTEXT. What was settled can be read in the configuration as
        well, under Kafka's names, as on a broker that was started with them.
        """
        if durability not in DURABILITIES:
            raise ConfigError(f"durability {durability}: not one of {', '.join(DURABILITIES)}")
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
        data_dirs = (data_dir,) if isinstance(data_dir, Path) else tuple(data_dir or ())
        if data_dirs:
            settled["log.dirs"] = ",".join(map(str, data_dirs))
        config = BrokerConfig.of(settled)
        listeners = broker_listeners(config)
        advertised = advertised_listeners(config, listeners)
        return cls(config, listeners, advertised, data_dirs, config.node_id, durability)
