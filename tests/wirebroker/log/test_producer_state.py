"""Idempotence: Kafka's ProducerStateManager and ProducerAppendInfo."""

import msgspec
import pytest

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.records.batch import Record, build_batch, read_header
from kafka_codecs.records.control import ControlType, build_transaction_marker
from wirebroker.errors import KafkaError
from wirebroker.log.format import pack_snapshot, read_snapshot
from wirebroker.log.producer_state import ProducerState, count_in

LAST_SEQUENCE = 2**31 - 1


def batch(sequence, count=1, *, offset=0, epoch=0, producer_id=1, transactional=False, timestamp=1000):
    data = build_batch(
        [Record(offset_delta=n, value=b"v") for n in range(count)],
        base_offset=offset,
        base_timestamp=timestamp,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        transactional=transactional,
    )
    return read_header(data)


def marker(*, offset, epoch=0, producer_id=1, kind=ControlType.COMMIT):
    data = build_transaction_marker(
        kind, producer_id=producer_id, producer_epoch=epoch, coordinator_epoch=3, timestamp_ms=2000
    )
    return msgspec.structs.replace(read_header(data), base_offset=offset), memoryview(data)


def refusal(state, header):
    if state.find_duplicate(header) is not None:
        return "duplicate"
    try:
        state.check(header, sequence=True)
    except KafkaError as error:
        return error.code
    return None


def state_after(*headers) -> ProducerState:
    state = ProducerState()
    for header in headers:
        assert refusal(state, header) is None
        state.update(header)
    return state


def test_batches_follow_each_other():
    state = state_after(batch(0, 3), batch(3, 2, offset=3), batch(5, offset=5))
    assert refusal(state, batch(6)) is None


@pytest.mark.parametrize("sequence", [5, 8, 100, 1])
def test_a_gap(sequence):
    """S40."""
    assert refusal(state_after(batch(0, 3), batch(3, 4)), batch(sequence)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_the_last_five_batches_may_be_repeated():
    """S39: with their original offsets; an older one or another range is 45."""
    sent = [batch(2 * n, 2, offset=10 * n) for n in range(7)]
    state = state_after(*sent)
    assert [refusal(state, header) for header in sent] == [ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER] * 2 + [
        "duplicate"
    ] * 5
    found = state.find_duplicate(sent[3])
    assert found is not None
    assert (found.first_offset, found.last_offset, found.timestamp) == (30, 31, 1000)
    assert refusal(state, batch(6, 1)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert refusal(state, batch(6, 4)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_sequences_wrap_between_batches():
    """S40."""
    state = state_after(batch(LAST_SEQUENCE - 1, 2))
    assert refusal(state, batch(1)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert refusal(state, batch(0)) is None


def test_sequences_wrap_inside_a_batch():
    """S40."""
    wrapping = batch(LAST_SEQUENCE - 1, 5, offset=7)
    state = state_after(wrapping)
    assert wrapping.last_sequence == 2
    assert refusal(state, wrapping) == "duplicate"
    assert refusal(state, batch(3)) is None
    assert refusal(state, batch(4)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


@pytest.mark.parametrize("sequence", [0, 17, LAST_SEQUENCE])
def test_an_unknown_producer_may_begin_anywhere(sequence):
    """S41."""
    assert refusal(ProducerState(), batch(sequence)) is None


def test_a_lower_epoch_is_fenced():
    """S42: also for what would be a duplicate."""
    state = state_after(batch(0, epoch=3), batch(1, epoch=3), batch(0, epoch=4))
    assert refusal(state, batch(0, epoch=3)) == ErrorCode.INVALID_PRODUCER_EPOCH
    assert refusal(state, batch(2, epoch=3)) == ErrorCode.INVALID_PRODUCER_EPOCH


def test_a_higher_epoch_begins_with_zero():
    """S42."""
    state = state_after(batch(0, 5))
    assert refusal(state, batch(5, epoch=1)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert refusal(state, batch(0, epoch=1)) is None


def test_a_new_epoch_forgets_the_window():
    old = batch(0, offset=3)
    state = state_after(old, batch(0, epoch=1, offset=4))
    assert state.find_duplicate(batch(0, epoch=1)).first_offset == 4
    assert state.find_duplicate(old) is None


def test_a_coordinator_has_no_sequences_but_an_epoch():
    state = ProducerState()
    state.update(batch(-1, epoch=2))
    state.check(batch(-1, epoch=2), sequence=False)
    with pytest.raises(KafkaError) as refused:
        state.check(batch(-1, epoch=1), sequence=False)
    assert refused.value.code == ErrorCode.INVALID_PRODUCER_EPOCH


def test_a_plain_batch_in_an_open_transaction():
    """S43: other producers may."""
    state = state_after(batch(0, transactional=True))
    assert refusal(state, batch(1)) == ErrorCode.INVALID_TXN_STATE
    assert refusal(state, batch(1, transactional=True)) is None
    assert refusal(state, batch(0, producer_id=2)) is None


def test_the_first_unstable_offset_is_the_oldest_open_transactions():
    state = state_after(
        batch(0, offset=10, transactional=True),
        batch(0, offset=20, producer_id=2, transactional=True),
        batch(1, offset=30, transactional=True),
    )
    assert state.first_unstable_offset == 10
    count_in(state, *marker(offset=31))
    assert state.first_unstable_offset == 20
    count_in(state, *marker(offset=32, producer_id=2, kind=ControlType.ABORT))
    assert state.first_unstable_offset is None
    assert state.entries[1].coordinator_epoch == 3


def test_a_marker_without_a_transaction_sets_the_epoch():
    state = ProducerState()
    count_in(state, *marker(offset=5, epoch=4))
    assert refusal(state, batch(0, epoch=3)) == ErrorCode.INVALID_PRODUCER_EPOCH
    assert refusal(state, batch(1, epoch=4)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert refusal(state, batch(0, epoch=4)) is None


def test_idle_producers_expire():
    """S49: but not those with an open transaction."""
    state = state_after(
        batch(0, timestamp=1000), batch(0, producer_id=2, timestamp=1500), batch(0, producer_id=3, transactional=True)
    )
    state.expire(1999, 1000)
    assert set(state.entries) == {1, 2, 3}
    state.expire(2000, 1000)
    assert set(state.entries) == {2, 3}
    assert refusal(state, batch(77)) is None


def test_a_snapshot_keeps_the_last_batch():
    state = state_after(
        batch(0, 3, offset=0), batch(3, 2, offset=3), batch(9, offset=5, producer_id=2, epoch=7, transactional=True)
    )
    count_in(state, *marker(offset=6, producer_id=3))
    restored = ProducerState()
    restored.restore(read_snapshot(pack_snapshot(state.snapshot())), 7)
    assert restored.end_offset == 7
    assert restored.first_unstable_offset == 5
    assert refusal(restored, batch(3, 2)) == "duplicate"
    assert refusal(restored, batch(0, 3)) == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert refusal(restored, batch(5)) is None
    assert refusal(restored, batch(10, producer_id=2, epoch=7, transactional=True)) is None
    assert refusal(restored, batch(0, producer_id=3)) is None
    assert restored.snapshot() == state.snapshot()
