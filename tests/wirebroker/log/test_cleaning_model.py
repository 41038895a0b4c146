"""A compacted log against a simple model: any appends, transactions, compactions, deletions, stops and crashes.

The model keeps every record ever written, and says of each whether it must be there, may be there, or must not. It
knows nothing of segments but where the log says that they begin.
"""

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from log_content import append_batch, batch_of, carry_out, records

from kafka_codecs.records.batch import Compression, crc_is_valid
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.log.cleaner import Means, clean, dirtiness_of
from wirebroker.log.files import DiskFiles, Files
from wirebroker.log.key_offsets import BYTES_PER_KEY, KeyOffsets
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.partition_log import Origin
from wirebroker.log.storage import Storage

NOW = 1_700_000_000_000
ID = bytes(range(16))
DELETE_RETENTION = 1000
CONFIG = TopicConfig.of(
    {
        "cleanup.policy": "compact,delete",
        "internal.segment.bytes": "500",
        "index.interval.bytes": "100",
        "min.cleanable.dirty.ratio": "0",
        "delete.retention.ms": str(DELETE_RETENTION),
        "retention.ms": "100000",
    },
    BrokerConfig.of({}),
)
KEYS = st.sampled_from([b"a", b"b", b"c", b"d" * 40])


class Written:
    """A record that was appended. ``status``: committed, open or aborted."""

    def __init__(self, offset, key, value, timestamp, producer=None):
        self.offset = offset
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.producer = producer
        self.status = "committed" if producer is None else "open"


class CleaningMachine(RuleBasedStateMachine):
    files: Files

    def __init__(self):
        super().__init__()
        self.written: list[Written] = []
        self.cleaned_to = 0
        self.clock = NOW
        self.numbers = itertools.count()
        self.sequences = {1: 0, 2: 0}
        self.last_offsets: dict[int, int] = {}  # producer -> the last offset of its last batch
        self.cleaned_at: dict[int, int] = {}  # offset of a tombstone -> when it was first looked at
        self.files = self.make_files()
        self.start()

    def make_files(self) -> Files:
        return MemoryFiles()

    def start(self):
        self.storage = Storage.open(self.files, node_id=1, new_id=lambda: "x" * 22)
        self.log = self.storage.open_log("orders", 0, ID, CONFIG)

    # ---- appends

    @rule(
        keys=st.lists(KEYS, min_size=1, max_size=5),
        tombstones=st.integers(0, 31),
        codec=st.sampled_from([Compression.NONE, Compression.NONE, Compression.GZIP]),
        producer=st.sampled_from([None, None, 1, 2]),
        ending=st.sampled_from([None, True, True, False]),
    )
    def append(self, keys, tombstones, codec, producer, ending):
        self.clock += 10
        pairs = [
            (key, None if tombstones >> n & 1 else b"%d" % next(self.numbers) + bytes(20)) for n, key in enumerate(keys)
        ]
        options = {}
        if producer is not None:
            options = {"producer_id": producer, "producer_epoch": 0, "base_sequence": self.sequences[producer]}
            options["transactional"] = True
            self.sequences[producer] += len(pairs)
        batch = batch_of(*pairs, timestamp=self.clock, compression=codec, **options)
        base = append_batch(self.log, batch, timestamp_ms=self.clock).base_offset
        self.written += [Written(base + n, *pair, self.clock, producer) for n, pair in enumerate(pairs)]
        if producer is not None:
            self.last_offsets[producer] = base + len(pairs) - 1
            if ending is not None:
                self.end_transaction(producer, abort=ending)

    @precondition(lambda self: any(record.status == "open" for record in self.written))
    @rule(abort=st.booleans())
    def end_transactions(self, abort):
        for producer in sorted({record.producer for record in self.written if record.status == "open"}):
            self.end_transaction(producer, abort=abort)

    def end_transaction(self, producer, *, abort):
        kind = ControlType.ABORT if abort else ControlType.COMMIT
        marker = build_transaction_marker(
            kind, producer_id=producer, producer_epoch=0, coordinator_epoch=0, timestamp_ms=self.clock
        )
        append_batch(self.log, memoryview(marker), timestamp_ms=self.clock, origin=Origin.COORDINATOR)
        for record in self.written:
            if record.status == "open" and record.producer == producer:
                record.status = "aborted" if abort else "committed"

    # ---- what takes away

    @rule(keys=st.sampled_from([1, 2, 1000]))
    def compact(self, keys):
        dirt = dirtiness_of(self.log, self.clock)
        if dirt is not None:
            before = self.lasting_tombstones()
            assert carry_out(clean(self.log, dirt, Means(KeyOffsets(keys * BYTES_PER_KEY)), self.clock)) > 0
            assert self.log.cleaned_to > dirt.first_dirty
            assert not any(name.endswith((".cleaned", ".swap")) for name in self.files.names("orders-0"))
            for offset in before - self.lasting_tombstones():
                first = self.cleaned_at.get(offset, self.clock)
                assert self.clock >= first + DELETE_RETENTION, "it went before its time"
            for offset, _, value in records(self.log):
                if value is None and offset < dirt.first_uncleanable:
                    self.cleaned_at.setdefault(offset, self.clock)

    def lasting_tombstones(self):
        """The tombstones that are there, and are their keys' last records."""
        last = {record.key: record for record in self.written if record.status == "committed"}
        there = {offset for offset, _, value in records(self.log) if value is None}
        return there & {record.offset for record in last.values()}

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def delete_records(self, data):
        end = self.log.high_watermark
        start = data.draw(st.integers(self.log.log_start_offset, end))
        assert self.log.delete_records(start) == start

    @rule()
    def delete_old_segments(self):
        before, there = self.log.log_start_offset, {offset for offset, _, _ in records(self.log)}
        gone = self.log.delete_old_segments(self.clock)
        assert self.log.log_start_offset >= before
        assert gone >= 0
        first = self.log.segments[0].base_offset
        young = [
            r.offset for r in self.written if r.offset in there and self.clock - r.timestamp <= CONFIG.retention_ms
        ]
        assert not gone or first <= max(before, min(young, default=self.log.log_end_offset))

    @rule(step=st.sampled_from([0, DELETE_RETENTION, 50_000]))
    def time_passes(self, step):
        self.clock += step

    # ---- stops

    def restarted(self):
        start, end = self.log.log_start_offset, self.log.log_end_offset
        self.start()
        assert self.log.log_end_offset == end
        for producer, entry in self.log.producers.entries.items():
            if not entry.batches:  # known by a marker alone, as in Kafka: it has to begin anew
                self.sequences[producer] = 0
                self.last_offsets.pop(producer, None)
        return start

    @rule()
    def stop_and_start(self):
        self.storage.checkpoint()
        self.log._keeper.begin_cleaner_checkpoint().carry_out()
        self.storage.close()
        assert self.restarted() == self.log.log_start_offset

    @rule(checkpoint=st.booleans(), snapshots=st.booleans())
    def crash(self, checkpoint, snapshots):
        if not snapshots:
            for name in self.files.names("orders-0"):
                if name.endswith(".snapshot"):
                    self.files.remove(f"orders-0/{name}")
        if checkpoint:
            self.storage.checkpoint()
        self.log.let_go()
        self.log._keeper.release()
        assert self.log.log_start_offset <= self.restarted() or not checkpoint

    # ---- what must hold

    @invariant()
    def each_record_is_there_or_has_a_reason_not_to_be(self):
        there = {(offset, key, value) for offset, key, value in records(self.log)}
        start, first = self.log.log_start_offset, self.log.segments[0].base_offset
        by_offset = {record.offset: record for record in self.written}
        assert there <= {(r.offset, r.key, r.value) for r in self.written}, "nothing is made up"
        last = {record.key: record for record in self.written if record.status == "committed"}
        for record in self.written:
            if (record.offset, record.key, record.value) in there or record.offset < max(start, first):
                continue
            assert record.status != "open"
            superseded = last.get(record.key) is not record
            assert record.status == "aborted" or superseded or record.value is None
        assert len(by_offset) == len(self.written)

    @invariant()
    def batches_are_sound_and_in_order(self):
        offset = -1
        for header, batch in self.log.batches(0):
            assert header.base_offset > offset
            assert crc_is_valid(batch, 0, len(batch))
            offset = header.last_offset

    @invariant()
    def a_reader_of_committed_data_sees_no_aborted_record(self):
        """By what a consumer does with the list: skip a producer's batches from the first offset on, to the marker."""
        log = self.log
        offset, upper = log.log_start_offset, log.last_stable_offset
        seen = set()
        while offset < upper:
            found = log.read(offset, max_bytes=500, upper_offset=upper, at_least_one=True, with_aborted=True)
            if not found.size:
                break
            seen |= _visible(b"".join(chunk.tobytes() for chunk in found.chunks), found.aborted)
            offset = found.next_offset
        aborted = {record.offset for record in self.written if record.status != "committed"}
        assert not seen & aborted

    @invariant()
    def the_last_sequences_are_known(self):
        for producer, sequence in self.sequences.items():
            if self.last_offsets.get(producer, -1) >= self.log.log_start_offset:
                assert self.log.producers.entries[producer].last_sequence == sequence - 1

    def teardown(self):
        self.storage.close()


def _visible(data, aborted):
    """Return the offsets that a consumer at read_committed hands out (``CompletedFetch`` in Kafka's clients)."""
    from kafka_codecs.records.batch import iter_batches, read_records
    from kafka_codecs.records.control import read_control_key

    coming = sorted(aborted, key=lambda transaction: transaction.first_offset)
    skipped, seen = set(), set()
    for at, header in iter_batches(data):
        while coming and coming[0].first_offset <= header.last_offset:
            skipped.add(coming.pop(0).producer_id)
        content = read_records(data, at)
        if header.is_control:
            if content and read_control_key(content[0].key) is ControlType.ABORT:
                skipped.discard(header.producer_id)
            continue
        if not (header.is_transactional and header.producer_id in skipped):
            seen |= {header.base_offset + record.offset_delta for record in content}
    return seen


class DiskCleaningMachine(CleaningMachine):
    def make_files(self) -> Files:
        self.directory = Path(tempfile.mkdtemp())
        return DiskFiles(self.directory)

    def teardown(self):
        super().teardown()
        shutil.rmtree(self.directory)


TestMemory = CleaningMachine.TestCase
TestMemory.settings = settings(deadline=None, max_examples=60, stateful_step_count=40)
TestDisk = DiskCleaningMachine.TestCase
TestDisk.settings = settings(deadline=None, max_examples=15, stateful_step_count=40)
