"""Byte layouts: what is written is what Kafka writes, and each field's wrong value is found."""

import pytest

from wirebroker.log.format import (
    FormatError,
    MetaProperties,
    ProducerSnapshotEntry,
    base_offset_of,
    pack_clean_shutdown,
    pack_meta_properties,
    pack_partition_metadata,
    pack_snapshot,
    partition_of,
    read_epochs,
    read_meta_properties,
    read_partition_metadata,
    read_partition_offsets,
    read_snapshot,
    segment_file,
    write_epochs,
    write_partition_offsets,
)


def test_segment_files_are_named_by_their_base_offset():
    assert segment_file(42, "timeindex") == "00000000000000000042.timeindex"
    assert base_offset_of("00000000000000000042.log", "log") == 42


@pytest.mark.parametrize(
    "name",
    ["00000000000000000042.index", "42.log", "0000000000000000004x.log", "00000000000000000042.log.deleted", ".log"],
)
def test_other_names_are_no_segments(name):
    assert base_offset_of(name, "log") is None


def test_partition_directories():
    assert partition_of("my-topic.v1-12") == ("my-topic.v1", 12)
    assert partition_of("orders-0.0123-delete") is None
    assert partition_of("-3") is None
    assert partition_of("meta.properties") is None


def test_a_checkpoint_of_offsets():
    offsets = {("orders", 0): 5, ("my-topic", 12): 2**63 - 1}
    assert write_partition_offsets(offsets) == b"0\n2\norders 0 5\nmy-topic 12 9223372036854775807\n"
    assert read_partition_offsets(write_partition_offsets(offsets)) == offsets
    assert read_partition_offsets(b"0\n0\n") == {}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "version 'none'"),
        (b"1\n0\n", "version '1'"),
        (b"0\n2\norders 0 5\n", "announces 2 lines and has 1"),
        (b"0\n0\norders 0 5\n", "announces 0 lines and has 1"),
        (b"0\n-1\n", "announces -1"),
        (b"0\n1\norders 0\n", "2 words"),
        (b"0\n1\norders x 5\n", "'x'"),
        (b"0\n1\norders 0 -5\n", "'-5'"),
        (b"0\n1\norders 0 9223372036854775808\n", "'9223372036854775808'"),
        (b"0\n1\n\xff\xfe 2147483648 0\n", "'2147483648'"),
    ],
)
def test_a_broken_checkpoint_of_offsets(data, fault):
    with pytest.raises(FormatError, match=fault):
        read_partition_offsets(data)


def test_a_checkpoint_of_epochs():
    assert write_epochs([(0, 0), (2, 10)]) == b"0\n2\n0 0\n2 10\n"
    assert read_epochs(b"0\n2\n0 0\n2 10\n") == [(0, 0), (2, 10)]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (b"0 0\n0 5", "epoch 0 at 5 after"),
        (b"0 5\n1 4", "epoch 1 at 4 after"),
        (b"-1 0\n1 4", "'-1'"),
        (b"0 0 0\n1 4", "3 words"),
    ],
)
def test_a_broken_checkpoint_of_epochs(lines, fault):
    with pytest.raises(FormatError, match=fault):
        read_epochs(b"0\n2\n" + lines + b"\n")


META = MetaProperties("MkU3OEVBNTcwNTJENDM2Qg", 7, "AAAAAAAAAAAAAAAAAAAAZA")


def test_meta_properties():
    text = pack_meta_properties(META).decode()
    assert text.splitlines()[1:] == [
        "cluster.id=MkU3OEVBNTcwNTJENDM2Qg",
        "directory.id=AAAAAAAAAAAAAAAAAAAAZA",
        "node.id=7",
        "version=1",
    ]
    assert read_meta_properties(text.encode()) == META
    assert read_meta_properties(
        b"#Sat Jan 1\n! too\n\nversion = 1\nnode.id = 7\ncluster.id=c\n directory.id = d\n"
    ) == (MetaProperties("c", 7, "d"))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version=1", "version=0", "version=0"),
        ("version=1", "", "version=None"),
        ("node.id=7", "node.id=seven", "seven"),
        ("node.id=7", "", "node.id is missing"),
        ("cluster.id=", "cluster=", "cluster.id is missing"),
        ("directory.id=", "directory=", "directory.id is missing"),
    ],
)
def test_broken_meta_properties(old, new, fault):
    with pytest.raises(FormatError, match=fault):
        read_meta_properties(pack_meta_properties(META).decode().replace(old, new).encode())


def test_partition_metadata():
    assert pack_partition_metadata(bytes(15) + b"\x64") == b"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAZA"
    assert read_partition_metadata(b"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAZA\n") == bytes(15) + b"\x64"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "version: None"),
        (b"version: 1\ntopic_id: AAAAAAAAAAAAAAAAAAAAZA", "version: 1"),
        (b"version: 0", "topic_id is missing"),
        (b"version: 0\ntopic_id: AAAA", "AAAA is not a uuid"),
    ],
)
def test_broken_partition_metadata(data, fault):
    with pytest.raises(FormatError, match=fault):
        read_partition_metadata(data)


def test_the_clean_shutdown_marker():
    assert pack_clean_shutdown(-1) == b'{"version":0,"brokerEpoch":-1}'
    assert pack_clean_shutdown(12) == b'{"version":0,"brokerEpoch":12}'


ENTRIES = [
    ProducerSnapshotEntry(1000, 2, 41, 99, 4, 1_700_000_000_000, -1, -1),
    ProducerSnapshotEntry(2**62, 32767, -1, -1, 0, -1, 3, 17),
]


def test_a_snapshot():
    data = pack_snapshot(ENTRIES)
    assert len(data) == 10 + 2 * 46
    assert data[:2] == b"\0\x01"
    assert read_snapshot(data) == ENTRIES
    assert read_snapshot(pack_snapshot([])) == []


def test_a_broken_snapshot():
    data = pack_snapshot(ENTRIES)
    with pytest.raises(FormatError, match="version 2"):
        read_snapshot(b"\0\x02" + data[2:])
    with pytest.raises(FormatError, match="9 bytes"):
        read_snapshot(data[:9])
    for at in range(2, len(data)):
        with pytest.raises(FormatError, match="checksum"):
            read_snapshot(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(FormatError, match="checksum"):
        read_snapshot(data[:-1])


def test_a_snapshot_whose_count_lies():
    one = pack_snapshot(ENTRIES[:1])
    lying = bytearray(pack_snapshot([]))
    lying += one[10:]
    from kafka_codecs.records.checksum import crc32c

    lying[2:6] = crc32c()(bytes(lying[6:])).to_bytes(4)
    with pytest.raises(FormatError, match="56 bytes for 0 producers"):
        read_snapshot(bytes(lying))
