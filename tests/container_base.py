"""A base image out of this machine's own Python, for machines that no image registry serves.

It holds the interpreter and its standard library where they lie here, the few tools that the Dockerfile's commands
need, and the shared libraries of all of these. Linux with the GNU C library only.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

TOOLS = ("sh", "env", "id", "install", "ls")
# What wheels may want and the interpreter need not: the C library's older parts, and the C++ library.
LIBRARIES = (
    "libpthread.so.0",
    "librt.so.1",
    "libdl.so.2",
    "libutil.so.1",
    "libm.so.6",
    "libgcc_s.so.1",
    "libstdc++.so.6",
)
FILES = ("/etc/nsswitch.conf", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
MERGED = ("bin", "lib", "lib64")
MERGED_PATHS = tuple(f"/{directory}/" for directory in MERGED)
PATH = f"{sys.base_prefix}/bin:/usr/bin:/bin"


def unsupported():
    """Why there can be no such image here; None if there can."""
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return "this is no Linux with ldd"
    if not (Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled").is_dir():
        return "this Python brings no pip of its own"
    return None


def write(path):
    """Write the image's file system as a tar file."""
    prefix = Path(sys.base_prefix)
    stdlib = Path(sysconfig.get_path("stdlib", vars={"installed_base": str(prefix), "base": str(prefix)}))
    interpreter = prefix / "bin" / f"python3.{sys.version_info.minor}"
    tools = [shutil.which(tool) for tool in TOOLS]
    with tarfile.open(path, "w") as tar:
        for directory in ("tmp", "proc", "sys", "dev", "run", "root", "var"):
            _add_directory(tar, directory, 0o1777 if directory == "tmp" else 0o755)
        for directory in MERGED:
            _add_link(tar, directory, f"usr/{directory}")
        _add_text(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        _add_text(tar, "etc/group", "root:x:0:\n")
        tar.add(stdlib, str(stdlib)[1:], filter=_without_what_tests_and_users_added)
        copied = {str(interpreter), *tools, *filter(os.path.exists, FILES)}
        copied |= _libraries([interpreter, *tools, *stdlib.glob("lib-dynload/*.so"), *map(_library, LIBRARIES)])
        for file in sorted(copied):
            tar.add(os.path.realpath(file), ("usr" + file) if file.startswith(MERGED_PATHS) else file[1:])
        _add_link(tar, str(interpreter.with_name("python3"))[1:], interpreter.name)


def _without_what_tests_and_users_added(member):
    name = Path(member.name).name
    return None if name in {"site-packages", "test", "__pycache__"} or name.startswith("config-3") else member


def _library(name):
    found = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    lines = re.findall(rf"^\s+{re.escape(name)} \(.*x86-64.*\) => (\S+)$", found, re.MULTILINE)
    lines += re.findall(rf"^\s+{re.escape(name)} \(.*AArch64.*\) => (\S+)$", found, re.MULTILINE)
    return lines[0] if lines else None


def _libraries(files):
    """Those files that are libraries, and the libraries of all, by the names under which they are looked for."""
    wanted = {file for file in map(str, filter(None, files)) if file.startswith(("/lib", "/usr/lib")) and ".so" in file}
    listed = subprocess.run(
        ["ldd", *(str(file) for file in files if file)], capture_output=True, text=True, check=False
    ).stdout
    return wanted | set(re.findall(r"(?:=> |^\s+)(/\S+) \(0x", listed, re.MULTILINE))


def _add_directory(tar, name, mode):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    tar.addfile(entry)


def _add_text(tar, name, text):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text), 0o644
    tar.addfile(entry, io.BytesIO(text.encode()))


def _add_link(tar, name, target):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    tar.addfile(entry)
