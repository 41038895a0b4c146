"""Kafka's own message classes as a filter: ``MessageCodec.java``, compiled once."""

import subprocess
from pathlib import Path

from compat.oracle.errors import OracleError
from compat.oracle.home import digest, made_once
from compat.oracle.jars import broker_jars, classpath
from compat.oracle.java import java, java_version

_SOURCE = Path(__file__).with_name("MessageCodec.java")


def codec_command() -> list[str]:
    """Return the command of the filter."""
    libs = broker_jars()
    name = f"codec-{digest(_SOURCE.read_bytes(), classpath(libs), java_version())}"
    return java(libs, "MessageCodec", also=made_once(name, lambda folder: _compile(libs, folder)))


def _compile(libs: Path, folder: Path) -> None:
    command = ["javac", "-proc:none", "-cp", classpath(libs), "-d", str(folder), str(_SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OracleError(f"{_SOURCE.name} does not compile: {done.stderr}")
