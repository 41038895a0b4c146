"""Where everything lies that the oracle downloads, compiles and runs, and who may write there."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def home() -> Path:
    """``$WIREBROKER_ORACLE_HOME``, or ``compat/.work/oracle``."""
    chosen = os.environ.get("WIREBROKER_ORACLE_HOME")
    return Path(chosen).resolve() if chosen else Path(__file__).resolve().parent.parent / ".work" / "oracle"


def digest(*parts: str | bytes) -> str:
    """Eight letters that change when any of the parts does."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()[:8]


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock that ``file`` stands for; the system lets go of it even when the holder is killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name`` under home, filled by ``make`` the first time.

    Of several processes one fills it while the others wait. It gets its name when it is complete, so that an
    interrupted one is never mistaken for it.
    """
    folder = home() / name
    if folder.is_dir():
        return folder
    with locked(home() / "locks" / name):
        if not folder.is_dir():
            half = Path(tempfile.mkdtemp(prefix=f"{name}-", suffix=".half", dir=home()))
            try:
                make(half)
                half.chmod(0o755)
                half.rename(folder)
            finally:
                shutil.rmtree(half, ignore_errors=True)
    return folder
