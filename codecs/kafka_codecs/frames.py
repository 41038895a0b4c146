"""Bytes in, whole frames out, bounded. Knows no socket: a caller feeds what arrived, in pieces of any size.

A frame is four bytes of length (int32) and as many bytes of request or response. The memory held is what has arrived,
never what a length claims.
"""

import struct

from kafka_codecs.wire import DecodeError

__all__ = ["DEFAULT_MAX_FRAME", "FrameReader", "checked_size", "frame"]

DEFAULT_MAX_FRAME = 104_857_600
"""Kafka's ``socket.request.max.bytes``."""

_SIZE = struct.Struct(">i")


def checked_size(size: int, max_frame: int = DEFAULT_MAX_FRAME) -> int:
    """Return a frame's size. Raises DecodeError unless it is from 1 to ``max_frame`` (the limit itself is legal)."""
    if size <= 0:
        raise DecodeError(f"a frame of {size} bytes")
    if size > max_frame:
        raise DecodeError(f"a frame of {size} bytes, more than the {max_frame} allowed")
    return size


def frame(payload: bytes) -> bytes:
    """Put the length in front."""
    return _SIZE.pack(len(payload)) + payload


class FrameReader:
    """Splits one connection's bytes into frames."""

    def __init__(self, max_frame: int = DEFAULT_MAX_FRAME) -> None:
        self._max_frame = max_frame
        self._held = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """Take what arrived and return the frames that are whole now, without their lengths.

        Raises DecodeError when a length is illegal; the connection is lost then, and so are the bytes held.
        """
        held = self._held
        held += data
        frames = []
        at = 0
        while len(held) - at >= _SIZE.size:
            (size,) = _SIZE.unpack_from(held, at)
            end = at + _SIZE.size + checked_size(size, self._max_frame)
            if end > len(held):
                break
            frames.append(bytes(held[at + _SIZE.size : end]))
            at = end
        del held[:at]
        return frames

    @property
    def pending(self) -> int:
        """Bytes held of a frame that is not whole yet; 0 between frames."""
        return len(self._held)
