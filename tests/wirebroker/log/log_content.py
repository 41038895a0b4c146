"""Write to a log and look into it in one line each, for tests whose subject is what becomes of its records."""

from typing import Any

from kafka_codecs.records.batch import BatchHeader, Record, build_batch, iter_batches, read_records
from wirebroker.log.cleaner import Means, clean, dirtiness_of
from wirebroker.log.key_offsets import BYTES_PER_KEY, KeyOffsets
from wirebroker.log.partition_log import Appended, PartitionLog

NOW = 1_700_000_000_000


def batch_of(*pairs: tuple[bytes | None, bytes | None], timestamp: int = NOW, **options: Any) -> memoryview:
    """Build a batch of these keys and values, all with one timestamp."""
    records = [Record(offset_delta=n, key=key, value=value) for n, (key, value) in enumerate(pairs)]
    return memoryview(build_batch(records, base_timestamp=timestamp, **options))


def append(log: PartitionLog, *pairs: tuple[bytes | None, bytes | None], **options: Any) -> Appended:
    return append_batch(log, batch_of(*(pairs or [(b"k", b"v")]), **options))


def append_batch(log: PartitionLog, batch: memoryview, **options: Any) -> Appended:
    return log.append(batch, **({"leader_epoch": 0, "timestamp_ms": NOW} | options))


def read(log: PartitionLog, offset: int = 0, *, max_bytes: int = 1 << 20) -> bytes:
    """Read once, from one segment."""
    found = log.read(offset, max_bytes=max_bytes, upper_offset=log.log_end_offset, at_least_one=True)
    return b"".join(chunk.tobytes() for chunk in found.chunks)


def batches(log: PartitionLog) -> list[BatchHeader]:
    return [header for header, _ in log.batches(0)]


def records(log: PartitionLog) -> list[tuple[int, bytes | None, bytes | None]]:
    """Return (offset, key, value) of all records that are there, those of markers left out."""
    return [
        (header.base_offset + record.offset_delta, record.key, record.value)
        for header, batch in log.batches(0)
        if not header.is_control
        for record in read_records(batch)
    ]


def base_offsets(data: bytes) -> list[int]:
    return [header.base_offset for _, header in iter_batches(data)]


def carry_out(work: Any) -> int:
    """Do all steps of a compaction at once, and return how many there were."""
    steps, result = 0, None
    try:
        while True:
            step = work.send(result)
            result = None if step is None else step()
            steps += 1
    except StopIteration:
        return steps


def compact(log: PartitionLog, *, now_ms: int = NOW, keys: int = 1000) -> bool:
    """Compact once, with room for that many keys, if the log is dirty enough."""
    dirt = dirtiness_of(log, now_ms)
    if dirt is None:
        return False
    carry_out(clean(log, dirt, Means(KeyOffsets(keys * BYTES_PER_KEY)), now_ms))
    return True
