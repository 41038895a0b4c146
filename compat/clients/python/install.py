"""A client's virtual environment: ``python install.py DIRECTORY REQUIREMENTS``. One that has these is left as it is.

``--python 3.11`` makes it with that Python, for old clients, which know no newer one.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("requirements", type=Path)
    parser.add_argument("--python", metavar="VERSION")
    arguments = parser.parse_args()
    install(arguments.directory, arguments.requirements, _interpreter(arguments.python))


def install(directory: Path, requirements: Path, interpreter: str) -> None:
    wanted = f"{interpreter}\n{requirements.read_text()}"
    stamp = directory / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run([interpreter, "-m", "venv", "--clear", "--without-pip", directory], check=True)
    pip = [sys.executable, "-m", "pip", "--python", directory, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--requirement", requirements], check=True)
    stamp.write_text(wanted)


def _interpreter(version: str | None) -> str:
    if version is None or version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    return shutil.which(f"python{version}") or sys.exit(f"python{version} is not installed")


if __name__ == "__main__":
    main()
