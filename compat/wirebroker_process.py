"""wirebroker as its users start it: a process of its own, on loopback, on a port that the system chooses."""

import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 30.0
STOP_SECONDS = 30.0


@contextmanager
def wirebroker(
    log: Path, settings: Mapping[str, str], *, data: Path | None = None, end: signal.Signals = signal.SIGTERM
) -> Iterator[str]:
    """Run it with its data in a folder, or in memory, and give its address. ``end`` is how it is stopped.

    Its messages are added to the file ``log``. Raises RuntimeError where it does not start.
    """
    where = ["--memory"] if data is None else ["--data-dir", str(data)]
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    command = [sys.executable, "-m", "wirebroker", "--listen", "127.0.0.1:0", *where, *options]
    with (
        log.open("ab") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout
            ready, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
            line = process.stdout.readline() if ready else ""
            if not line.startswith("wirebroker ready on "):
                raise RuntimeError(f"wirebroker did not start: see {log}")
            yield line.split()[3]
        finally:
            process.send_signal(end)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
