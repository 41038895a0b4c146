"""A broker in a process of its own, with data on disk and always the same port: it can be killed and come back."""

import select
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

READY_SECONDS = 20.0
STOP_SECONDS = 10.0


class BrokerProcess:
    """Entering starts it; leaving stops it. ``bootstrap`` is its address, the same after each start."""

    def __init__(self, data_dir: Path | None, *options: str) -> None:
        """``options`` are more of the command line; without ``data_dir`` they say where the data lies."""
        self.data_dir = data_dir
        self._options = options
        self.bootstrap = "127.0.0.1:0"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.end(signal.SIGTERM)

    def start(self) -> None:
        """Return when clients can connect."""
        command = [sys.executable, "-m", "wirebroker", "--listen", self.bootstrap, *self._options]
        if self.data_dir is not None:
            command += ["--data-dir", str(self.data_dir)]
        process = self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        ready, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
        line = process.stdout.readline() if ready else ""
        assert line.startswith("wirebroker ready on "), line
        self.bootstrap = line.split()[3]

    def end(self, by: signal.Signals) -> None:
        """Send SIGTERM or SIGKILL, and wait for the end."""
        process, self._process = self._process, None
        assert process
        assert process.stdout
        process.send_signal(by)
        status = process.wait(STOP_SECONDS)
        process.stdout.close()
        assert status == (0 if by == signal.SIGTERM else -by)
