"""wirebroker on a data directory, as a process of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READY = re.compile(r"wirebroker ready on (\S+) ")


@contextmanager
def wirebroker(data: Path, log: Path, *options: str, end: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Run it on ``data``, its messages going to ``log``, and give its address. ``end`` is how it is stopped."""
    command = [sys.executable, "-m", "wirebroker", "serve", "--listen", "127.0.0.1:0", "--data-dir", str(data)]
    command += [word for option in options for word in ("-o", option)]
    with (
        log.open("ab") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            ready = _READY.match(process.stdout.readline())
            assert ready is not None, log.read_text()
            yield ready[1]
        finally:
            process.send_signal(end)
            process.wait(30)
