"""The jars of a pom of ours and of all that it depends on, brought from Maven Central once."""

import shutil
import subprocess
import sys
from pathlib import Path

from compat.oracle.errors import OracleError
from compat.oracle.home import digest, made_once

_POMS = Path(__file__).parent / "poms"


def broker_jars() -> Path:
    """Return the folder with Apache Kafka's broker, and with all classes of its protocol and its records."""
    return _resolve("broker")


def tool_jars() -> Path:
    """Return the folder with Apache Kafka's command line tools."""
    return _resolve("tools")


def classpath(libs: Path) -> str:
    """All jars of a folder in a fixed order: an archive of classes fits only the class path that it was made with."""
    return ":".join(str(jar) for jar in sorted(libs.glob("*.jar")))


def _resolve(name: str) -> Path:
    pom = _POMS / f"{name}.xml"

    def copy(folder: Path) -> None:
        if shutil.which("mvn") is None:
            raise OracleError("mvn is not on PATH: Java 17 and Maven fetch Apache Kafka from Maven Central")
        command = ["mvn", "-q", "-B", "-Dstyle.color=never", "-f", str(pom), "dependency:copy-dependencies"]
        done = subprocess.run([*command, f"-DoutputDirectory={folder}"], stdout=sys.stderr, check=False)
        if done.returncode != 0:
            raise OracleError(f"Maven could not resolve {pom}")

    return made_once(f"{name}-{digest(pom.read_bytes())}", copy)
