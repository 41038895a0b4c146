"""The log on a disk that fails: any appends, flushes, stops, kills, power losses, failed writes and syncs (hypothesis).

What must hold: a kill loses nothing; a power loss loses a tail at most, and nothing that was on
stable storage; there is never a hole; producers are known as the log has them.
"""

import errno
import itertools

from faulty_files import SYNCS, WRITES, FaultyFiles
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafka_codecs.records.batch import Record, build_batch, iter_batches
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.storage import Storage

NOW = 1_700_000_000_000
ID = bytes(range(16))
CONFIG = TopicConfig.of({"internal.segment.bytes": "1000", "index.interval.bytes": "100"}, BrokerConfig.of({}))


class Drawn:
    """A power loss as hypothesis wants it."""

    def __init__(self, data):
        self._data = data

    def some_of(self, count: int) -> list[int]:
        kept = self._data.draw(st.integers(0, (1 << min(count, 16)) - 1)) if count else 0
        beyond = self._data.draw(st.booleans()) if count > 16 else False
        return [n for n in range(count) if (kept >> n & 1 if n < 16 else beyond)]

    def first_of(self, count: int) -> int:
        return self._data.draw(st.integers(0, count)) if count else 0


class Stored:
    def __init__(self, base_offset, count, timestamp, number, producer):
        self.base_offset = base_offset
        self.next_offset = base_offset + count
        self.count = count
        self.timestamp = timestamp
        self.number = number
        self.producer = producer  # (id, first sequence) or None

    def build(self) -> memoryview:
        producer_id, sequence = self.producer or (-1, -1)
        records = [Record(offset_delta=n, value=self.number.to_bytes(4) + bytes(20)) for n in range(self.count)]
        return memoryview(
            build_batch(
                records,
                base_timestamp=self.timestamp,
                producer_id=producer_id,
                producer_epoch=0 if self.producer else -1,
                base_sequence=sequence,
            )
        )


class PowerLossMachine(RuleBasedStateMachine):
    fsync = False

    def __init__(self):
        super().__init__()
        self.files = FaultyFiles()
        self.stored: list[Stored] = []
        self.first = 0
        """Where the log begins if it is empty."""
        self.log_start = self.saved_log_start = 0
        self.maybe_saved_log_start: int | None = None
        """What a checkpoint may have written before it failed."""
        self.sync_failed = False
        self.leader_epoch = 0
        self.numbers = itertools.count()
        self.flush = None
        self.seen = 0
        """The highest offset below which a reader may have read."""
        self.start()

    def start(self) -> None:
        self.flush = None
        self.storage = Storage.open(self.files, node_id=1, new_id=lambda: "x" * 22, fsync=self.fsync)
        self.log = self.storage.open_log("orders", 0, ID, CONFIG)
        self.safe = self.log.recovery_point

    @property
    def end(self) -> int:
        return self.stored[-1].next_offset if self.stored else self.first

    @initialize()
    def first_leader(self):
        self.log.leader_epochs.assign(0, 0)

    def is_up(self) -> bool:
        return not self.log.is_offline

    # ---- work

    @precondition(is_up)
    @rule(count=st.integers(1, 4), jump=st.integers(-5, 20), producer=st.sampled_from([None, 1, 2]))
    def append(self, count, jump, producer):
        identity = None if producer is None else (producer, self.next_sequence(producer))
        at = NOW + 10 * len(self.stored) + jump
        stored = Stored(self.end, count, at, next(self.numbers), identity)
        try:
            appended = self.log.append(stored.build(), leader_epoch=self.leader_epoch, timestamp_ms=NOW)
        except KafkaError:
            assert not self.is_up()
            return
        assert (appended.base_offset, appended.duplicate) == (stored.base_offset, False)
        self.stored.append(stored)

    @precondition(is_up)
    @rule(count=st.integers(1, 30))
    def append_many(self, count):
        for _ in range(count):
            if self.is_up():
                self.append(count=1, jump=0, producer=None)

    def next_sequence(self, producer: int) -> int:
        mine = [stored for stored in self.stored if stored.producer and stored.producer[0] == producer]
        return mine[-1].producer[1] + mine[-1].count if mine else 0

    @precondition(is_up)
    @rule()
    def new_leader(self):
        self.leader_epoch += 1
        self.log.leader_epochs.assign(self.leader_epoch, self.end)

    @precondition(is_up)
    @rule(data=st.data())
    def delete_records(self, data):
        self.log_start = data.draw(st.integers(self.log_start, self.log.high_watermark))
        self.log.delete_records(self.log_start)

    @precondition(is_up)
    @rule(aids=st.booleans())
    def begin_flush(self, aids):
        self.flush = self.log.begin_flush(self.end, aids=aids)

    @precondition(lambda self: self.flush is not None)
    @rule()
    def end_flush(self):
        flush, self.flush = self.flush, None
        flush.carry_out()
        self.sync_failed |= flush.fault is not None
        self.log.end_flush(flush)
        assert self.log.is_offline or self.log.recovery_point >= flush.end

    @precondition(is_up)
    @rule()
    def checkpoint(self):
        try:
            self.storage.checkpoint()
        except KafkaError:
            assert not self.is_up()
            self.maybe_saved_log_start = self.log_start
        else:
            if self.log.exists:
                self.saved_log_start = self.log_start

    @precondition(is_up)
    @rule(
        code=st.sampled_from([errno.EIO, errno.ENOSPC]),
        calls=st.sampled_from([WRITES, SYNCS]),
        after=st.integers(0, 10),
    )
    def break_the_disk(self, code, calls, after):
        self.files.fail(code, calls, after)

    # ---- ends

    def note_what_is_safe(self):
        if self.log.exists:
            self.safe = max(self.safe, self.log.recovery_point)
        self.seen = max(self.seen, self.log.high_watermark)
        self.sync_failed |= any(fault.happened for fault in self.files.faults if "sync" in fault.calls)

    @rule()
    def stop_and_start(self):
        self.note_what_is_safe()
        sound = not self.files.faults
        self.storage.close()
        self.files.kill()
        if not sound:
            self.maybe_saved_log_start = self.log_start
            self.lose_power_with(None)
            return
        self.start()
        assert self.storage.was_clean
        assert self.log.recovery_point == self.end
        self.saved_log_start = self.log_start

    @precondition(lambda self: not self.sync_failed)
    @rule()
    def kill(self):
        self.note_what_is_safe()
        if any(fault.happened and "sync" in fault.calls for fault in self.files.faults):
            self.lose_power_with(None)
            return
        self.files.kill()
        self.restart_after(self.end)

    @rule(data=st.data())
    def power_loss(self, data):
        self.lose_power_with(data)

    def lose_power_with(self, data):
        """After a failed sync nothing else makes sense: the system may show what the disk does not have."""
        self.note_what_is_safe()
        self.files.lose_power(Drawn(data) if data is not None else Nothing())
        self.restart_after(self.safe)

    def restart_after(self, least: int) -> None:
        """The log is a beginning of what it was, with at least what lies below the offset ``least``."""
        self.sync_failed = False
        self.start()
        end = self.log.log_end_offset
        start = self.log.log_start_offset
        assert least <= end, "what was safe is there"
        if self.fsync:
            assert self.seen <= end, "a reader never sees the log go back"
        while self.stored and self.stored[-1].next_offset > end:
            self.stored.pop()
        if start == end and not list(self.log.batches(0)):
            self.stored, self.first = [], start  # what was deleted need not be there
        assert self.end == end, "cut between batches"
        assert start in (self.saved_log_start, self.maybe_saved_log_start)
        self.log_start = start
        if start == self.maybe_saved_log_start:
            self.saved_log_start, self.maybe_saved_log_start = start, None
        if not self.log.exists:
            self.log.leader_epochs.assign(self.leader_epoch, 0)

    # ---- what must hold

    @invariant()
    def ends_agree(self):
        if self.is_up():
            assert (self.log.log_start_offset, self.log.log_end_offset) == (self.log_start, self.end)
            if self.fsync:
                assert self.log.high_watermark == self.end
            self.seen = max(self.seen, self.log.high_watermark)

    @invariant()
    def batches_agree(self):
        if self.is_up():
            found = [(header.base_offset, header.last_offset + 1) for header, _ in self.log.batches(0)]
            assert found == [(stored.base_offset, stored.next_offset) for stored in self.stored]

    @invariant()
    def producers_agree(self):
        if not self.is_up():
            return
        for producer in (1, 2):
            mine = [stored for stored in self.stored if stored.producer and stored.producer[0] == producer]
            entry = self.log.producers.entries.get(producer)
            if mine and mine[-1].next_offset > self.log_start:
                assert entry is not None
            if entry is not None:
                last = mine[-1]
                assert entry.last_sequence == last.producer[1] + last.count - 1
                assert entry.batches[-1].last_offset == last.next_offset - 1

    @invariant()
    def reads_agree(self):
        if self.is_up() and self.stored:
            middle = self.stored[len(self.stored) // 2]
            if middle.base_offset >= self.log_start:
                found = self.log.read(middle.base_offset, max_bytes=1, upper_offset=self.end, at_least_one=True)
                ((_, header),) = iter_batches(b"".join(chunk.tobytes() for chunk in found.chunks))
                assert header.base_offset == middle.base_offset
                readable = [stored for stored in self.stored if stored.next_offset > self.log_start]
                expected = next(stored for stored in readable if stored.timestamp >= middle.timestamp)
                found = self.log.offset_for_timestamp(middle.timestamp)
                assert found.offset == max(expected.base_offset, self.log_start)

    @invariant()
    def nothing_is_reported_as_damaged(self):
        assert all(not segment.damage for segment in self.log._segments)

    def teardown(self):
        self.files.faults.clear()
        self.storage.close()


class FsyncMachine(PowerLossMachine):
    """Each append is synced before it counts."""

    fsync = True


class Nothing(Drawn):
    def __init__(self):
        super().__init__(None)

    def some_of(self, count: int) -> list[int]:
        return []

    def first_of(self, count: int) -> int:
        return 0


_SETTINGS = settings(
    deadline=None, max_examples=80, stateful_step_count=40, suppress_health_check=[HealthCheck.data_too_large]
)
TestOs = PowerLossMachine.TestCase
TestOs.settings = _SETTINGS
TestFsync = FsyncMachine.TestCase
TestFsync.settings = _SETTINGS
