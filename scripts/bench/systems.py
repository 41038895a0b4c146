"""The systems that are measured side by side: how each is started, reached, weighed and stopped."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE / "build"
_PROGRAMS = {"floor": [], "load": ["-lrdkafka"], "smallreq": []}


@dataclass(frozen=True)
class System:
    """A broker that runs: its name, "host:port", and the process that can be weighed, if it is ours."""

    name: str
    bootstrap: str
    pid: int | None

    @property
    def host(self) -> str:
        return self.bootstrap.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.bootstrap.rpartition(":")[2])

    def resident_mib(self) -> float:
        """Resident memory now, MiB; 0 where the process is not known."""
        if self.pid is None:
            return 0.0
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def build() -> dict[str, Path]:
    """Compile the C programs; one whose parts are missing is left out, with a line that says so."""
    BUILD.mkdir(exist_ok=True)
    built = {}
    for name, libraries in _PROGRAMS.items():
        command = ["cc", "-O2", "-o", str(BUILD / name), str(HERE / f"{name}.c"), *libraries]
        if shutil.which("cc") and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            built[name] = BUILD / name
        else:
            print(f"# {name}: not built (a C compiler and, for load, librdkafka-dev are needed)")
    return built


@contextlib.contextmanager
def wirebroker(name: str, *options: str) -> Iterator[System]:
    """Start wirebroker on a free port; ``options`` are its command line's."""
    with tempfile.TemporaryDirectory(prefix="wirebroker-bench-") as data:
        where = ["--memory"] if "--memory" in options else ["--data-dir", data]
        rest = [option for option in options if option != "--memory"]
        command = [sys.executable, "-m", "wirebroker", "--listen", "127.0.0.1:0", *where, *rest]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            try:
                yield System(name, line.split()[3], process.pid)
            finally:
                process.terminate()


@contextlib.contextmanager
def floor(program: Path) -> Iterator[System]:
    """Start the minimal C server: receive, check, write, answer, send back."""
    with (
        tempfile.TemporaryDirectory(prefix="floor-bench-") as data,
        subprocess.Popen([program, "0", data], stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            yield System("floor", process.stdout.readline().split()[1], process.pid)
        finally:
            process.terminate()


@contextlib.contextmanager
def mock(program: Path, *topics: str) -> Iterator[System]:
    """Start librdkafka's mock cluster: memory, no CRC check, it forgets what is older than 5 MB."""
    with subprocess.Popen([program, "mock", *topics], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield System("mock", process.stdout.readline().strip().partition(",")[0], process.pid)
        finally:
            process.kill()


def kafka(bootstrap: str) -> System:
    """Return an Apache Kafka that somebody started; its process is found by its port, where the system shows it."""
    first = bootstrap.partition(",")[0]
    return System("kafka", first, process_on(int(first.rpartition(":")[2])))


def process_on(port: int) -> int | None:
    listening = {
        row.split()[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for row in Path(table).read_text().splitlines()[1:]
        if int(row.split()[1].rpartition(":")[2], 16) == port and row.split()[3] == "0A"
    }
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(entry.readlink()).removeprefix("socket:[").rstrip("]") in listening:
                return int(entry.parts[2])
    return None


def wait_for_metadata(host: str, port: int, deadline: float) -> None:
    """Return once a Metadata request on this port is answered. Raises TimeoutError after ``deadline`` (monotonic)."""
    request = bytes.fromhex("0003 0001 00000001 0001 6f 00000000".replace(" ", ""))
    while True:
        try:
            with socket.create_connection((host, port), 5) as sock:
                sock.settimeout(5)
                sock.sendall(len(request).to_bytes(4, "big") + request)
                if len(sock.recv(8, socket.MSG_WAITALL)) == 8:
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no answer from {host}:{port}") from None
            time.sleep(0.0005)
