"""A partition that Apache Kafka 4.4.0 wrote, opened and compacted here, and what Kafka's own cleaner left of it."""

import re
import shutil
from pathlib import Path

import pytest
from log_content import compact

from kafka_codecs.records.batch import read_records
from kafka_codecs.wire import uuid_bytes
from wirebroker.log.files import DiskFiles
from wirebroker.log.storage import Storage

HERE = Path(__file__).parent / "kafka_compaction"
COMPACTED_AT = 1_795_534_160_000
CONFIG = {
    "cleanup_policy": "compact",
    "internal_segment_bytes": "4000",
    "index_interval_bytes": "500",
    "min_cleanable_dirty_ratio": "0",
    "delete_retention_ms": "3000",
}


@pytest.fixture
def opened(tmp_path, config):
    """``opened("before")``: the log in that directory, as a broker finds it after a crash."""

    def open_(which):
        root = tmp_path / which
        shutil.copytree(HERE / which, root / "orders-0")
        metadata = (root / "orders-0" / "partition.metadata").read_text()
        topic_id = uuid_bytes(re.search(r"topic_id: (\S+)", metadata)[1])
        storage = Storage.open(DiskFiles(root), node_id=1, new_id=lambda: "x" * 22)
        return storage.open_log("orders", 0, topic_id, config(**CONFIG))

    return open_


def seen(log):
    """All that can be seen of batches, but for the time of their compaction and the size of what is compressed."""
    return [
        (
            segment.base_offset,
            header.base_offset,
            header.last_offset_delta,
            header.partition_leader_epoch,
            header.attributes,
            None if header.has_delete_horizon else header.base_timestamp,
            header.max_timestamp,
            (header.producer_id, header.producer_epoch, header.base_sequence),
            header.records_count,
            None if header.compression else header.size,
            [
                (header.base_offset + record.offset_delta, header.timestamp_of(record), record.key, record.value)
                for record in read_records(batch)
            ],
        )
        for segment in log.segments
        for _, header, batch in segment.batches(0)
    ]


def test_it_opens_with_its_records_producers_and_transactions(opened):
    """The transaction index is made anew, since nobody says up to where the files are safe; Kafka's is the same."""
    log = opened("before")
    assert (log.log_start_offset, log.log_end_offset, log.last_stable_offset) == (0, 175, 175)
    assert log.leader_epochs.entries == [(0, 0)]
    assert len(log.producers.entries) == 5
    written = [(HERE / "before" / f"{segment.base_offset:020d}.txnindex") for segment in log.segments]
    there = [path.read_bytes() if path.exists() else b"" for path in written]
    assert [bytes(segment.transaction_index.file.read(0, 1 << 20)) for segment in log.segments] == there
    assert sum(map(len, there)) == 7 * 34


def test_compaction_leaves_what_kafkas_cleaner_leaves(opened):
    ours, kafkas = opened("before"), opened("after")
    assert seen(ours) != seen(kafkas)
    assert compact(ours, now_ms=COMPACTED_AT)
    assert seen(ours) == seen(kafkas)
    assert ours.cleaned_to == 174


def test_aborted_transactions_are_listed_as_by_kafkas_cleaner(opened):
    ours = opened("before")
    compact(ours, now_ms=COMPACTED_AT)
    written = [HERE / "after" / f"{segment.base_offset:020d}.txnindex" for segment in ours.segments]
    there = [path.read_bytes() if path.exists() else b"" for path in written]
    assert [bytes(segment.transaction_index.file.read(0, 1 << 20)) for segment in ours.segments] == there


def test_the_indexes_are_those_of_kafkas_cleaner_where_sizes_agree(opened):
    """Only segments without compressed batches: another library compresses to other sizes."""
    ours = opened("before")
    compact(ours, now_ms=COMPACTED_AT)
    for segment in ours.segments[:-1]:
        if not any(header.compression for _, header in segment.headers(0)):
            for kind, index in (("index", segment.index), ("timeindex", segment.time_index)):
                kafkas = (HERE / "after" / f"{segment.base_offset:020d}.{kind}").read_bytes()
                assert bytes(index.file.read(0, 1 << 20)) == kafkas
