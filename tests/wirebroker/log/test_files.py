"""The door to a disk, and its likeness in memory."""

import os

import pytest

from wirebroker.log.files import DiskFiles, FileRange
from wirebroker.log.memory_files import LARGEST_CHUNK, SMALLEST_CHUNK, Arena, MemoryFile, MemoryFiles


@pytest.fixture(autouse=True)
def _directory(files):
    files.make_directory("orders-0")


def content(chunks) -> bytes:
    return b"".join(chunk.tobytes() for chunk in chunks)


def test_a_file_that_was_never_written_is_empty_and_does_not_exist(files):
    file = files.open("orders-0/a.log")
    assert file.size() == 0
    assert bytes(file.read(0, 10)) == b""
    assert files.names("orders-0") == []


def test_what_is_written_is_read(files):
    file = files.open("orders-0/a.log")
    file.write(b"hello", 0)
    file.write(memoryview(bytearray(b" world")), 5)
    assert file.size() == 11
    assert bytes(file.read(3, 5)) == b"lo wo"
    assert bytes(file.read(6, 100)) == b"world"
    assert content(file.pieces(0, 11)) == b"hello world"
    assert sum(len(chunk) for chunk in file.pieces(2, 7)) == 7
    assert files.names("orders-0") == ["a.log"]


def test_a_write_inside_the_file_replaces_its_rest_in_memory_and_its_bytes_on_disk(files):
    file = files.open("orders-0/a.log")
    file.write(b"0123456789", 0)
    file.write(b"abcdef", 6)
    assert bytes(file.read(0, 99)) == b"012345abcdef"


def test_truncate_cuts(files):
    file = files.open("orders-0/a.log")
    file.write(bytes(range(200)) * 100, 0)
    file.write(b"more", 20_000)
    file.truncate(20_002)
    assert file.size() == 20_002
    file.truncate(150)
    assert bytes(file.read(0, 1000)) == bytes(range(150))
    file.write(b"x", 150)
    assert bytes(file.read(148, 10)) == b"\x94\x95x"
    file.truncate(0)
    assert file.size() == 0


def test_what_is_cut_stays_visible_to_those_who_read_it():
    file = MemoryFiles().open("orders-0/a.log")
    file.write(b"0123456789", 0)
    seen = file.pieces(0, 10)
    file.truncate(5)
    file.write(b"-----", 5)
    assert content(seen) == b"0123456789"


def test_a_small_file_is_replaced_as_a_whole(files):
    assert files.load("orders-0/text") is None
    files.save("orders-0/text", b"a long text")
    files.save("orders-0/text", b"short", sync=True)
    assert files.load("orders-0/text") == b"short"
    assert files.names("orders-0") == ["text"]
    files.remove("orders-0/text")
    files.remove("orders-0/text")
    assert files.load("orders-0/text") is None


def test_a_directory_is_renamed_and_removed_with_all_that_is_in_it(files):
    files.open("orders-0/a.log").write(b"a", 0)
    files.rename("orders-0", "orders-0.x-delete")
    assert files.names("") == ["orders-0.x-delete"]
    assert files.load("orders-0.x-delete/a.log") == b"a"
    files.rename("orders-0.x-delete/a.log", "orders-0.x-delete/b.log")
    assert files.names("orders-0.x-delete") == ["b.log"]
    files.remove_tree("orders-0.x-delete")
    files.remove_tree("orders-0.x-delete")
    assert files.names("orders-0.x-delete") == []


def test_a_tree_is_locked_once(files):
    release = files.lock()
    with pytest.raises(BlockingIOError):
        files.lock()
    release()
    files.lock()()


def test_a_range_survives_the_deletion_of_its_file(tmp_path):
    """A response under way goes on after its topic was deleted."""
    files = DiskFiles(tmp_path)
    file = files.open("a.log")
    file.write(b"0123456789", 0)
    (piece,) = file.pieces(2, 5)
    file.close()
    files.remove("a.log")
    assert isinstance(piece, FileRange)
    assert (len(piece), piece.position, piece.tobytes()) == (5, 2, b"23456")
    descriptor = piece.fileno()
    del piece
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)


def test_a_write_that_the_system_takes_in_parts_is_finished(tmp_path, monkeypatch):
    file = DiskFiles(tmp_path).open("a.log")
    monkeypatch.setattr("wirebroker.log.files.write_at", lambda fd, data, at: os.pwrite(fd, data[:3], at))
    file.write(b"0123456789", 0)
    assert bytes(file.read(0, 99)) == b"0123456789"


def test_chunks_grow_with_the_file_and_hold_a_write_in_one_piece():
    file = MemoryFile(Arena())
    position, sizes = 0, []
    for size in [100, SMALLEST_CHUNK, 100, 3 * SMALLEST_CHUNK, LARGEST_CHUNK + 1]:
        file.write(b"x" * size, position)
        sizes.append([len(piece) for piece in file.pieces(position, size)])
        position += size
    assert sizes == [[100], [SMALLEST_CHUNK], [100], [3 * SMALLEST_CHUNK], [LARGEST_CHUNK + 1]]
    assert file.size() == position
    assert len(content(file.pieces(0, position))) == position


def test_a_hole_reads_as_zeros():
    file = MemoryFile(Arena())
    file.write(b"x", 3)
    assert bytes(file.read(0, 9)) == b"\0\0\0x"


def test_memory_is_used_again_but_not_while_somebody_reads_it():
    arena = Arena()
    read, unread = MemoryFile(arena), MemoryFile(arena)
    for file in (read, unread):
        file.write(b"a" * LARGEST_CHUNK, 0)
    seen = read.pieces(0, 10)
    read.discard()
    unread.discard()
    for _ in range(2):
        MemoryFile(arena).write(b"b" * LARGEST_CHUNK, 0)
    assert content(seen) == b"a" * 10
    assert arena.take(LARGEST_CHUNK)[0] == 0, "a third chunk is fresh"


def test_the_arena_keeps_a_bounded_number_of_chunks():
    arena = Arena(pooled=1)
    for _ in range(3):
        arena.give_back(memoryview(bytearray(LARGEST_CHUNK)))
    assert len(arena._pool) == 1
