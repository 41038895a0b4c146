"""The log against a list of batches: any appends, reads, stops, crashes and torn tails (hypothesis)."""

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Compression, Record, build_batch, iter_batches, read_records
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.files import DiskFiles, Files
from wirebroker.log.memory_files import MemoryFiles
from wirebroker.log.storage import Storage

NOW = 1_700_000_000_000
ID = bytes(range(16))
CONFIG = TopicConfig.of(
    {"internal.segment.bytes": "1500", "index.interval.bytes": "200", "max.message.bytes": "1000"}, BrokerConfig.of({})
)


class Stored:
    """A batch that the model has."""

    def __init__(self, base_offset, values, timestamps, epoch, producer):
        self.base_offset = base_offset
        self.next_offset = base_offset + len(values)
        self.values = values
        self.timestamps = timestamps
        self.epoch = epoch
        self.producer = producer  # (id, epoch, first sequence) or None


class LogMachine(RuleBasedStateMachine):
    files: Files

    def __init__(self):
        super().__init__()
        self.stored: list[Stored] = []
        self.log_start = self.saved_log_start = 0
        self.recovery_point = self.saved_recovery_point = 0
        self.leader_epoch = 0
        self.clock = NOW
        self.sequences: dict[int, tuple[int, int]] = {}  # producer id -> (epoch, next sequence)
        self.windows: dict[int, list[Stored]] = {}
        self.certain: dict[int, int] = {}  # producer id -> how many of its batches are certainly in the window
        self.counter = itertools.count()
        self.files = self.make_files()
        self.start()

    def make_files(self) -> Files:
        return MemoryFiles()

    def start(self) -> None:
        self.storage = Storage.open(self.files, node_id=1, new_id=lambda: "x" * 22)
        self.log = self.storage.open_log("orders", 0, ID, CONFIG)

    @property
    def end(self) -> int:
        return self.stored[-1].next_offset if self.stored else 0

    # ---- appends

    @initialize(epoch=st.integers(0, 3))
    def first_leader(self, epoch):
        self.leader_epoch = epoch
        self.log.leader_epochs.assign(epoch, 0)

    def build(self, stored: Stored, codec) -> memoryview:
        producer_id, producer_epoch, sequence = stored.producer or (-1, -1, -1)
        records = [
            Record(offset_delta=n, timestamp_delta=timestamp - NOW, key=b"k", value=value)
            for n, (value, timestamp) in enumerate(zip(stored.values, stored.timestamps, strict=True))
        ]
        return memoryview(
            build_batch(
                records,
                base_timestamp=NOW,
                compression=codec,
                producer_id=producer_id,
                producer_epoch=producer_epoch,
                base_sequence=sequence,
            )
        )

    def append(self, stored: Stored, codec=Compression.NONE):
        return self.log.append(self.build(stored, codec), leader_epoch=self.leader_epoch, timestamp_ms=self.clock)

    @rule(
        sizes=st.lists(st.integers(0, 150), min_size=1, max_size=5),
        jumps=st.lists(st.integers(-50, 200), min_size=5, max_size=5),
        codec=st.sampled_from([Compression.NONE, Compression.NONE, Compression.LZ4]),
        producer=st.one_of(st.none(), st.integers(1, 2)),
    )
    def append_batch(self, sizes, jumps, codec, producer):
        values = [next(self.counter).to_bytes(4) + bytes(size) for size in sizes]
        timestamps = [self.clock + jump for jump in jumps[: len(sizes)]]
        self.clock += 20
        identity = None
        if producer is not None:
            epoch, sequence = self.sequences.setdefault(producer, (0, 0))
            identity = producer, epoch, sequence
        stored = Stored(self.end, values, timestamps, self.leader_epoch, identity)
        appended = self.append(stored, codec)
        assert (appended.base_offset, appended.last_offset, appended.duplicate) == (
            self.end,
            stored.next_offset - 1,
            False,
        )
        self.stored.append(stored)
        if producer is not None:
            self.sequences[producer] = epoch, sequence + len(values)
            self.windows[producer] = [*self.windows.get(producer, []), stored][-5:]
            self.certain[producer] = min(5, self.certain.get(producer, 0) + 1)

    @precondition(lambda self: any(self.windows.values()))
    @rule(data=st.data())
    def repeat_batch(self, data):
        """A retry within the window answers the first offsets; an older one is refused; neither is appended."""
        producer = data.draw(st.sampled_from([producer for producer, window in self.windows.items() if window]))
        window = self.windows[producer]
        back = data.draw(st.integers(1, len(window)))
        stored = window[-back]
        if stored.producer[1] != self.sequences[producer][0]:
            return
        refused = None
        try:
            appended = self.append(stored)
        except KafkaError as error:
            refused = error.code
        if back <= self.certain[producer] or refused is None:
            assert (refused, appended.base_offset, appended.duplicate) == (None, stored.base_offset, True)
        else:
            assert refused == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
        assert self.log.log_end_offset == self.end

    @rule(producer=st.integers(1, 2), gap=st.integers(1, 10))
    def leave_a_gap(self, producer, gap):
        if self.windows.get(producer):
            epoch, sequence = self.sequences[producer]
            with pytest.raises(KafkaError) as refused:
                self.append(Stored(0, [b"v"], [self.clock], 0, (producer, epoch, sequence + gap)))
            assert refused.value.code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER

    @rule(producer=st.integers(1, 2))
    def new_producer_epoch(self, producer):
        if producer in self.sequences:
            self.sequences[producer] = self.sequences[producer][0] + 1, 0

    @rule(step=st.integers(1, 3))
    def new_leader(self, step):
        self.leader_epoch += step
        self.log.leader_epochs.assign(self.leader_epoch, self.end)

    # ---- reads

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), max_bytes=st.integers(0, 3000), at_least_one=st.booleans())
    def read(self, data, max_bytes, at_least_one):
        offset = data.draw(st.integers(self.log_start, self.end))
        upper = data.draw(st.sampled_from([stored.next_offset for stored in self.stored]))
        found = self.log.read(offset, max_bytes=max_bytes, upper_offset=upper, at_least_one=at_least_one)
        content = b"".join(chunk.tobytes() for chunk in found.chunks)
        assert len(content) == found.size
        expected = [stored for stored in self.stored if stored.next_offset > offset and stored.base_offset < upper]
        got = list(iter_batches(content))
        assert sum(header.size for _, header in got) == len(content)
        for (at, header), stored in zip(got, expected, strict=False):
            assert header.base_offset == stored.base_offset
            assert header.partition_leader_epoch == stored.epoch
            assert [record.value for record in read_records(content, at)] == stored.values
        assert len(got) <= len(expected)
        if offset >= upper:
            assert not got
        elif at_least_one:
            assert got
        if len(got) > 1 or not at_least_one:
            assert len(content) <= max_bytes

    @rule(beyond=st.integers(1, 5))
    def read_outside(self, beyond):
        for offset in (self.end + beyond, self.log_start - beyond):
            with pytest.raises(KafkaError) as refused:
                self.log.read(offset, max_bytes=100, upper_offset=self.end, at_least_one=True)
            assert refused.value.code == ErrorCode.OFFSET_OUT_OF_RANGE

    @rule(back=st.integers(-100, 1000))
    def look_up_a_timestamp(self, back):
        wanted = self.clock - back
        having = [
            (timestamp, stored.base_offset + n, stored.epoch)
            for stored in self.stored
            for n, timestamp in enumerate(stored.timestamps)
            if timestamp >= wanted
        ]
        bases = [segment.base_offset for segment in self.log.segments]
        end = next((base for base in bases if having and base > having[0][1]), self.end)  # only one segment is searched
        expected = next((found for found in having if self.log_start <= found[1] < end), None)
        found = self.log.offset_for_timestamp(wanted)
        assert (found and (found.timestamp, found.offset, found.leader_epoch)) == expected

    @rule()
    def look_up_the_largest_timestamp(self):
        all_of_them = [
            (-timestamp, stored.base_offset + n)
            for stored in self.stored
            for n, timestamp in enumerate(stored.timestamps)
        ]
        found = self.log.offset_of_max_timestamp()
        assert (found and (-found.timestamp, found.offset)) == min(all_of_them, default=None)

    # ---- housekeeping

    @precondition(lambda self: self.stored)
    @rule(data=st.data())
    def delete_records(self, data):
        self.log_start = data.draw(st.integers(self.log_start, self.end))
        assert self.log.delete_records(self.log_start) == self.log_start

    @rule()
    def flush(self):
        self.log.flush()
        self.recovery_point = self.end

    @rule()
    def checkpoint(self):
        self.storage.checkpoint()
        if self.log.exists:
            self.saved_log_start, self.saved_recovery_point = self.log_start, self.recovery_point

    # ---- stops and crashes

    def after_restart(self):
        self.start()
        self.recovery_point = self.log.recovery_point
        self.certain = {producer: min(1, len(window)) for producer, window in self.windows.items()}

    @rule()
    def stop_and_start(self):
        self.storage.close()
        self.after_restart()
        assert self.storage.was_clean
        assert self.log.recovery_point == self.end
        self.saved_log_start, self.saved_recovery_point = self.log_start, self.end

    @rule(data=st.data())
    def crash(self, data):
        """The process dies; a power failure may tear the last batch if it was not flushed."""
        segment = self.log._active
        tear = None
        if (
            self.stored
            and segment.size
            and self.stored[-1].base_offset >= max(self.recovery_point, self.saved_log_start)
        ):
            size = next(header.size for at, header in segment.headers(0) if header.next_offset == self.end)
            tear = data.draw(st.one_of(st.none(), st.integers(1, size)))
            if tear is not None:
                segment.file.truncate(segment.size - tear)
                self.forget_last()
        self.log.let_go()
        self.storage._release()
        self.log_start = min(self.saved_log_start, self.end)
        self.after_restart()
        assert not self.storage.was_clean
        for producer in list(self.windows):
            if producer not in self.log.producers.entries:
                self.forget_producer(producer)

    def forget_last(self):
        lost = self.stored.pop()
        if lost.producer is None:
            return
        producer = lost.producer[0]
        mine = [stored for stored in self.stored if stored.producer and stored.producer[0] == producer]
        if mine:
            _, epoch, sequence = mine[-1].producer
            self.sequences[producer] = epoch, sequence + len(mine[-1].values)
            self.windows[producer] = [stored for stored in mine if stored.producer[1] == epoch][-5:]
        else:
            self.forget_producer(producer)

    def forget_producer(self, producer):
        """After a crash a log does not know producers of which all records were deleted."""
        assert all(
            stored.next_offset <= self.log_start for stored in self.windows.pop(producer) if stored in self.stored
        )
        self.sequences.pop(producer, None)

    @invariant()
    def ends_and_starts_agree(self):
        assert (self.log.log_start_offset, self.log.log_end_offset) == (self.log_start, self.end)
        assert self.log.last_stable_offset == self.end

    @invariant()
    def epochs_agree(self):
        for stored in self.stored:
            if stored.base_offset >= self.log_start:
                assert self.log.leader_epochs.epoch_for(stored.base_offset) == stored.epoch

    @invariant()
    def batches_agree(self):
        assert [header.base_offset for header, _ in self.log.batches(0)] == [
            stored.base_offset for stored in self.stored
        ]

    def teardown(self):
        self.storage.close()


class DiskLogMachine(LogMachine):
    def make_files(self) -> Files:
        self.directory = Path(tempfile.mkdtemp())
        return DiskFiles(self.directory)

    def teardown(self):
        super().teardown()
        shutil.rmtree(self.directory)


TestMemory = LogMachine.TestCase
TestMemory.settings = settings(deadline=None, max_examples=100, stateful_step_count=50)
TestDisk = DiskLogMachine.TestCase
TestDisk.settings = settings(deadline=None, max_examples=20, stateful_step_count=50)
