"""Kafka's own definitions of its messages and records, as its jars carry them."""

import zipfile
from pathlib import Path, PurePosixPath

from compat.oracle.jars import broker_jars


def unpack_definitions(folder: Path) -> int:
    """Write them into ``folder``, a subfolder for each jar that has some, and return how many there are."""
    count = 0
    for jar in sorted(broker_jars().glob("kafka-*.jar")):
        with zipfile.ZipFile(jar) as archive:
            names = [name for name in archive.namelist() if _is_definition(PurePosixPath(name))]
            for name in names:
                target = folder / jar.stem / PurePosixPath(name).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
        count += len(names)
    return count


def _is_definition(name: PurePosixPath) -> bool:
    return name.suffix == ".json" and name.parts[:-1] in (("common", "message"), ("common", "metadata"), ("message",))
