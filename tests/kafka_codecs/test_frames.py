import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_codecs.frames import DEFAULT_MAX_FRAME, FrameReader, checked_size, frame
from kafka_codecs.wire import DecodeError


def test_whole_frames_come_out():
    reader = FrameReader()
    assert reader.feed(frame(b"one") + frame(b"two") + b"\0\0") == [b"one", b"two"]
    assert reader.pending == 2
    assert reader.feed(b"\0\5th") == []
    assert reader.feed(b"ree") == [b"three"]
    assert reader.pending == 0


@given(payloads=st.lists(st.binary(min_size=1, max_size=30)), data=st.data())
def test_however_they_arrive(payloads, data):
    stream = b"".join(map(frame, payloads))
    reader = FrameReader()
    found = []
    at = 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        found += reader.feed(memoryview(stream)[at : at + size])
        at += size
    assert found == payloads
    assert reader.pending == 0


@pytest.mark.parametrize("size", [0, -1, -(1 << 31), 11, (1 << 31) - 1])
def test_illegal_sizes(size):
    """S12: refused before any of the frame arrives."""
    with pytest.raises(DecodeError, match=f"a frame of {size} bytes"):
        FrameReader(max_frame=10).feed(size.to_bytes(4, "big", signed=True))


def test_the_limit_itself_is_legal():
    """S12."""
    assert FrameReader(max_frame=10).feed(frame(b"x" * 10)) == [b"x" * 10]
    assert checked_size(DEFAULT_MAX_FRAME) == 104_857_600
    with pytest.raises(DecodeError):
        checked_size(DEFAULT_MAX_FRAME + 1)
