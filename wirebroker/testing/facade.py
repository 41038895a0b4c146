"""``Broker``: start and stop a broker from code that is not Trio."""

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import trio

from wirebroker.broker import Ready, serve
from wirebroker.config.settings import Settings

_STOP_SECONDS = 10.0


class Broker:
    """One broker, in memory unless ``data_dir`` is given; ``config`` takes Kafka's own names and values as strings.

    ``durability`` "fsync": ``acks=all`` is answered, and records are seen, once they are on stable storage.

    A context manager: entering returns when clients can connect; leaving returns when the port is closed. What makes a
    start fail (a bad setting, a taken port) is raised by entering.
    """

    def __init__(
        self,
        config: Mapping[str, str] | None = None,
        *,
        data_dir: Path | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        node_id: int = 1,
        durability: str = "os",
    ) -> None:
        self._settings = Settings.of(
            config or {},
            host=host,
            port=port,
            data_dir=None if data_dir is None else Path(data_dir),
            node_id=node_id,
            durability=durability,
        )
        self._thread = threading.Thread(target=self._run, name="wirebroker", daemon=True)
        self._started = threading.Event()
        self._ready: Ready | None = None
        self._failure: BaseException | None = None
        self._token: trio.lowlevel.TrioToken | None = None
        self._scope = trio.CancelScope()

    @property
    def bootstrap(self) -> str:
        """The address for ``bootstrap.servers``: "127.0.0.1:54321". Raises RuntimeError before the start."""
        if self._ready is None:
            raise RuntimeError("the broker is not running: enter it with 'with'")
        return f"{self._ready.host}:{self._ready.port}"

    @property
    def cluster_id(self) -> str:
        """The cluster's id as clients see it. Raises RuntimeError before the start."""
        if self._ready is None:
            raise RuntimeError("the broker is not running: enter it with 'with'")
        return self._ready.cluster_id

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._token is not None and self._thread.is_alive():
            with contextlib.suppress(trio.RunFinishedError):
                trio.from_thread.run_sync(self._scope.cancel, trio_token=self._token)
        self._thread.join(_STOP_SECONDS)
        self._ready = None
        if self._failure is not None and error is None:
            raise self._failure

    def _run(self) -> None:
        try:
            trio.run(self._serve)
        except BaseException as failure:  # noqa: BLE001 - raised in the thread that waits for us
            self._failure = failure
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        with self._scope:
            await serve(self._settings, self._on_ready)

    def _on_ready(self, ready: Ready) -> None:
        self._ready = ready
        self._started.set()
