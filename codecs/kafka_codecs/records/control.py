"""Control records: the end of a transaction, and what Kafka's own log of metadata marks.

A control batch (bit 5 of the attributes) holds one record of which key and value are small structures::

    key    version i16 | type i16
    value  version i16 | coordinator epoch i32          (ABORT and COMMIT; the others hold flexible messages)
"""

from enum import IntEnum
from struct import Struct

from kafka_codecs.records.batch import build_batch
from kafka_codecs.records.corrupt import CorruptBatch
from kafka_codecs.records.record import Record

_KEY = Struct(">hh")
_MARKER = Struct(">hi")


class ControlType(IntEnum):
    """What a control record says (Kafka's ``ControlRecordType``)."""

    ABORT = 0
    COMMIT = 1
    LEADER_CHANGE = 2
    SNAPSHOT_HEADER = 3
    SNAPSHOT_FOOTER = 4
    KRAFT_VERSION = 5
    KRAFT_VOTERS = 6


def control_key(kind: ControlType) -> bytes:
    return _KEY.pack(0, kind)


def read_control_key(key: bytes | None) -> ControlType | None:
    """Read the kind of a control record; None for a kind that is not known, which readers pass over.

    Raises CorruptBatch for a key that is not one, or of a version below 0.
    """
    if key is None or len(key) < _KEY.size:
        raise CorruptBatch(f"the key of a control record has {_KEY.size} bytes or more, not {key!r}")
    version, kind = _KEY.unpack_from(key)
    if version < 0:
        raise CorruptBatch(f"a control record of version {version}")
    return ControlType(kind) if kind in ControlType._value2member_map_ else None


def read_coordinator_epoch(value: bytes | None) -> int:
    """Read the value of an ABORT or COMMIT: the epoch of the transaction coordinator. Raises CorruptBatch."""
    if value is None or len(value) < _MARKER.size:
        raise CorruptBatch(f"the value of a transaction marker has {_MARKER.size} bytes or more, not {value!r}")
    version, epoch = _MARKER.unpack_from(value)
    if version < 0:
        raise CorruptBatch(f"a transaction marker of version {version}")
    return int(epoch)


def build_transaction_marker(
    kind: ControlType, *, producer_id: int, producer_epoch: int, coordinator_epoch: int, timestamp_ms: int
) -> bytearray:
    """Build the batch that ends a producer's transaction in one partition."""
    record = Record(key=control_key(kind), value=_MARKER.pack(0, coordinator_epoch))
    return build_batch(
        [record],
        base_timestamp=timestamp_ms,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        transactional=True,
        control=True,
    )
