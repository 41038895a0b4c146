"""Writing a snapshot of the metadata (Kafka's ``RecordsSnapshotWriter``); ``snapshots`` says what it looks like.

Imported when there is one to take: a start does not wait for it.
"""

from collections.abc import Iterator, Mapping, Sequence

from kafka_codecs.compile import encode
from kafka_codecs.internal.control_records import SnapshotFooterRecord, SnapshotHeaderRecord
from kafka_codecs.records.batch import Record, build_batch
from kafka_codecs.records.control import ControlType, control_key
from wirebroker.metadata.framing import encode_record
from wirebroker.metadata.image import ClusterImage
from wirebroker.metadata.image_records import image_records

_RECORDS_A_BATCH = 1000


def snapshot_batches(
    image: ClusterImage, epoch: int, raft: Mapping[ControlType, bytes], *, contained_ms: int, now_ms: int
) -> Iterator[bytearray]:
    """Write an image as the batches of a snapshot, one at a time: the caller may do other things in between.

    ``contained_ms`` is the timestamp of the last record that the snapshot stands for, ``raft`` the control records that
    go with it.
    """
    header = SnapshotHeaderRecord(version=0, last_contained_log_timestamp=contained_ms)
    control = [(ControlType.SNAPSHOT_HEADER, encode(SnapshotHeaderRecord, 0, header)), *sorted(raft.items())]
    offset = 0
    first = [Record(key=control_key(kind), value=value) for kind, value in control]
    yield _batch(first, offset, epoch, now_ms, control=True)
    offset += len(control)
    waiting: list[Record] = []
    for record in image_records(image):
        waiting.append(Record(value=encode_record(record)))
        if len(waiting) == _RECORDS_A_BATCH:
            yield _batch(waiting, offset, epoch, now_ms)
            offset += len(waiting)
            waiting = []
    if waiting:
        yield _batch(waiting, offset, epoch, now_ms)
        offset += len(waiting)
    footer = encode(SnapshotFooterRecord, 0, SnapshotFooterRecord(version=0))
    last = [Record(key=control_key(ControlType.SNAPSHOT_FOOTER), value=footer)]
    yield _batch(last, offset, epoch, now_ms, control=True)


def _batch(records: Sequence[Record], offset: int, epoch: int, now_ms: int, *, control: bool = False) -> bytearray:
    for delta, record in enumerate(records):
        record.offset_delta = delta
    return build_batch(
        records, base_offset=offset, partition_leader_epoch=epoch, base_timestamp=now_ms, control=control
    )
