"""What a client's own word is not enough for: reading what it produced from the broker, with our codec."""

from collections.abc import Iterator

from compat.program import Outcome
from compat.wire import ask
from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.metadata import MetadataRequest, MetadataRequestTopic
from kafka_codecs.records.batch import BatchHeader, iter_batches, read_records
from kafka_codecs.records.compression import Compression
from kafka_codecs.records.record import Record
from kafka_codecs.wire import DecodeError

FIRST_TIMESTAMP_MS = 1_600_000_000_000
LATEST = -1


def verified(bootstrap: str, topic: str, capability: str, outcome: Outcome) -> Outcome:
    """Turn a pass into a failure where the broker does not hold what the client says that it produced."""
    if outcome.outcome != "pass":
        return outcome
    trouble: str | None = None
    try:
        if capability.startswith("produce-"):
            trouble = _ten_records(bootstrap, topic, capability.removeprefix("produce-"), set(outcome.variations))
        elif capability == "idempotence":
            trouble = _sequences(bootstrap, topic)
    except (OSError, RuntimeError, DecodeError) as unreadable:
        trouble = str(unreadable)
    return outcome if trouble is None else outcome._replace(outcome="fail", reason=f"what the broker holds: {trouble}")


def ten_records() -> list[tuple[int, Record]]:
    """Return the ten records of README.md, each with its timestamp in ms."""
    records = []
    for i in range(7):
        own: list[tuple[str, bytes | None]] = [("trace", b"id-%d" % i), ("bin", b"\x00\xff"), ("trace", b"again")]
        records.append(Record(offset_delta=i, key=b"key-%d" % i, value=b"value-%d-" % i + b"x" * 200, headers=own))
    records += [
        Record(offset_delta=7, key=b"key-7", value=None),
        Record(offset_delta=8, key=None, value=b"value-8"),
        Record(offset_delta=9, key=b"", value=b"", headers=[("empty", b"")]),
    ]
    return [(FIRST_TIMESTAMP_MS + 1000 * i, record) for i, record in enumerate(records)]


def _ten_records(bootstrap: str, topic: str, codec: str, variations: set[str]) -> str | None:
    held = []
    for header, records in _batches(bootstrap, topic, 0):
        if header.compression is not Compression[codec.upper()]:
            return f"a batch with codec {header.compression.name.lower()}"
        held += [(header.timestamp_of(record), record) for record in records]
    expected = ten_records()
    if len(held) != len(expected):
        return f"{len(held)} records, not {len(expected)}"
    for i, (wanted, found) in enumerate(zip(expected, held, strict=True)):
        if different := _difference(wanted, found, variations):
            return f"record {i}: {different}"
    return None


def _difference(wanted: tuple[int, Record], found: tuple[int, Record], variations: set[str]) -> str | None:
    """Name what is not as ordered, apart from the variations that the client says it needs."""
    (time, record), (held_time, held) = wanted, found
    if time != held_time and "timestamps" not in variations:
        return f"timestamp {held_time}, not {time}"
    for name, of_record, in_log in (("key", record.key, held.key), ("value", record.value, held.value)):
        empty_for_null = {of_record, in_log} == {None, b""} and variations & {f"null-{name}", "empty"}
        if of_record != in_log and not empty_for_null:
            return f"{name} {in_log!r}, not {of_record!r}"
    if record.headers != held.headers and not variations & {"headers", "repeated-headers"}:
        return f"headers {held.headers}, not {record.headers}"
    return None


def _sequences(bootstrap: str, topic: str) -> str | None:
    following: dict[tuple[int, int], int] = {}
    count = 0
    for partition in range(_partitions(bootstrap, topic)):
        for header, records in _batches(bootstrap, topic, partition):
            if not header.has_producer_id:
                return "a batch without producer id"
            if header.base_sequence != following.get((partition, header.producer_id), 0):
                return f"sequence {header.base_sequence}, not {following.get((partition, header.producer_id), 0)}"
            following[partition, header.producer_id] = header.base_sequence + len(records)
            count += len(records)
    return None if count == 100 else f"{count} records, not 100"


def _partitions(bootstrap: str, topic: str) -> int:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=topic)], allow_auto_topic_creation=False)
    (answer,) = ask(bootstrap, request, 9).topics
    return len(answer.partitions)


def _batches(bootstrap: str, topic: str, partition: int) -> Iterator[tuple[BatchHeader, list[Record]]]:
    """Read a partition from its start to its end. Raises RuntimeError with the broker's error."""
    end = _end_offset(bootstrap, topic, partition)
    offset = 0
    while offset < end:
        wanted = FetchPartition(partition=partition, fetch_offset=offset, partition_max_bytes=1 << 20)
        request = FetchRequest(
            max_wait_ms=0, min_bytes=0, max_bytes=1 << 20, topics=[FetchTopic(topic=topic, partitions=[wanted])]
        )
        (answer,) = ask(bootstrap, request, 12).responses[0].partitions
        _refuse(answer.error_code, topic)
        data = bytes(answer.records or b"")
        for at, header in iter_batches(data):
            yield header, read_records(data, at)
            offset = header.next_offset


def _end_offset(bootstrap: str, topic: str, partition: int) -> int:
    wanted = ListOffsetsPartition(partition_index=partition, timestamp=LATEST)
    request = ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic(name=topic, partitions=[wanted])])
    (answer,) = ask(bootstrap, request, 5).topics[0].partitions
    _refuse(answer.error_code, topic)
    return int(answer.offset)


def _refuse(error_code: int, topic: str) -> None:
    if error_code:
        raise RuntimeError(f"{topic}: {ErrorCode(error_code).name}")
