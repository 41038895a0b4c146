"""Leader epochs and their offsets: Kafka's LeaderEpochFileCache."""

import pytest

from wirebroker.log.leader_epochs import LeaderEpochs


@pytest.fixture
def epochs() -> LeaderEpochs:
    return LeaderEpochs([(2, 10), (4, 20), (7, 35)], log_end_offset=lambda: 50)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [(7, (7, 50)), (4, (4, 35)), (5, (4, 35)), (6, (4, 35)), (2, (2, 20)), (3, (2, 20)), (1, (1, 10)), (0, (0, 10))],
)
def test_end_offsets(epochs, asked, answer):
    """S73: the latest ends at the log end, between two the lower one counts, below all the first known offset."""
    assert epochs.end_offset_for(asked) == answer


@pytest.mark.parametrize("asked", [-1, 8, 1000])
def test_end_offsets_that_are_not_known(epochs, asked):
    """S73: -1 or higher than known."""
    assert epochs.end_offset_for(asked) == (-1, -1)


def test_a_negative_epoch_other_than_minus_one(epochs):
    """S73: below all known epochs, even negative."""
    assert epochs.end_offset_for(-2) == (-2, 10)


def test_nothing_is_known_at_first():
    epochs = LeaderEpochs(log_end_offset=lambda: 0)
    assert (epochs.latest, epochs.earliest, epochs.epoch_for(0), epochs.end_offset_for(0)) == (
        None,
        None,
        None,
        (-1, -1),
    )


def test_an_empty_partition_knows_its_epoch():
    """S73b."""
    epochs = LeaderEpochs(log_end_offset=lambda: 0)
    epochs.assign(0, 0)
    assert epochs.end_offset_for(0) == (0, 0)
    assert epochs.dirty


def test_the_epoch_of_an_offset(epochs):
    assert [epochs.epoch_for(offset) for offset in (9, 10, 19, 20, 34, 35, 1000)] == [None, 2, 2, 4, 4, 7, 7]
    assert epochs.earliest == (2, 10)


def test_an_epoch_is_assigned_once(epochs):
    epochs.assign(7, 40)
    assert epochs.entries == [(2, 10), (4, 20), (7, 35)]
    assert not epochs.dirty
    epochs.assign(9, 50)
    assert epochs.entries[-1] == (9, 50)
    assert epochs.dirty


def test_an_epoch_that_wrote_nothing_is_replaced(epochs):
    epochs.assign(9, 35)
    assert epochs.entries == [(2, 10), (4, 20), (9, 35)]


def test_what_contradicts_a_new_epoch_goes(epochs):
    epochs.assign(3, 15)
    assert epochs.entries == [(2, 10), (3, 15)]


def test_the_same_epoch_may_begin_earlier(epochs):
    epochs.assign(7, 30)
    assert epochs.entries == [(2, 10), (4, 20), (7, 30)]


@pytest.mark.parametrize(
    ("end", "entries"),
    [(50, [(2, 10), (4, 20), (7, 35)]), (36, [(2, 10), (4, 20), (7, 35)]), (35, [(2, 10), (4, 20)]), (10, [])],
)
def test_a_log_that_was_cut(epochs, end, entries):
    epochs.truncate_from_end(end)
    assert epochs.entries == entries


@pytest.mark.parametrize(
    ("start", "entries"),
    [
        (5, [(2, 10), (4, 20), (7, 35)]),
        (10, [(2, 10), (4, 20), (7, 35)]),
        (15, [(2, 15), (4, 20), (7, 35)]),
        (20, [(4, 20), (7, 35)]),
        (45, [(7, 45)]),
    ],
)
def test_a_log_whose_start_moved(epochs, start, entries):
    epochs.truncate_from_start(start)
    assert epochs.entries == entries


def test_clear(epochs):
    epochs.clear()
    assert epochs.entries == []
    assert epochs.dirty
