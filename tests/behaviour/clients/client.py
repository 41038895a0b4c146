"""What every client under test can do. The scenarios are written against this, once; each client's driver obeys it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from clients.records import Record


class Reader(Protocol):
    """A consumer of all partitions of one topic, from the beginning, without a group."""

    def receive(self, timeout: float) -> list[Record]:
        """Wait at most ``timeout`` seconds for records; may return none."""
        ...


class Report(Protocol):
    """Where a member of a group says what happens to it."""

    def assigned(self, partitions: Sequence[int]) -> None: ...
    def revoked(self, partitions: Sequence[int]) -> None: ...
    def record(self, partition: int, offset: int, value: bytes) -> None: ...


class Client(Protocol):
    """A client library, as its driver shows it. ``compressions`` are those that it can write; it reads all."""

    name: str
    compressions: Sequence[str]

    def records(self, count: int, partitions: int, seed: int) -> list[Record]:
        """Make the most varied records that this client can write and read."""
        ...

    def produce(self, bootstrap: str, topic: str, records: Sequence[Record], compression: str = "none") -> None:
        """Send, and wait for all acknowledgements. Raises what the client raises for a record that failed."""
        ...

    def reader(
        self, bootstrap: str, topic: str, partitions: int, *, fetch_max_wait_ms: int = 500
    ) -> AbstractContextManager[Reader]: ...


class GroupClient(Client, Protocol):
    """A client that can be a member of a consumer group."""

    def run_member(self, bootstrap: str, group: str, topic: str, report: Report, stopped: Callable[[], bool]) -> None:
        """Consume as a member until ``stopped()``, committing what was reported; then leave the group."""
        ...
