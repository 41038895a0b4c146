"""The walk over records agrees with parsing them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_codecs.records.corrupt import CorruptBatch
from kafka_codecs.records.record import Record, parse_records, write_record
from wirebroker.log.record_walk import walk

sizes = st.sampled_from([0, 1, 50, 63, 64, 100, 8191, 8192, 9000])
deltas = st.one_of(st.integers(-200, 10_000), st.integers(-(2**62), 2**62))
some_bytes = st.one_of(st.none(), sizes.map(bytes))
records = st.lists(
    st.builds(
        Record,
        offset_delta=st.one_of(st.integers(0, 200), st.integers(0, 2**31 - 1)),
        timestamp_delta=deltas,
        key=some_bytes,
        value=some_bytes,
        headers=st.lists(st.tuples(st.text(max_size=70), some_bytes), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


def written(some) -> bytes:
    out = bytearray()
    for record in some:
        write_record(out, record)
    return bytes(out)


@settings(deadline=None)
@given(records)
def test_it_sees_what_parsing_sees(some):
    body = written(some)
    for buffer in (body, memoryview(bytearray(body))):
        seen = walk(buffer, 0, len(some), record_max=2**31 - 1)
        assert seen.end == len(body)
        assert seen.least_delta == min(record.timestamp_delta for record in some)
        assert seen.largest_delta == max(record.timestamp_delta for record in some)
        assert seen.consecutive == all(record.offset_delta == n for n, record in enumerate(some))
        assert seen.keyless == any(record.key is None for record in some)


@settings(deadline=None, max_examples=300)
@given(records, st.data())
def test_it_refuses_what_parsing_refuses(some, data):
    body = bytearray(written(some))
    at = data.draw(st.integers(0, min(len(body), 60) - 1))
    body[at] = data.draw(st.integers(0, 255))
    count = len(some) + data.draw(st.integers(-1, 1))
    if count < 1:
        return
    try:
        parse_records(bytes(body), count)
    except CorruptBatch:
        parsed = False
    else:
        parsed = True
    try:
        walked = walk(bytes(body), 0, count, record_max=2**31 - 1).end == len(body)
    except CorruptBatch:
        walked = False
    assert walked == parsed


def test_a_record_that_is_too_large():
    body = written([Record(value=bytes(100))])
    assert walk(body, 0, 1, record_max=107).end == len(body)
    with pytest.raises(CorruptBatch, match="107 bytes"):
        walk(body, 0, 1, record_max=106)


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_record_that_is_cut_short(cut):
    body = written([Record(key=b"key", value=b"value", headers=[("h", b"x")])])
    with pytest.raises(CorruptBatch):
        walk(body[:-cut], 0, 1, record_max=1000)
