"""A member of a consumer group in a process of its own, so that it can be killed.

``python -m clients.member kafka-python 127.0.0.1:9092 GROUP TOPIC`` prints what happens to it, one JSON event a line,
and leaves the group when its standard input ends. SIGUSR1 makes it print its threads' stacks.
"""

import faulthandler
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import cast

from clients.client import GroupClient
from clients.drivers import driver


class PrintedReport:
    """Events with the monotonic time at which they were written, which all processes of a machine share."""

    def assigned(self, partitions: Sequence[int]) -> None:
        self._print({"event": "assigned", "partitions": sorted(partitions)})

    def revoked(self, partitions: Sequence[int]) -> None:
        self._print({"event": "revoked", "partitions": sorted(partitions)})

    def record(self, partition: int, offset: int, value: bytes) -> None:
        self._print({"event": "record", "partition": partition, "offset": offset, "value": value.decode()})

    def _print(self, event: dict[str, object]) -> None:
        print(json.dumps(event | {"at": time.monotonic()}), flush=True)  # noqa: T201 - what it is for


def main(client: str, bootstrap: str, group: str, topic: str) -> None:
    faulthandler.register(signal.SIGUSR1)
    stopped = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    member = cast("GroupClient", driver(client))
    member.run_member(bootstrap, group, topic, PrintedReport(), stopped.is_set)


if __name__ == "__main__":
    main(*sys.argv[1:])
