"""The composition root: builds a broker's parts, connects them, and owns its tasks.

The tasks form a tree::

    serve
    ├── group coordinator    wakes at its next deadline
    ├── syncs                bring logs to stable storage, on threads; four tasks
    ├── checkpoints          where logs start and how far they are safe, every minute
    ├── flushes              of topics with flush.ms
    ├── snapshots            of the metadata, every 20 MiB of its log
    ├── producers            forgets those that were silent for long
    ├── retention            deletes old segments, every five minutes
    ├── removal              of deleted files, a minute later
    ├── compaction           of one log after another, the dirtiest first
    └── server               listeners, connections (see server/listener.py)
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import trio

from kafka_codecs.wire import uuid_bytes, uuid_text
from wirebroker.apis.context import Services
from wirebroker.config.endpoints import Endpoint
from wirebroker.config.settings import Settings
from wirebroker.errors import KafkaError
from wirebroker.housekeeping import (
    compact,
    delete_old_segments,
    flush_old_records,
    keep_checkpoints,
    keep_snapshots,
    remove_doomed_files,
)
from wirebroker.log.directory import LogDirectory
from wirebroker.log.storage import Storage, StorageError
from wirebroker.metadata.journal import Journal
from wirebroker.metadata.topic_names import OFFSETS_TOPIC
from wirebroker.partitions.partitions import Partitions
from wirebroker.partitions.syncer import WORKERS, Syncer
from wirebroker.server.addresses import Advertiser
from wirebroker.server.dispatch import Dispatcher
from wirebroker.server.limits import Limits
from wirebroker.server.listener import Listener, Server

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from wirebroker.coordinators.runtime import GroupService
    from wirebroker.partitions.fetch_sessions import FetchSessions

_METADATA_TOPIC = "__cluster_metadata"
_OWN_TOPICS = (_METADATA_TOPIC, OFFSETS_TOPIC)


class Ready(NamedTuple):
    """What a started broker tells: where its first listener is bound, who it is, and where its data lies."""

    host: str
    port: int
    node_id: int
    cluster_id: str
    data: str

    def __str__(self) -> str:
        where = f"[{self.host}]" if ":" in self.host else self.host
        who = f"node {self.node_id}, cluster {self.cluster_id}, data {self.data}"
        return f"wirebroker ready on {where}:{self.port} ({who})"


class SystemClock:
    """The running broker's time. Trio's clock is the monotonic one, so that tests may speed it up."""

    def now(self) -> float:
        return trio.current_time()

    def timestamp_ms(self) -> int:
        return time.time_ns() // 1_000_000


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status. Prints the ready line.

    Raises StorageError when the data directory cannot be used, OSError when an address cannot be bound.
    """
    trio.run(_until_signalled, settings)
    return 0


async def _until_signalled(settings: Settings) -> None:
    with (
        _assembled(settings) as broker,  # outside the nursery, whose exceptions come in groups
        trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals,
    ):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_serve, broker, lambda ready: print(ready, flush=True))  # noqa: T201 - scripts wait for it
            nursery.start_soon(_cancel_when_set, nursery.cancel_scope, broker.storage_failed)
            async for _ in signals:
                nursery.cancel_scope.cancel()
        _check_storage(broker)


async def _cancel_when_set(scope: trio.CancelScope, event: trio.Event) -> None:
    await event.wait()
    scope.cancel()


def _check_storage(broker: "_Assembled") -> None:
    if broker.storage_failed.is_set():
        faults = [f"{each.name}: {each.fault}" for each in broker.storage.directories if each.fault is not None]
        raise StorageError(f"nothing can be served without the cluster's metadata: {'; '.join(faults)}")


async def serve(settings: Settings, on_ready: Callable[[Ready], object]) -> None:
    """Serve until cancelled; ``on_ready`` is called when clients can connect. At the end logs are closed, marked clean.

    Raises as ``run`` does.
    """
    with _assembled(settings) as broker:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_cancel_when_set, nursery.cancel_scope, broker.storage_failed)
            await _serve(broker, on_ready)
            nursery.cancel_scope.cancel()
        _check_storage(broker)


class _Assembled(NamedTuple):
    """A broker whose parts are connected and whose addresses are bound, and which does not do anything yet."""

    storage: Storage
    storage_failed: trio.Event
    """Set when the directory of the cluster's metadata has failed."""
    services: Services
    server: Server
    ready: Ready


@contextmanager
def _assembled(settings: Settings) -> Iterator[_Assembled]:
    """Build a broker and take it apart: last built, first closed."""
    with ExitStack() as stack:
        storage = stack.enter_context(_storage(settings))
        syncer = Syncer(_OWN_TOPICS)
        failed = trio.Event()
        for directory in storage.directories:
            directory.flush_due = syncer.want
            directory.random_below = _random_below
        services = _services(settings, storage, syncer, SystemClock())
        _look_out_for_failures(storage, services, failed)
        stack.callback(_take_leave, services.journal)
        stack.callback(services.partitions.close)
        listeners = [stack.enter_context(_listener(endpoint)) for endpoint in settings.listeners]
        server = Server(listeners, Dispatcher(services), Advertiser(settings.advertised), Limits.of(settings.config))
        host, port = listeners[0].host, listeners[0].port
        ready = Ready(host, port, settings.node_id, services.cluster_id, _shown(settings.data_dirs))
        yield _Assembled(storage, failed, services, server, ready)


async def _serve(broker: _Assembled, on_ready: Callable[[Ready], object]) -> None:
    async with trio.open_nursery() as nursery:
        await nursery.start(_keep_groups, broker.services)
        for _ in range(WORKERS):
            nursery.start_soon(broker.services.syncer.work)
        nursery.start_soon(keep_checkpoints, broker.storage, broker.services.syncer, broker.services.config)
        nursery.start_soon(flush_old_records, broker.storage)
        nursery.start_soon(keep_snapshots, broker.services.journal, broker.services.syncer, broker.services.config)
        nursery.start_soon(_expire_producers, broker.services)
        services = broker.services
        nursery.start_soon(delete_old_segments, services.partitions, services.config, services.clock)
        nursery.start_soon(remove_doomed_files, broker.storage)
        nursery.start_soon(compact, services.partitions, broker.storage, services.config, services.clock)
        await nursery.start(broker.server.run)
        on_ready(broker.ready)


async def _keep_groups(services: Services, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """Load the groups if there are any, else wait until a client wants one; then keep their deadlines."""
    if OFFSETS_TOPIC in services.journal.image.topics:
        await services.groups.load()
    task_status.started()
    await services.groups_wanted.wait()
    await services.groups.run()


async def _expire_producers(services: Services) -> None:
    while True:
        await trio.sleep(services.config.producer_id_expiration_check_interval_ms / 1000)
        services.partitions.expire_producers(services.clock.timestamp_ms())


@contextmanager
def _storage(settings: Settings) -> Iterator[Storage]:
    storage = Storage.open(
        settings.data_dirs or None,
        metadata_root=settings.metadata_dir,
        node_id=settings.node_id,
        new_id=lambda: uuid_text(_random_uuid()),
        fsync=settings.durability == "fsync",
    )
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def _listener(endpoint: Endpoint) -> Iterator[Listener]:
    listener = Listener(endpoint)
    try:
        yield listener
    finally:
        listener.close()


def _take_leave(journal: Journal) -> None:
    """Write down that the broker stops; without, the next start finds out."""
    try:
        journal.stop_broker()
    except KafkaError as fault:
        _log.error("the metadata does not tell of the stop: %s", fault)


def _look_out_for_failures(storage: Storage, services: Services, failed: trio.Event) -> None:
    """When a directory fails, have its partitions not served; without the metadata's nothing is (as Kafka halts)."""

    def on_failure(directory: LogDirectory) -> None:
        services.partitions.take_offline(directory.logs)
        services.syncer.look_again()
        if directory is storage.metadata:
            failed.set()

    for directory in storage.directories:
        directory.failed = on_failure
        if directory.fault is not None:  # while the partitions were opened
            on_failure(directory)


def _services(settings: Settings, storage: Storage, syncer: Syncer, clock: SystemClock) -> Services:
    """Build the parts from the floor up. Changes of metadata reach them in the order of their subscriptions."""
    config = settings.config
    journal = Journal.open(storage, config, timestamp_ms=clock.timestamp_ms, random_uuid=_random_uuid)
    log_dirs = [uuid_bytes(directory_id) for directory_id in storage.directory_ids]
    journal.start_broker(settings.node_id, rack=config.broker_rack, log_dirs=log_dirs)
    storage.broker_epoch = journal.broker_epoch
    partitions = Partitions(storage, config)
    journal.subscribe(partitions.apply)
    topics = journal.image.topics.values()
    storage.set_aside_strays((topic.name, at.partition) for topic in topics for at in topic.partitions)
    groups_wanted = trio.Event()

    def build_groups() -> "GroupService":
        from wirebroker.coordinators.runtime import GroupService  # noqa: PLC0415 - a start does not wait for it
        from wirebroker.metadata.auto_creation import auto_create_topics  # noqa: PLC0415 - nor for this

        groups = GroupService(
            config,
            partitions,
            now=clock.now,
            timestamp_ms=clock.timestamp_ms,
            new_uuid=_random_uuid_text,
            ensure_internal_topic=lambda name: auto_create_topics([name], journal, config),
        )
        journal.subscribe(groups.topics_changed)  # after the partitions, which open the logs
        groups_wanted.set()
        return groups

    def build_fetch_sessions() -> "FetchSessions":
        from wirebroker.partitions.fetch_sessions import FetchSessions  # noqa: PLC0415 - a start does not wait for it

        return FetchSessions(config.max_incremental_fetch_session_cache_slots, _random_session_id)

    return Services(
        config=config,
        node_id=settings.node_id,
        cluster_id=storage.meta.cluster_id,
        clock=clock,
        journal=journal,
        partitions=partitions,
        syncer=syncer,
        groups_wanted=groups_wanted,
        build_groups=build_groups,
        build_fetch_sessions=build_fetch_sessions,
    )


def _shown(data_dirs: tuple[Path, ...]) -> str:
    """The data directories as a user would type them."""
    return ", ".join(_as_typed(each) for each in data_dirs) or "in memory"


def _as_typed(data_dir: Path) -> str:
    return str(data_dir) if data_dir.is_absolute() or str(data_dir).startswith(".") else f"./{data_dir}"


def _random_uuid() -> bytes:
    """Return a version 4 UUID (RFC 9562) without the ``uuid`` module, whose import a start would pay for."""
    random = bytearray(os.urandom(16))
    random[6] = random[6] & 0x0F | 0x40
    random[8] = random[8] & 0x3F | 0x80
    return bytes(random)


def _random_uuid_text() -> str:
    text = _random_uuid().hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _random_below(limit: int) -> int:
    return int.from_bytes(os.urandom(8)) % limit


def _random_session_id() -> int:
    return max(1, int.from_bytes(os.urandom(4)) >> 1)
