import time

from scenario.expectations import check, check_equal
from scenario.program import Task
from scenario.records import Record, check_values, numbered_records

from with_kcat.command import Process, read, run, send, settings
from with_kcat.produce import send_ten, values_of

_LONG_WAIT_MS = 10_000


def assign(task: Task) -> None:
    records = numbered_records(100)
    send(task, task.name(), records)
    received = read(task, task.name(), 100, "-p", "0")
    check_values(values_of(received), records)
    check_equal("offsets", [message["offset"] for message in received], list(range(100)))


def seek(task: Task) -> None:
    """kcat is told where to start; it moves nowhere else later."""
    send_ten(task)
    partition = ["-C", "-t", task.name(), "-p", "0"]
    for position, expected in (("4", "4"), ("beginning", "0"), ("-1", "9")):
        said = run(task, *partition, "-q", "-c", "1", "-o", position, "-f", "%o")
        check_equal(f"offset at {position}", said, expected)
    with Process(task, *partition, "-u", "-J", "-o", "end", "-c", "1") as reader:
        reader.wait(lambda: any("Reached end" in notice for notice in reader.notices), "the end of the partition")
        send(task, task.name(), numbered_records(1))
        reader.end()
        check_equal("offset after the end", [message["offset"] for message in reader.records], [10])


def commit_resume(task: Task) -> None:
    """It commits on its way out, and cannot add metadata."""
    send_ten(task)
    first = run(task, *_member(task, "5"))
    check_equal("offsets of the first member", first.split(), [str(offset) for offset in range(5)])
    second = run(task, *_member(task, "5"))
    check_equal("offsets of the second member", second.split(), [str(offset) for offset in range(5, 10)])


def long_poll(task: Task) -> None:
    send(task, task.name(), [Record(b"key", b"first")])
    options = ["-C", "-u", "-q", "-J", "-t", task.name(), "-p", "0", "-o", "beginning"]
    with Process(task, *options, *settings(fetch_wait_max_ms=_LONG_WAIT_MS)) as reader:
        reader.wait(lambda: len(reader.records) == 1, "the first record")
        reader.wait_for_change(1, 1)  # nothing comes; its request waits at the broker meanwhile
        check_equal("records", len(reader.records), 1)
        send(task, task.name(), [Record(b"key", b"awaited")])
        sent_at = time.monotonic()
        reader.wait(lambda: len(reader.records) == 2, "the awaited record")
        check(time.monotonic() - sent_at < _LONG_WAIT_MS / 2_000, "the record came only when the wait was over")
        check_values(values_of(reader.records[1:]), [Record(None, b"awaited")])


def _member(task: Task, count: str) -> list[str]:
    options = settings(auto_offset_reset="earliest", session_timeout_ms=10_000, heartbeat_interval_ms=500)
    return ["-G", task.name(), "-q", "-c", count, "-f", "%o\\n", *options, task.name()]
