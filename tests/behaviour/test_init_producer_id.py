"""InitProducerId on raw frames, as far as it is about idempotent producers."""

import pytest

from kafka_codecs.messages.init_producer_id import InitProducerIdRequest


def init(raw, version=5, transactional_id=None, timeout_ms=60_000, producer_id=-1, producer_epoch=-1):
    request = InitProducerIdRequest(
        transactional_id=transactional_id,
        transaction_timeout_ms=timeout_ms,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
    )
    return raw.call(request, version)


@pytest.mark.parametrize("version", range(6))
def test_a_fresh_id(raw, version):
    """S119"""
    answers = [init(raw, version) for _ in range(3)]
    assert [(answer.error_code, answer.producer_epoch) for answer in answers] == [(0, 0)] * 3
    assert len({answer.producer_id for answer in answers}) == 3
    assert all(answer.producer_id >= 0 for answer in answers)


@pytest.mark.parametrize("timeout_ms", [0, -1, 2**31 - 1])
def test_the_timeout_of_an_idempotent_producer(raw, timeout_ms):
    """S119: is not looked at."""
    assert init(raw, timeout_ms=timeout_ms).error_code == 0


def test_id_and_epoch_of_an_idempotent_producer(raw):
    """S119: are not looked at either; it gets a fresh id."""
    first = init(raw).producer_id
    answer = init(raw, producer_id=first, producer_epoch=7)
    assert (answer.error_code, answer.producer_epoch) == (0, 0)
    assert answer.producer_id != first


@pytest.mark.parametrize("given", [{"producer_id": 5}, {"producer_epoch": 5}])
@pytest.mark.parametrize("transactional_id", [None, "t"])
def test_only_one_of_id_and_epoch(raw, given, transactional_id):
    """S119"""
    answer = init(raw, 4, transactional_id, **given)
    assert (answer.error_code, answer.producer_id, answer.producer_epoch) == (42, -1, -1)


def test_an_empty_transactional_id(raw):
    """S119"""
    answer = init(raw, transactional_id="")
    assert (answer.error_code, answer.producer_id, answer.producer_epoch) == (42, -1, -1)


@pytest.mark.parametrize("timeout_ms", [0, -1, 900_001])
def test_the_timeout_of_a_transaction(raw, timeout_ms):
    """S119"""
    answer = init(raw, transactional_id="t", timeout_ms=timeout_ms)
    assert (answer.error_code, answer.producer_id, answer.producer_epoch) == (50, -1, -1)


def test_transactions_are_refused(raw, is_external):
    """Transactions are not served yet, and clients are told so in a way that they do not retry."""
    if is_external:
        pytest.skip("another broker serves transactions")
    answer = init(raw, transactional_id="t")
    assert (answer.error_code, answer.producer_id, answer.producer_epoch) == (53, -1, -1)
