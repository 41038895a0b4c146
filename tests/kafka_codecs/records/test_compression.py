"""Each codec against a library that shares no code with ours, within limits, and cut short at each byte."""

import contextlib
import gzip
import struct
import tracemalloc
import zlib

import lz4.frame
import pytest
import snappy
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_codecs.records.compression import Compression, compress, decompress
from kafka_codecs.records.corrupt import CorruptBatch, DecompressedTooLarge

CODECS = [Compression.GZIP, Compression.SNAPPY, Compression.LZ4, Compression.ZSTD]
SAMPLES = [b"", b"a", b"abc" * 100_000, bytes(range(256)) * 700, zlib.compress(bytes(5_000_000), 0)[:300_001]]
XERIAL = b"\x82SNAPPY\x00" + struct.pack(">ii", 1, 1)
LIMIT = 1 << 24


def xerial_blocks(framed):
    at = len(XERIAL)
    assert framed[:at] == XERIAL
    while at < len(framed):
        (size,) = struct.unpack_from(">i", framed, at)
        yield framed[at + 4 : at + 4 + size]
        at += 4 + size


def their_decompress(codec, data):
    match codec:
        case Compression.GZIP:
            return gzip.decompress(data)
        case Compression.SNAPPY:
            return b"".join(map(snappy.uncompress, xerial_blocks(data)))
        case Compression.LZ4:
            return lz4.frame.decompress(data)
        case _:
            return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def their_compress(codec, data):
    match codec:
        case Compression.GZIP:
            return gzip.compress(data)
        case Compression.SNAPPY:
            pieces = [snappy.compress(data[at : at + 32768]) for at in range(0, len(data), 32768)]
            return XERIAL + b"".join(struct.pack(">i", len(piece)) + piece for piece in pieces)
        case Compression.LZ4:
            return lz4.frame.compress(data)
        case _:
            return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize("codec", [Compression.NONE, *CODECS])
@given(data=st.binary(max_size=500), times=st.integers(1, 400))
@settings(deadline=None, max_examples=40)
def test_what_goes_in_comes_out(codec, data, times):
    assert decompress(codec, compress(codec, data * times), limit=LIMIT) == data * times


@pytest.mark.parametrize("sample", SAMPLES, ids=len)
@pytest.mark.parametrize("codec", CODECS)
def test_others_read_what_we_write(codec, sample):
    assert their_decompress(codec, compress(codec, sample)) == sample


@pytest.mark.parametrize("sample", SAMPLES, ids=len)
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("as_buffer", [bytes, bytearray, memoryview])
def test_we_read_what_others_write(codec, sample, as_buffer):
    assert decompress(codec, as_buffer(their_compress(codec, sample)), limit=LIMIT) == sample


def test_lz4_blocks_are_independent_and_of_64_kib():
    """Kafka's Java reader refuses dependent blocks."""
    info = lz4.frame.get_frame_info(compress(Compression.LZ4, SAMPLES[2]))
    assert (info["block_linked"], info["block_size"]) == (False, 65536)


@pytest.mark.parametrize("block_linked", [True, False])
@pytest.mark.parametrize("block_size", [0, 4, 5, 6, 7])
def test_lz4_frames_of_every_shape_are_read(block_linked, block_size):
    for checksums in (False, True):
        frame = lz4.frame.compress(
            SAMPLES[2],
            block_linked=block_linked,
            block_size=block_size,
            content_checksum=checksums,
            block_checksum=checksums,
            store_size=checksums,
        )
        assert decompress(Compression.LZ4, frame, limit=LIMIT) == SAMPLES[2]


def test_snappy_without_a_frame_is_read_as_one_block():
    assert decompress(Compression.SNAPPY, snappy.compress(SAMPLES[2]), limit=LIMIT) == SAMPLES[2]


def test_snappy_frames_that_were_joined_are_read():
    joined = compress(Compression.SNAPPY, b"one") + compress(Compression.SNAPPY, b"two")
    assert decompress(Compression.SNAPPY, joined, limit=LIMIT) == b"onetwo"


@pytest.mark.parametrize("codec", [Compression.GZIP, Compression.LZ4, Compression.ZSTD])
def test_streams_that_were_joined_are_read(codec):
    joined = compress(codec, b"one") + compress(codec, b"two")
    assert decompress(codec, joined, limit=LIMIT) == b"onetwo"


def test_zstd_streams_of_unknown_size_and_skippable_frames_are_read():
    stream = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    frame = stream.compress(SAMPLES[2]) + stream.flush()
    skippable = b"\x50\x2a\x4d\x18" + struct.pack("<I", 3) + b"xyz"
    assert decompress(Compression.ZSTD, skippable + frame + skippable, limit=LIMIT) == SAMPLES[2]


@pytest.mark.parametrize("codec", [Compression.NONE, *CODECS])
def test_the_limit_is_exact(codec):
    packed = compress(codec, SAMPLES[2])
    assert decompress(codec, packed, limit=len(SAMPLES[2])) == SAMPLES[2]
    with pytest.raises(DecompressedTooLarge):
        decompress(codec, packed, limit=len(SAMPLES[2]) - 1)
    with pytest.raises(DecompressedTooLarge):
        decompress(codec, packed, limit=0)


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_costs_no_more_memory_than_the_limit(codec):
    bomb = compress(codec, bytes(100_000_000))
    decompress(codec, compress(codec, b"imports the library"), limit=100)
    tracemalloc.start()
    try:
        with pytest.raises(DecompressedTooLarge):
            decompress(codec, bomb, limit=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000 + len(bomb)


@pytest.mark.parametrize(
    ("codec", "claim"),
    [
        (Compression.SNAPPY, b"\xff\xff\xff\xff\x0f" + bytes(10)),
        (Compression.SNAPPY, XERIAL + struct.pack(">i", 6) + b"\xff\xff\xff\xff\x0fx"),
        (Compression.SNAPPY, XERIAL + struct.pack(">i", 2**31 - 1) + b"x"),
        (Compression.ZSTD, b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 2**40) + b"\x01\x00\x00"),
        (Compression.LZ4, b"\x04\x22\x4d\x18\x60\x70\x73" + struct.pack("<I", 4 << 20)),
        (Compression.LZ4, lz4.frame.compress(bytes(10_000_000), store_size=True)[:40]),
    ],
    ids=["snappy", "snappy block", "snappy block length", "zstd content size", "lz4 block", "lz4 content size"],
)
def test_a_claim_allocates_nothing(codec, claim):
    decompress(codec, compress(codec, b"imports the library"), limit=100)
    tracemalloc.start()
    try:
        with pytest.raises(CorruptBatch):
            decompress(codec, claim, limit=2**33)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000


@pytest.mark.parametrize(("window_log", "is_read"), [(23, True), (24, False), (27, False)])
def test_zstd_windows_beyond_8_mib_are_refused(window_log, is_read):
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=window_log)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = stream.compress(bytes(100)) + stream.flush()
    if is_read:
        assert decompress(Compression.ZSTD, packed, limit=LIMIT) == bytes(100)
    else:
        with pytest.raises(CorruptBatch, match="window"):
            decompress(Compression.ZSTD, packed, limit=LIMIT)


@pytest.mark.parametrize("codec", CODECS)
def test_a_stream_cut_short_anywhere_is_corrupt_or_a_prefix(codec):
    """Snappy's frame has no end mark: cut between two blocks it is whole, as it is for snappy-java."""
    sample = zlib.compress(bytes(range(256)) * 30, 0)[:70_000] * 9
    packed = compress(codec, sample)
    whole_blocks = [len(XERIAL)]
    if codec is Compression.SNAPPY:
        for block in xerial_blocks(packed):
            whole_blocks.append(whole_blocks[-1] + 4 + len(block))
    for size in range(len(packed)):
        if codec is Compression.SNAPPY and size in whole_blocks:
            assert sample.startswith(decompress(codec, packed[:size], limit=LIMIT))
            continue
        with pytest.raises(CorruptBatch):
            decompress(codec, packed[:size], limit=LIMIT)


@pytest.mark.parametrize("codec", CODECS)
@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_a_damaged_stream_is_read_or_corrupt_and_nothing_else(codec, data):
    packed = bytearray(compress(codec, b"some text, some more text, " * 40))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CorruptBatch):
        decompress(codec, packed, limit=100_000)


@pytest.mark.parametrize("codec", CODECS)
@given(noise=st.binary(max_size=200))
@settings(deadline=None, max_examples=200)
def test_noise_is_read_or_corrupt_and_nothing_else(codec, noise):
    with contextlib.suppress(CorruptBatch):
        decompress(codec, noise, limit=100_000)
