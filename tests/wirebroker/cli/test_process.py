"""The real process: what it says, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

COMMAND = [sys.executable, "-m", "wirebroker"]
READY = re.compile(r"wirebroker ready on (\S+):(\d+) \(node (\d+), cluster (\S{22}), data (.+)\)\n")
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@contextmanager
def started(*arguments, **options):
    """A broker that has said that it is ready; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        line = process.stdout.readline()
        ready = READY.fullmatch(line)
        assert ready, (line, process.poll(), process.stderr.read() if process.poll() is not None else "")
        yield process, ready
    finally:
        process.kill()
        process.communicate()


def stop(process, with_signal=signal.SIGTERM):
    """Exit status, and what was said on the way, long before a connection is closed for being idle."""
    process.send_signal(with_signal)
    out, err = process.communicate(timeout=10)
    return process.returncode, out, err


def refused(*arguments, **options):
    """The one line with which a start is refused."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False, **options)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("wirebroker: ")
    return done.stderr


def test_the_ready_line_has_the_port_really_bound(tmp_path):
    with started("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "d"), "--node-id", "7") as (_, ready):
        host, port, node, _, data = ready.groups()
        assert (host, node, data) == ("127.0.0.1", "7", str(tmp_path / "d"))
        socket.create_connection((host, int(port))).close()


def test_serve_is_the_default_command_and_data_lies_here(tmp_path):
    with started("serve", "--listen", "127.0.0.1:0", cwd=tmp_path) as (_, ready):
        assert ready[5] == "./wirebroker-data"
    assert (tmp_path / "wirebroker-data").is_dir()


def test_memory_leaves_nothing_on_the_disk(tmp_path):
    with started("--listen", "127.0.0.1:0", "--memory", cwd=tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_console_script():
    script = os.path.join(os.path.dirname(sys.executable), "wirebroker")  # noqa: PTH118, PTH120 - symbolic links stay
    if not os.path.exists(script):  # noqa: PTH110 - likewise
        pytest.skip("wirebroker is not installed beside this Python")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("wirebroker 0.")


@posix
@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_though_a_client_stays(with_signal):
    with (
        started("--listen", "127.0.0.1:0", "--memory") as (process, ready),
        socket.create_connection((ready[1], int(ready[2]))),
    ):
        status, out, err = stop(process, with_signal)
    assert status == 0
    assert (out, err) == ("", "")


def test_a_taken_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused("--listen", f"127.0.0.1:{port}", "--memory")
    assert f"cannot listen on PLAINTEXT://127.0.0.1:{port}: " in said


def test_an_address_that_is_not_ours():
    assert "cannot listen on PLAINTEXT://192.0.2.1:0" in refused("--listen", "192.0.2.1:0", "--memory")


def test_a_locked_data_directory(tmp_path):
    with started("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path)):
        assert str(tmp_path) in refused("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path))


def test_a_data_directory_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    assert "file" in refused("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "file"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_data_directory(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert str(tmp_path) in refused("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "data"))
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")
def test_a_data_directory_where_nobody_may_write():
    assert "/proc/wirebroker" in refused("--listen", "127.0.0.1:0", "--data-dir", "/proc/wirebroker")


def test_a_directory_of_another_node(tmp_path):
    with started("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path), "--node-id", "1"):
        pass
    assert str(tmp_path) in refused("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path), "--node-id", "2")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--bogus"], "No such option"),
        (
            ["-o", "num.partitions=none"],
            "Invalid value none for configuration num.partitions: Not a number of type INT",
        ),
        (["-o", "num.partition=1"], "is num.partitions meant"),
        (["--log-level", "loud"], "loud"),
        (["--config", "/no/such/file"], "/no/such/file: No such file or directory"),
    ],
)
def test_a_mistake_on_the_command_line(arguments, complaint):
    assert complaint in refused(*arguments, "--memory")


@posix
def test_an_option_without_effect_is_one_line_in_the_log():
    arguments = ("--listen", "127.0.0.1:0", "--memory", "-o", "num.io.threads=4", "-o", "num.partitions=2")
    with started(*arguments) as (process, _):
        _, _, err = stop(process)
    assert err.count("\n") == 1
    assert err.endswith("INFO wirebroker.cli.serve: option num.io.threads is known and has no effect here\n")


@posix
def test_the_log_level_counts():
    with started("--listen", "127.0.0.1:0", "--memory", "-o", "num.io.threads=4", "--log-level", "warning") as (
        process,
        _,
    ):
        assert stop(process)[2] == ""


def test_the_short_way_does_without_click():
    code = (
        "import sys, wirebroker.cli.main as main, wirebroker.broker as broker;"
        "broker.run = lambda settings: 'click' in sys.modules;"
        "sys.exit(main.run(['--memory', '-o', 'num.partitions=2']))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
