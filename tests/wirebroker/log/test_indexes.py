"""The sparse indexes, growing in memory and sealed on a disk."""

import pytest

from wirebroker.log.format import FormatError
from wirebroker.log.indexes import OffsetIndex, TimeIndex


@pytest.fixture
def file(files):
    files.make_directory("orders-0")
    return files.open("orders-0/00000000000000000100.index")


@pytest.fixture(params=["growing", "sealed"])
def offsets(request, file) -> OffsetIndex:
    index = OffsetIndex(file, 100)
    index.start()
    for last_offset, position in [(109, 1000), (119, 5000), (129, 9000)]:
        index.append(last_offset, position)
    if request.param == "sealed":
        index.seal()
    return index


@pytest.mark.parametrize(
    ("offset", "position"), [(100, 0), (108, 0), (109, 1000), (118, 1000), (119, 5000), (129, 9000), (5000, 9000)]
)
def test_an_offset_leads_to_the_last_known_batch_before_it(offsets, offset, position):
    assert offsets.lookup(offset) == position


@pytest.mark.parametrize(("limit", "position"), [(0, 0), (999, 0), (1000, 1000), (8999, 5000), (10**6, 9000)])
def test_the_last_batch_start_before_a_position(offsets, limit, position):
    assert offsets.position_before(limit) == position


def test_an_entry_is_eight_bytes(offsets, file):
    offsets.save()
    offsets.seal()
    assert bytes(file.read(0, 8)) == (9).to_bytes(4) + (1000).to_bytes(4)
    assert file.size() == 24
    assert offsets.last_position() == 9000


def test_truncation_keeps_the_entries_below(file):
    index = OffsetIndex(file, 100)
    index.start()
    for n in range(10):
        index.append(100 + n, n * 10)
    index.truncate(105)
    assert (index.count, index.last_position()) == (5, 40)
    index.truncate(100)
    assert (index.count, index.last_position()) == (0, 0)


def test_an_index_is_taken_over(offsets, file):
    offsets.save()
    offsets.seal()
    for to_grow in (True, False):
        again = OffsetIndex(file, 100)
        again.load(to_grow=to_grow)
        assert again.lookup(120) == 5000
    again = OffsetIndex(file, 100)
    again.load(to_grow=True)
    again.append(139, 13_000)
    assert again.lookup(139) == 13_000


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (bytes(7), "7 bytes"),
        ((9).to_bytes(4) + (1000).to_bytes(4) + (10).to_bytes(4) + (999).to_bytes(4), "does not rise"),
    ],
)
def test_a_broken_index(file, data, fault):
    file.write(data, 0)
    with pytest.raises(FormatError, match=fault):
        OffsetIndex(file, 100).load(to_grow=False)


@pytest.mark.parametrize("entries", [0, 1, 2, 3])
@pytest.mark.parametrize("room", [1, 2, 1000])
@pytest.mark.parametrize("to_grow", [True, False])
def test_room_that_kafka_had_made_is_no_part_of_an_index(file, entries, room, to_grow):
    """After a kill an index of Kafka's ends in zeros."""
    file.write(
        b"".join((9 * n).to_bytes(4) + (1000 * n).to_bytes(4) for n in range(1, entries + 1)) + bytes(8 * room), 0
    )
    index = OffsetIndex(file, 100)
    index.load(to_grow=to_grow)
    assert index.count == entries
    assert index.lookup(10_000) == 1000 * entries
    if to_grow:
        index.append(10_000, 5000)
        index.save_new()()
        again = OffsetIndex(file, 100)
        again.load(to_grow=False)
        assert again.count == entries + 1
        assert again.lookup(10_000) == 5000


@pytest.fixture(params=["growing", "sealed"])
def times(request, file) -> TimeIndex:
    index = TimeIndex(file, 100)
    index.start()
    for timestamp, offset in [(1000, 105), (1000, 110), (900, 115), (2000, 120)]:
        index.append(timestamp, offset)
    if request.param == "sealed":
        index.seal()
    return index


def test_only_larger_timestamps_are_kept(times):
    assert times.count == 2
    assert times.last() == (2000, 120)


@pytest.mark.parametrize(("timestamp", "offset"), [(0, 100), (1000, 100), (1001, 105), (2000, 105), (2001, 120)])
def test_a_timestamp_leads_to_an_offset_before_which_all_are_smaller(times, timestamp, offset):
    assert times.lookup(timestamp) == offset


def test_an_entry_is_twelve_bytes(times, file):
    times.save()
    times.seal()
    assert bytes(file.read(0, 12)) == (1000).to_bytes(8) + (5).to_bytes(4)


def test_an_empty_time_index(file):
    index = TimeIndex(file, 100)
    index.start()
    assert index.last() == (-1, 100)
    assert index.lookup(5) == 100
