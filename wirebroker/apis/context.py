"""What a handler is given: the request's header, the connection it came by, and the broker's parts.

One ``Services`` exists per broker, one ``Context`` per request. Nothing here is global, so several brokers live in one
process without knowing each other.
"""

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import trio

from wirebroker.config.broker import BrokerConfig
from wirebroker.metadata.journal import Journal
from wirebroker.partitions.partitions import Partitions
from wirebroker.partitions.syncer import Syncer

if TYPE_CHECKING:
    from wirebroker.coordinators.runtime import GroupService
    from wirebroker.partitions.fetch_sessions import FetchSessions
    from wirebroker.partitions.replica_selector import ReplicaSelector


class Clock(Protocol):
    """The one source of time; tests give their own."""

    def now(self) -> float:
        """Monotonic seconds, the scale of every deadline."""
        ...

    def timestamp_ms(self) -> int:
        """Wall clock, milliseconds since the epoch, as records carry it."""
        ...


class Services:
    """The parts of one broker, built in ``broker.py``.

    ``groups`` and ``fetch_sessions`` are built when a client first needs them: their imports would be a sixth of a
    start. ``groups_wanted`` is set when the groups are there, since they have deadlines that somebody must keep.
    ``replica_selector`` sends consumers to followers; None where there are none.
    """

    def __init__(
        self,
        *,
        config: BrokerConfig,
        node_id: int,
        cluster_id: str,
        clock: Clock,
        journal: Journal,
        partitions: Partitions,
        syncer: Syncer | None = None,
        groups_wanted: trio.Event,
        build_groups: "Callable[[], GroupService]",
        build_fetch_sessions: "Callable[[], FetchSessions]",
        replica_selector: "ReplicaSelector | None" = None,
    ) -> None:
        self.config = config
        self.node_id = node_id
        self.cluster_id = cluster_id
        self.clock = clock
        self.journal = journal
        self.partitions = partitions
        self.syncer = syncer or Syncer()
        self.groups_wanted = groups_wanted
        self.replica_selector = replica_selector
        self._build_groups = build_groups
        self._build_fetch_sessions = build_fetch_sessions

    @cached_property
    def groups(self) -> "GroupService":
        return self._build_groups()

    @cached_property
    def fetch_sessions(self) -> "FetchSessions":
        return self._build_fetch_sessions()


class Peer(NamedTuple):
    """One client connection, as handlers may know it.

    ``client_host`` is the client's address as Kafka shows it, with a slash: "/127.0.0.1". ``advertised_host`` and
    ``advertised_port`` are the address at which this client reaches this broker: the one that it dialled, or what
    ``advertised.listeners`` says. ``flush`` sends the answers of earlier requests: a handler that is about to wait
    awaits it first, since answers leave in order and many requests may arrive in one packet.
    """

    listener: str
    client_host: str
    advertised_host: str
    advertised_port: int
    flush: Callable[[], Awaitable[None]]


class Context:
    """One request: its header, its connection, the broker's parts."""

    __slots__ = ("client_id", "peer", "services", "version")

    def __init__(self, services: Services, peer: Peer, version: int, client_id: str) -> None:
        self.services = services
        self.peer = peer
        self.version = version
        self.client_id = client_id

    async def flush(self) -> None:
        """Send what is owed to this client before a wait begins."""
        await self.peer.flush()
