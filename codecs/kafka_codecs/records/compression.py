"""The codecs of record batches, each as Kafka's Java client writes and reads it.

Reading is bounded: nothing here allocates what a header merely claims, and no stream yields more than its reader's
limit. gzip is inflated piece by piece. The library behind the others writes into a buffer that it is given, so that
buffer starts small and is made four times larger for as long as the stream proves to hold more.
"""

import zlib
from collections.abc import Callable, Iterator
from enum import IntEnum
from types import ModuleType
from typing import cast

from kafka_codecs.records.corrupt import CorruptBatch, DecompressedTooLarge

__all__ = ["Compression", "CorruptBatch", "DecompressedTooLarge", "compress", "decompress"]

Buffer = bytes | bytearray | memoryview

ZSTD_WINDOW_MAX = 8 * 1024 * 1024
"""What RFC 8878 recommends a decoder to support; larger windows are memory that a few bytes can claim."""

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 64 * 1024
_ZSTD_LEVEL = 3


class Compression(IntEnum):
    """Bits 0 to 2 of a batch's attributes (Kafka's ``CompressionType``)."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


def compress(codec: Compression, data: Buffer) -> bytes:
    """Return ``data`` as one compressed stream, at the level that Kafka takes by default."""
    return _COMPRESS[codec](data)


def decompress(codec: Compression, data: Buffer, *, limit: int) -> bytes:
    """Return what ``data`` holds: at most ``limit`` bytes.

    Raises CorruptBatch for a broken or unfinished stream, DecompressedTooLarge for one that holds more than ``limit``.
    """
    if codec is Compression.NONE and len(data) > limit:
        raise _too_large(limit)
    return _DECOMPRESS[codec](data, limit)


def _too_large(limit: int) -> DecompressedTooLarge:
    return DecompressedTooLarge(f"more than {limit} bytes when decompressed")


# ---- gzip


def _gzip(data: Buffer) -> bytes:
    stream = zlib.compressobj(wbits=_GZIP)
    return stream.compress(data) + stream.flush()


def _gunzip(data: Buffer, limit: int) -> bytes:
    """Read one gzip member after another, as Java's GZIPInputStream does."""
    out = bytearray()
    rest: Buffer = data
    while True:
        stream = zlib.decompressobj(wbits=_GZIP)
        try:
            while not stream.eof:
                piece = stream.decompress(rest, min(_PIECE, limit - len(out) + 1))
                rest = stream.unconsumed_tail
                out += piece
                if len(out) > limit:
                    raise _too_large(limit)
                if not piece and not rest and not stream.eof:
                    raise CorruptBatch("a gzip stream that ends too early")
        except zlib.error as broken:
            raise CorruptBatch(f"gzip: {broken}") from broken
        rest = stream.unused_data
        if not rest:
            return bytes(out)


# ---- snappy: blocks in the frame of the snappy-java library ("xerial"), or one bare block

_XERIAL_MAGIC = b"\x82SNAPPY\x00"
_XERIAL_HEADER = _XERIAL_MAGIC + b"\x00\x00\x00\x01" * 2  # version 1, readable by readers of version 1
_XERIAL_BLOCK = 32 * 1024
_SNAPPY_RATIO_MAX = 32  # a three-byte copy yields at most 64 bytes; the rest is margin


def _snappy(data: Buffer) -> bytes:
    pack = _cramjam("snappy").compress_raw
    out = bytearray(_XERIAL_HEADER)
    for start in range(0, len(data), _XERIAL_BLOCK):
        block = bytes(pack(data[start : start + _XERIAL_BLOCK]))
        out += len(block).to_bytes(4)
        out += block
    return bytes(out)


def _unsnappy(data: Buffer, limit: int) -> bytes:
    view = memoryview(data)
    if view[: len(_XERIAL_MAGIC)] != _XERIAL_MAGIC:
        return bytes(_unsnappy_block(view, limit))
    out = bytearray()
    for block in _xerial_blocks(view):
        out += _unsnappy_block(block, limit - len(out))
    return bytes(out)


def _xerial_blocks(view: memoryview) -> Iterator[memoryview]:
    """Yield the blocks of a framed stream, skipping further headers where streams were joined, as snappy-java does."""
    at, end = 0, len(view)
    while at < end:
        if view[at : at + len(_XERIAL_MAGIC)] == _XERIAL_MAGIC:
            at += len(_XERIAL_HEADER)
            if at > end:
                raise CorruptBatch("snappy: a frame header cut short")
            continue
        size = int.from_bytes(view[at : at + 4], signed=True)
        at += 4
        if size < 0 or at + size > end:
            raise CorruptBatch(f"snappy: a block of {size} bytes where {end - at} are left")
        yield view[at : at + size]
        at += size


def _unsnappy_block(block: memoryview, limit: int) -> bytearray:
    snappy = _cramjam("snappy")
    try:
        size = snappy.decompress_raw_len(block)
        if size > len(block) * _SNAPPY_RATIO_MAX:
            raise CorruptBatch(f"snappy: {len(block)} bytes that claim to hold {size}")
        if size > limit:
            raise _too_large(limit)
        out = bytearray(size)
        written = snappy.decompress_raw_into(block, out)
    except _cramjam_error() as broken:
        raise CorruptBatch(str(broken)) from broken
    if written != size:
        raise CorruptBatch(f"snappy: {written} bytes where {size} were announced")
    return out


# ---- lz4: the frame format, with independent blocks, which Kafka's Java reader insists on

_LZ4_HEADER = b"\x04\x22\x4d\x18\x60\x40\x82"  # magic; version 1, independent blocks; blocks to 64 KiB; header checksum
_LZ4_BLOCK = 64 * 1024
_LZ4_STORED = 1 << 31
_LZ4_END = bytes(4)


def _lz4(data: Buffer) -> bytes:
    pack = _cramjam("lz4").compress_block
    out = bytearray(_LZ4_HEADER)
    for start in range(0, len(data), _LZ4_BLOCK):
        plain = data[start : start + _LZ4_BLOCK]
        block = bytes(pack(plain, store_size=False))
        if len(block) < len(plain):
            out += len(block).to_bytes(4, "little")
            out += block
        else:
            out += (len(plain) | _LZ4_STORED).to_bytes(4, "little")
            out += plain
    return bytes(out + _LZ4_END)


def _unlz4(data: Buffer, limit: int) -> bytes:
    return _decompress_growing(_cramjam("lz4").decompress_into, data, limit)


# ---- zstd

_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_ZSTD_DICTIONARY_ID = (0, 1, 2, 4)
_ZSTD_CONTENT_SIZE = (0, 2, 4, 8)
_ZSTD_RLE, _ZSTD_RESERVED = 1, 3


def _zstd(data: Buffer) -> bytes:
    return bytes(_cramjam("zstd").compress(data, level=_ZSTD_LEVEL))


def _unzstd(data: Buffer, limit: int) -> bytes:
    _check_zstd_frames(memoryview(data), limit)
    return _decompress_growing(_cramjam("zstd").decompress_into, data, limit)


def _check_zstd_frames(view: memoryview, limit: int) -> None:
    """Walk frames and blocks (RFC 8878, 3.1.1) by their headers, and refuse windows that are too large.

    The library would allocate windows of 128 MiB. A frame of a single segment has no window but its own content, whose
    size the caller's limit bounds.
    """
    at = 0
    while at < len(view):
        if view[at + 1 : at + 4] == _ZSTD_SKIPPABLE and 0x50 <= view[at] <= 0x5F:
            at += 8 + int.from_bytes(view[at + 4 : at + 8], "little")
            continue
        if view[at : at + 4] != _ZSTD_MAGIC:
            raise CorruptBatch("zstd: not a frame")
        at = _check_zstd_frame(view, at + 4, limit)
    if at != len(view) or not at:
        raise CorruptBatch("zstd: a stream that ends too early")


def _check_zstd_frame(view: memoryview, at: int, limit: int) -> int:
    """Check the frame whose descriptor stands at ``at``; return where it ends, perhaps beyond the view."""
    descriptor = int.from_bytes(view[at : at + 1])
    single_segment, checksum = descriptor & 0x20, descriptor & 0x04
    at += 1
    if not single_segment:
        window = int.from_bytes(view[at : at + 1])
        at += 1
        base = 1 << (10 + (window >> 3))
        if base + (base >> 3) * (window & 7) > ZSTD_WINDOW_MAX:
            raise CorruptBatch("zstd: a window of more than 8 MiB")
    at += _ZSTD_DICTIONARY_ID[descriptor & 3]
    content_size_bytes = _ZSTD_CONTENT_SIZE[descriptor >> 6] or (1 if single_segment else 0)
    content_size = int.from_bytes(view[at : at + content_size_bytes], "little")
    if content_size > limit:
        raise _too_large(limit)
    at += content_size_bytes
    last = False
    while not last:
        if at + 3 > len(view):
            raise CorruptBatch("zstd: a stream that ends too early")
        header = int.from_bytes(view[at : at + 3], "little")
        last, kind = bool(header & 1), header >> 1 & 3
        if kind == _ZSTD_RESERVED:
            raise CorruptBatch("zstd: a block of a reserved type")
        at += 3 + (1 if kind == _ZSTD_RLE else header >> 3)
    return at + 4 if checksum else at


# ---- the library


def _decompress_growing(into: Callable[[Buffer, bytearray], int], data: Buffer, limit: int) -> bytes:
    """Decompress into a buffer that grows only when the stream has filled it, up to ``limit`` bytes."""
    room = min(limit, max(_PIECE, 4 * len(data)))
    while True:
        out = bytearray(room)
        try:
            written = into(data, out)
        except _cramjam_error() as broken:
            if "failed to write whole buffer" not in str(broken):
                raise CorruptBatch(str(broken)) from broken
        else:
            del out[written:]
            return bytes(out)
        if room == limit:
            raise _too_large(limit)
        room = min(limit, 4 * room)


def _cramjam(name: str) -> ModuleType:
    import cramjam  # noqa: PLC0415 - most brokers never open a batch

    return cast("ModuleType", getattr(cramjam, name))


def _cramjam_error() -> type[Exception]:
    import cramjam  # noqa: PLC0415 - as above

    return cramjam.DecompressionError


_COMPRESS: dict[Compression, Callable[[Buffer], bytes]] = {
    Compression.NONE: bytes,
    Compression.GZIP: _gzip,
    Compression.SNAPPY: _snappy,
    Compression.LZ4: _lz4,
    Compression.ZSTD: _zstd,
}
_DECOMPRESS: dict[Compression, Callable[[Buffer, int], bytes]] = {
    Compression.NONE: lambda data, _limit: bytes(data),
    Compression.GZIP: _gunzip,
    Compression.SNAPPY: _unsnappy,
    Compression.LZ4: _unlz4,
    Compression.ZSTD: _unzstd,
}
