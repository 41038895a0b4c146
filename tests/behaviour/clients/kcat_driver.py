"""kcat: librdkafka on a command line. Text goes in with delimiters; out come each record's sizes, then its bytes."""

import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from clients.records import Record, by_partition, delimited_records

_KEY_END, _RECORD_END = "\x1f", "\x1e"
_FORMAT = r"%p %T %K %S %h\n%k%s"


class Kcat:
    name = "kcat"
    compressions = ("none", "gzip", "snappy", "lz4", "zstd")

    def records(self, count: int, partitions: int, seed: int) -> list[Record]:
        return delimited_records(count, partitions, seed)

    def produce(self, bootstrap: str, topic: str, records: Sequence[Record], compression: str = "none") -> None:
        for partition, part in by_partition(records).items():
            (headers,) = {record.headers for record in part}
            options = [f"-H{name}={(value or b'').decode()}" for name, value in headers]
            text = b"".join(
                (record.key or b"") + _KEY_END.encode() + (record.value or b"") + _RECORD_END.encode()
                for record in part
            )
            command = ["kcat", "-P", "-Z", "-b", bootstrap, "-t", topic, "-p", str(partition), "-z", compression]
            command += ["-K", _KEY_END, "-D", _RECORD_END, *options]
            done = subprocess.run(command, input=text, capture_output=True, timeout=60, check=False)
            assert (done.returncode, done.stderr) == (0, b"")

    @contextmanager
    def reader(
        self, bootstrap: str, topic: str, partitions: int, *, fetch_max_wait_ms: int = 500
    ) -> Iterator["_Reader"]:
        """All ``partitions`` are read: kcat asks the broker which there are."""
        command = ["kcat", "-C", "-u", "-q", "-b", bootstrap, "-t", topic, "-o", "beginning", "-f", _FORMAT]
        command += ["-X", f"fetch.wait.max.ms={fetch_max_wait_ms}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            try:
                yield _Reader(process.stdout.fileno())
            finally:
                process.terminate()


class _Reader:
    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._bytes = bytearray()

    def receive(self, timeout: float) -> list[Record]:
        deadline = time.monotonic() + timeout
        while not (records := list(self._whole_records())):
            ready, _, _ = select.select([self._pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return []
            data = os.read(self._pipe, 1 << 20)
            assert data, "kcat has ended"
            self._bytes += data
        return records

    def _whole_records(self) -> Iterator[Record]:
        """Take the records that have come completely from the front of the buffer."""
        at = 0
        while (line_end := self._bytes.find(b"\n", at)) >= 0:
            partition, timestamp_ms, key_size, value_size, headers = (
                self._bytes[at:line_end].decode(errors="replace").split(" ", 4)
            )
            key_end = line_end + 1 + max(0, int(key_size))
            value_end = key_end + max(0, int(value_size))
            if value_end > len(self._bytes):
                break
            key = bytes(self._bytes[line_end + 1 : key_end]) if int(key_size) >= 0 else None
            value = bytes(self._bytes[key_end:value_end]) if int(value_size) >= 0 else None
            yield Record(int(partition), key, value, int(timestamp_ms), _headers(headers))
            at = value_end
        del self._bytes[:at]


def _headers(text: str) -> tuple[tuple[str, bytes | None], ...]:
    pairs = (pair.split("=", 1) for pair in text.split(",") if pair)
    return tuple((name, None if value == "NULL" else value.encode()) for name, value in pairs)


DRIVER = Kcat()
