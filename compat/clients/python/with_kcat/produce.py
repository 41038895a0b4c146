from collections.abc import Callable
from typing import Any

from scenario.expectations import check_equal
from scenario.program import Task
from scenario.records import Record, check_partitioned, check_values, keyed_records, numbered_records, ten_records

from with_kcat.command import read, send, settings
from with_kcat.topics import create_topic

VARIATIONS = ["empty", "headers", "timestamps"]
_HEADERS = ["trace", "id", "trace", "again"]


def send_ten(task: Task, *options: str) -> None:
    """Send the ten records by one command, which gives all of them the same headers."""
    pairs = zip(_HEADERS[::2], _HEADERS[1::2], strict=True)
    headers = [f"-H{name}={value}" for name, value in pairs]
    send(task, task.name(), ten_records(), *headers, *settings(linger_ms=100), *options)


def compressed(compression: str) -> Callable[[Task], list[str]]:
    def produce(task: Task) -> list[str]:
        send_ten(task, "-z", compression)
        received = read(task, task.name(), 10)
        check_equal("keys", [message["key"] for message in received], [_text(record.key) for record in ten_records()])
        values = [_text(record.value) for record in ten_records()]
        check_equal("values", [message["payload"] for message in received], values)
        check_equal("headers", [message["headers"] for message in received], [_HEADERS] * 10)
        return VARIATIONS

    return produce


def acks(task: Task) -> None:
    records = numbered_records(2)
    for acknowledgements, record in enumerate(records):
        send(task, task.name(), [record], *settings(acks=acknowledgements))
    check_values(sorted(values_of(read(task, task.name(), 2))), records)


def partitioner(task: Task) -> None:
    topic = create_topic(task, task.name(), partitions=4)
    send(task, topic, keyed_records(), partition=None)
    check_partitioned([(message["key"].encode(), message["partition"]) for message in read(task, topic, 80)])
    send(task, topic, [Record(b"explicit", b"explicit")], partition=2)
    keys = {message["key"]: message["partition"] for message in read(task, topic, 81)}
    check_equal("the partition of the explicit record", keys["explicit"], 2)


def idempotence(task: Task) -> None:
    records = numbered_records(100)
    send(task, task.name(), records, *settings(enable_idempotence="true", batch_num_messages=30))
    received = read(task, task.name(), 100)
    check_values(values_of(received), records)
    check_equal("offsets", [message["offset"] for message in received], list(range(100)))


def values_of(messages: list[dict[str, Any]]) -> list[bytes]:
    return [message["payload"].encode() for message in messages]


def _text(data: bytes | None) -> str | None:
    """As it comes back: what is empty was sent as null."""
    return data.decode() if data else None
