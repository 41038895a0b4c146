"""The byte layouts of a log directory, each drawn once. They are Apache Kafka's, so that its tools read our files.

    <topic>-<partition>/                     (or <topic>-<partition>.<unique id>-delete, -stray on its way out)
        00000000000000000000.log             record batches, back to back, as they came over the wire
        00000000000000000000.index           u32 offset - base of a batch's last record | u32 position of the batch
        00000000000000000000.timeindex       i64 largest timestamp so far | u32 offset - base of its batch's last record
        00000000000000000000.txnindex        i16 version 0 | i64 producer id | i64 first offset | i64 last offset (the
                                             marker's) | i64 last stable offset, of each aborted transaction
        00000000000000000042.snapshot        producers at offset 42: see ``pack_snapshot``
        leader-epoch-checkpoint              checkpoint: <epoch> <first offset>
        partition.metadata                   version: 0, topic_id: <uuid>
        damaged-offsets-checkpoint           where records that were safe cannot be read any more; ours, Kafka has none
    meta.properties                          version, cluster.id, node.id, directory.id
    recovery-point-offset-checkpoint         checkpoint: <topic> <partition> <offset>; also log-start-offset-checkpoint
    replication-offset-checkpoint            and this one, which holds high watermarks
    cleaner-offset-checkpoint                and this one: up to where logs are compacted
    .kafka_cleanshutdown                     there only between a clean stop and the next start
    .lock                                    locked while a broker uses the directory

All numbers are big-endian. A checkpoint is text: the version 0, the number of lines that follow, the lines
(``CheckpointFile``). Whatever is not as drawn here raises FormatError; its text names the file's fault, not its name.
"""

from collections.abc import Iterable, Mapping
from struct import Struct, error
from typing import NamedTuple

import msgspec

from kafka_codecs.records.checksum import crc32c
from kafka_codecs.wire import uuid_bytes, uuid_text

__all__ = [
    "CLEANER_OFFSETS",
    "CLEAN_SHUTDOWN",
    "DELETE_SUFFIX",
    "INDEX_ENTRY",
    "LEADER_EPOCHS",
    "LOG_START_OFFSETS",
    "META_PROPERTIES",
    "PARTITION_METADATA",
    "RECOVERY_POINTS",
    "REPLICATION_OFFSETS",
    "SEGMENT_SUFFIXES",
    "STRAY_SUFFIX",
    "TIME_INDEX_ENTRY",
    "TRANSACTION_INDEX_ENTRY",
    "Aborted",
    "FormatError",
    "MetaProperties",
    "ProducerSnapshotEntry",
    "base_offset_of",
    "pack_clean_shutdown",
    "pack_meta_properties",
    "pack_partition_metadata",
    "pack_snapshot",
    "partition_of",
    "read_epochs",
    "read_meta_properties",
    "read_number_table",
    "read_partition_metadata",
    "read_partition_offsets",
    "read_snapshot",
    "segment_file",
    "write_epochs",
    "write_number_table",
    "write_partition_offsets",
]

META_PROPERTIES = "meta.properties"
CLEAN_SHUTDOWN = ".kafka_cleanshutdown"
CLEANER_OFFSETS = "cleaner-offset-checkpoint"
RECOVERY_POINTS = "recovery-point-offset-checkpoint"
LOG_START_OFFSETS = "log-start-offset-checkpoint"
REPLICATION_OFFSETS = "replication-offset-checkpoint"
LEADER_EPOCHS = "leader-epoch-checkpoint"
PARTITION_METADATA = "partition.metadata"
DELETE_SUFFIX = "-delete"
STRAY_SUFFIX = "-stray"
SEGMENT_SUFFIXES = ("log", "index", "timeindex", "txnindex", "snapshot")

INDEX_ENTRY = Struct(">II")
TIME_INDEX_ENTRY = Struct(">qI")
TRANSACTION_INDEX_ENTRY = Struct(">hqqqq")

_SNAPSHOT_HEADER = Struct(">hIi")  # version 1 | CRC-32C of all that follows it | number of producers
_SNAPSHOT_CRC_END = 6
_SNAPSHOT_ENTRY = Struct(">qhiqiqiq")


class FormatError(Exception):
    """Bytes in a data directory that are not what they should be."""


def segment_file(base_offset: int, suffix: str) -> str:
    """Return the name of a segment's file; ``suffix`` is ``log``, ``index``, ``timeindex`` or ``snapshot``."""
    return f"{base_offset:020d}.{suffix}"


def base_offset_of(name: str, suffix: str) -> int | None:
    """Return the offset in a segment file's name, None for any other name."""
    digits, _, rest = name.partition(".")
    return int(digits) if rest == suffix and len(digits) == 20 and digits.isdecimal() else None


def partition_of(directory: str) -> tuple[str, int] | None:
    """Return topic and partition of a partition's directory, None for a name of any other kind."""
    topic, _, partition = directory.rpartition("-")
    return (topic, int(partition)) if topic and partition.isdecimal() else None


class Aborted(NamedTuple):
    """An entry of a transaction index: ``last_offset`` is the marker's.

    ``last_stable_offset`` is what it was once the marker was written: no transaction that is listed later, here or in
    a later segment, begins below it.
    """

    producer_id: int
    first_offset: int
    last_offset: int
    last_stable_offset: int


# ---- checkpoints


def _write_checkpoint(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in ["0", str(len(lines)), *lines]).encode()


def _read_checkpoint(data: bytes) -> list[list[str]]:
    lines = data.decode(errors="replace").splitlines()
    if len(lines) < 2 or lines[0] != "0":
        raise FormatError(f"a checkpoint of version {lines[0] if lines else 'none'!r}, expected 0")
    if not lines[1].isdecimal() or int(lines[1]) != len(lines) - 2:
        raise FormatError(f"a checkpoint that announces {lines[1]} lines and has {len(lines) - 2}")
    return [line.split() for line in lines[2:]]


def _number(text: str, largest: int) -> int:
    """Read a number of a checkpoint: none of them is negative."""
    if not text.isdecimal() or int(text) > largest:
        raise FormatError(f"{text!r} where a number up to {largest} is expected")
    return int(text)


def write_partition_offsets(offsets: Mapping[tuple[str, int], int]) -> bytes:
    return _write_checkpoint([f"{topic} {partition} {offset}" for (topic, partition), offset in offsets.items()])


def read_partition_offsets(data: bytes) -> dict[tuple[str, int], int]:
    offsets = {}
    for line in _read_checkpoint(data):
        if len(line) != 3:
            raise FormatError(f"a line of {len(line)} words, expected topic, partition, offset")
        offsets[line[0], _number(line[1], 2**31 - 1)] = _number(line[2], 2**63 - 1)
    return offsets


def write_number_table(rows: Iterable[Iterable[int]]) -> bytes:
    """Write a checkpoint that Kafka does not have: lines of numbers."""
    return _write_checkpoint([" ".join(map(str, row)) for row in rows])


def read_number_table(data: bytes, width: int) -> list[list[int]]:
    table = [[_number(word, 2**63 - 1) for word in line] for line in _read_checkpoint(data)]
    if any(len(row) != width for row in table):
        raise FormatError(f"a line that is not {width} numbers")
    return table


def write_epochs(epochs: Iterable[tuple[int, int]]) -> bytes:
    return _write_checkpoint([f"{epoch} {offset}" for epoch, offset in epochs])


def read_epochs(data: bytes) -> list[tuple[int, int]]:
    """Return (epoch, first offset), both rising."""
    epochs: list[tuple[int, int]] = []
    for line in _read_checkpoint(data):
        if len(line) != 2:
            raise FormatError(f"a line of {len(line)} words, expected epoch and offset")
        entry = _number(line[0], 2**31 - 1), _number(line[1], 2**63 - 1)
        if epochs and not (entry[0] > epochs[-1][0] and entry[1] >= epochs[-1][1]):
            raise FormatError(f"epoch {entry[0]} at {entry[1]} after epoch {epochs[-1][0]} at {epochs[-1][1]}")
        epochs.append(entry)
    return epochs


# ---- properties


class MetaProperties(msgspec.Struct, frozen=True):
    """Whose directory this is. Ids are uuids as text, 22 characters, as Kafka writes them."""

    cluster_id: str
    node_id: int
    directory_id: str


def pack_meta_properties(meta: MetaProperties) -> bytes:
    return (
        f"#\ncluster.id={meta.cluster_id}\ndirectory.id={meta.directory_id}\nnode.id={meta.node_id}\nversion=1\n"
    ).encode()


def read_meta_properties(data: bytes) -> MetaProperties:
    values = _fields(data, "=")
    if values.get("version") != "1":
        raise FormatError(f"version={values.get('version')}, expected 1")
    try:
        return MetaProperties(values["cluster.id"], int(values["node.id"]), values["directory.id"])
    except KeyError as missing:
        raise FormatError(f"{missing.args[0]} is missing") from None
    except ValueError:
        raise FormatError(f"node.id={values['node.id']} is not a number") from None


def pack_partition_metadata(topic_id: bytes) -> bytes:
    return f"version: 0\ntopic_id: {uuid_text(topic_id)}".encode()


def read_partition_metadata(data: bytes) -> bytes:
    """Return the topic id."""
    values = _fields(data, ":")
    if values.get("version") != "0":
        raise FormatError(f"version: {values.get('version')}, expected 0")
    try:
        return uuid_bytes(values["topic_id"])
    except KeyError:
        raise FormatError("topic_id is missing") from None
    except ValueError:
        raise FormatError(f"topic_id: {values['topic_id']} is not a uuid") from None


def _fields(data: bytes, separator: str) -> dict[str, str]:
    fields = {}
    for line in data.decode(errors="replace").splitlines():
        if line.strip() and not line.startswith(("#", "!")):
            name, _, value = line.partition(separator)
            fields[name.strip()] = value.strip()
    return fields


def pack_clean_shutdown(broker_epoch: int) -> bytes:
    """Kafka reads the epoch of the broker that stopped here, to prove a clean stop when it registers again (KIP-966).

    -1 claims nothing.
    """
    return b'{"version":0,"brokerEpoch":%d}' % broker_epoch


# ---- producer snapshots


class ProducerSnapshotEntry(msgspec.Struct, frozen=True):
    """One producer in a ``.snapshot``: its last batch, or -1, 0 where it has none, and its open transaction or -1."""

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp: int
    coordinator_epoch: int
    current_txn_first_offset: int


def pack_snapshot(entries: Iterable[ProducerSnapshotEntry]) -> bytes:
    """Kafka's ``ProducerSnapshot``, version 1.

    i16 version | u32 CRC-32C of the rest | i32 n | n times: i64 producer id, i16 epoch, i32 last sequence,
    i64 last offset, i32 offset delta, i64 timestamp, i32 coordinator epoch, i64 first offset of the open transaction
    """
    packed = [_SNAPSHOT_ENTRY.pack(*msgspec.structs.astuple(entry)) for entry in entries]
    data = bytearray(_SNAPSHOT_HEADER.pack(1, 0, len(packed))) + b"".join(packed)
    _SNAPSHOT_HEADER.pack_into(data, 0, 1, crc32c()(bytes(data[_SNAPSHOT_CRC_END:])), len(packed))
    return bytes(data)


def read_snapshot(data: bytes) -> list[ProducerSnapshotEntry]:
    try:
        version, crc, count = _SNAPSHOT_HEADER.unpack_from(data)
    except error:
        raise FormatError(f"a snapshot of {len(data)} bytes") from None
    if version != 1:
        raise FormatError(f"a snapshot of version {version}, expected 1")
    if crc != crc32c()(data[_SNAPSHOT_CRC_END:]):
        raise FormatError("a snapshot with a wrong checksum")
    if len(data) != _SNAPSHOT_HEADER.size + count * _SNAPSHOT_ENTRY.size:
        raise FormatError(f"a snapshot of {len(data)} bytes for {count} producers")
    return [ProducerSnapshotEntry(*entry) for entry in _SNAPSHOT_ENTRY.iter_unpack(data[_SNAPSHOT_HEADER.size :])]
