"""Command lines for the JVM, made to start fast: most of a start is class loading and compiling.

On 2 cores a broker needs 3 s with these options where it needs 8 s without: the serial collector has no threads to
start, the quick compiler alone does not fight with the broker for a core, and an archive holds all classes as the JVM
wants them in memory (shared between the nodes of a cluster).
"""

import subprocess
from pathlib import Path

from compat.oracle.errors import OracleError
from compat.oracle.jars import classpath

_LOG4J = Path(__file__).with_name("log4j2.xml")
_FAST = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_QUIET = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", f"-Dlog4j2.configurationFile={_LOG4J}")


def java(
    libs: Path, *arguments: str, heap: str = "256m", archive: Path | None = None, also: Path | None = None
) -> list[str]:
    """Return the command that runs a main class of these jars: ``arguments`` are the class and its own.

    ``also`` is a folder of classes that belong to them.
    """
    where = classpath(libs) if also is None else f"{classpath(libs)}:{also}"
    archived = () if archive is None else (f"-XX:SharedArchiveFile={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
    return ["java", f"-Xmx{heap}", *_FAST, *archived, *_QUIET, "-cp", where, *arguments]


def archiving(command: list[str], archive: Path) -> list[str]:
    """Return a command of :func:`java` that writes the classes it has loaded into an archive when it ends."""
    return [command[0], f"-XX:ArchiveClassesAtExit={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off", *command[1:]]


def java_version() -> str:
    """Return what ``java -version`` says: an archive fits the JVM that made it."""
    try:
        done = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OracleError("no java on PATH that works: Java 17 is needed") from error
    return done.stderr
