"""The bytes of the logs: equal files are equal, others are shown by Kafka's own dump tool and compared line by line.

What may differ in a line is what may differ in an answer: times that the broker set, producer ids, and with either of
them the checksum; and, where a broker has compressed records itself, the sizes of what is compressed.
"""

import re
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

from compat.differential.assigned import Pairs
from compat.differential.compare import Difference

Dump = Callable[[list[Path]], str]
"""Kafka's dump tool: log files, and what it prints of them."""
MOST_FILES = 100
"""Of one start of the tool."""
LARGEST_LOG = 1 << 22
"""Scripts write less; what lies behind in a preallocated file is zeros."""
_BATCH_HEAD = struct.Struct(">qi")
"""The base offset, and the size of what follows."""

_PRODUCER = re.compile(r"producerId: (\d+)")
_APPEND_TIME = re.compile(r"LogAppendTime: \d+")
_CHECKSUM = re.compile(r" crc: \d+")
_SIZES = re.compile(r" (position|size): \d+")
_PATH = re.compile(r"Dumping .*?([^/]+/[^/]+)$")


def kafka_dump(files: list[Path]) -> str:
    """Run Kafka's tool on these files; of one that it cannot show, or that is gone meanwhile, it is the complaint."""
    from compat.oracle.tools import ToolError, run_tool  # noqa: PLC0415 - needs Java

    names = ",".join(map(str, files))
    tool = "org.apache.kafka.tools.DumpLogSegments"
    try:
        return run_tool(tool, "--deep-iteration", "--print-data-log", "--files", names)
    except ToolError as failure:
        if len(files) > 1:
            return "".join(kafka_dump([file]) for file in files)
        complaint = str(failure).replace(str(files[0].parent.parent), "")
        return f"Dumping {files[0]}\nthe tool fails: {complaint.splitlines()[-1]}\n"


class Logs:
    """The data directories of the two brokers."""

    def __init__(self, kafka: Path, wirebroker: Path, dump: Dump = kafka_dump) -> None:
        self.kafka = kafka
        self.wirebroker = wirebroker
        self._dump = dump
        self.compared_files = 0

    def differences(self, prefix: str, pairs: Pairs) -> list[Difference]:
        """Compare the logs of all topics whose names begin so."""
        return self.differences_of({prefix: pairs})[prefix]

    def differences_of(self, scripts: dict[str, Pairs]) -> dict[str, list[Difference]]:
        """Compare the logs of several scripts' topics, given their prefixes: with few starts of the tool."""
        found: dict[str, list[Difference]] = {}
        unequal: dict[str, list[str]] = {}
        for prefix in scripts:
            one, other = _segments(self.kafka, prefix), _segments(self.wirebroker, prefix)
            found[prefix] = [Difference("logs", name, name in one, name in other) for name in sorted(one ^ other)]
            self.compared_files += len(one & other)
            unequal[prefix] = [name for name in sorted(one & other) if not self._are_equal(name)]
        names = [name for several in unequal.values() for name in several]
        shown = self._shown(self.kafka, names), self._shown(self.wirebroker, names)
        for prefix, several in unequal.items():
            for name in several:
                found[prefix] += line_differences(name, shown[0][name], shown[1][name], scripts[prefix])
        return found

    def _are_equal(self, name: str) -> bool:
        return _content(self.kafka / name) == _content(self.wirebroker / name)

    def _shown(self, directory: Path, names: list[str]) -> dict[str, list[str]]:
        """What the tool prints of each file: of a copy, since it takes zeros behind the last batch for a broken one."""
        lines: dict[str, list[str]] = {name: [] for name in names}
        for at in range(0, len(names), MOST_FILES):
            with tempfile.TemporaryDirectory(prefix="logs-") as folder:
                copies = [_copy(directory, name, Path(folder)) for name in names[at : at + MOST_FILES]]
                printed = self._dump(copies)
            current: list[str] = []
            for line in printed.splitlines():
                if (heading := _PATH.match(line)) is not None:
                    current = lines[heading[1]]
                else:
                    current.append(line)
        return lines


def _segments(directory: Path, prefix: str) -> set[str]:
    """Names of log files with something in them; topics that are being deleted are not there any more."""
    found = [path for path in directory.glob(f"{prefix}*/*.log") if not path.parent.name.endswith("-delete")]
    return {f"{path.parent.name}/{path.name}" for path in found if path.stat().st_size and _content(path)}


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_LOG)
    return data[: _end_of_batches(data)]


def _end_of_batches(data: bytes) -> int:
    """Where a batch of no bytes begins: the rest of the file was only reserved. (A batch itself may end with zeros.)"""
    at = 0
    while at + _BATCH_HEAD.size <= len(data):
        _, size = _BATCH_HEAD.unpack_from(data, at)
        if size <= 0:
            return len(data) if any(data[at:]) else at
        at += _BATCH_HEAD.size + size
    return len(data)


def _copy(directory: Path, name: str, folder: Path) -> Path:
    """Copy what is in a log; none where it is gone meanwhile."""
    copy = folder / name
    copy.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        copy.write_bytes(_content(directory / name))
    return copy


def line_differences(name: str, kafka: list[str], wirebroker: list[str], pairs: Pairs) -> Iterator[Difference]:
    """Compare what the tool prints of two logs; the first line that differs ends it."""
    packed = any("compresscodec" in line and "compresscodec: none" not in line for line in kafka + wirebroker)
    for number, (one, other) in enumerate(zip_longest(kafka, wirebroker)):
        if one is None or other is None or _comparable(one, packed, pairs) != _comparable(other, packed, None):
            yield Difference("logs", f"{name}, line {number}", one, other)
            return


def _comparable(line: str, packed: bool, pairs: Pairs | None) -> str:
    """A line without what may differ; ``pairs`` translate Kafka's producer ids."""
    changed = _APPEND_TIME.sub("LogAppendTime", line)
    producer = _PRODUCER.search(changed)
    if producer is not None and pairs is not None:
        changed = _PRODUCER.sub(f"producerId: {pairs.counterpart('producer_id', int(producer[1]))}", changed)
    if packed:
        changed = _SIZES.sub("", changed)
    if packed or changed != line or (producer is not None):
        changed = _CHECKSUM.sub("", changed)
    return changed
