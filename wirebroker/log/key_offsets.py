"""For each key where its last record stands: what compaction remembers of the part that it cleans, within bounds.

Kafka's ``SkimpyOffsetMap``: one piece of memory, in which a key takes 24 bytes, however long it is: a hash of 128 bits
and the offset. A dictionary of Python takes 138 bytes a key of 21, and would be faster by 1.6 µs a call (cleaning takes
11 a record). What does not fit into ``log.cleaner.dedupe.buffer.size`` is left for the next round.
"""

import sys
from collections.abc import Callable
from hashlib import md5
from mmap import mmap
from struct import Struct

__all__ = ["BYTES_PER_KEY", "KeyOffsets", "own_hashes", "python_hashes"]

BYTES_PER_KEY = 24
LARGEST_BUFFER = 2**31 - 1
LEAST_LOAD, MOST_LOAD = 0.1, 0.9
NOT_THERE = -1

Hashes = Callable[[bytes], tuple[int, int]]
"""Gives two numbers of 64 bits, signed, the first of them not 0."""

_TWO_NUMBERS = Struct("<qq")


def python_hashes(key: bytes) -> tuple[int, int]:
    """Hash with the interpreter's own function, SipHash with a secret of this process: nobody can plan a clash."""
    return hash(key) or 1, hash(key + b"\0")


def own_hashes(key: bytes) -> tuple[int, int]:
    """Hash as Kafka does, where Python was built with another function or for 32 bits; takes twice as long."""
    first, second = _TWO_NUMBERS.unpack(md5(key, usedforsecurity=False).digest())
    return first or 1, second


def _best_hashes() -> Hashes:
    info = sys.hash_info
    return python_hashes if info.width == 64 and info.algorithm.startswith("siphash") else own_hashes


class KeyOffsets:
    """A table with open addressing and double hashing; nothing is ever removed.

    ``latest_offset`` is up to where records are counted in; -1 for nowhere. ``capacity`` is how many keys there may be.
    The table never gets fuller than nine tenths, since looking up takes ever longer: with a larger ``load_factor`` it
    is larger than the buffer.
    """

    def __init__(
        self, buffer_bytes: int, load_factor: float = 1.0, *, most_keys: int | None = None, hashes: Hashes | None = None
    ) -> None:
        """``most_keys``: there will not be more, so that the table need not be larger. No buffer is above 2 GiB."""
        self.capacity = max(1, int(min(buffer_bytes, LARGEST_BUFFER) // BYTES_PER_KEY * min(load_factor, 1.0)))
        self.latest_offset = -1
        needed = self.capacity if most_keys is None else min(self.capacity, max(1, most_keys))
        self._slots = _next_prime(int(needed / min(max(load_factor, LEAST_LOAD), MOST_LOAD)) + 1)
        self.capacity = min(self.capacity, self._slots - 1)
        self._hashes = _best_hashes() if hashes is None else hashes
        self._entries = memoryview(mmap(-1, self._slots * BYTES_PER_KEY)).cast("q")
        """Three numbers each: both hashes, the first 0 where nothing is, and the offset. Memory is used as it fills."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """Bytes of the table."""
        return self._entries.nbytes

    def put(self, key: bytes, offset: int) -> bool:
        """Note a record, later than all before it. Return False, with nothing noted, if a new key does not fit."""
        first, second = self._hashes(key)
        entries, size = self._entries, 3 * self._slots
        at = first % self._slots * 3
        step = 0
        while found := entries[at]:
            if found == first and entries[at + 1] == second:
                break
            step = step or second % (self._slots - 1) * 3 + 3
            at += step
            if at >= size:
                at -= size
        else:
            if self._count >= self.capacity:
                return False
            self._count += 1
            entries[at], entries[at + 1] = first, second
        entries[at + 2] = self.latest_offset = offset
        return True

    def get(self, key: bytes) -> int:
        """Return the offset of the key's last record, -1 for a key that is not there."""
        first, second = self._hashes(key)
        entries, size = self._entries, 3 * self._slots
        at = first % self._slots * 3
        step = 0
        while found := entries[at]:
            if found == first and entries[at + 1] == second:
                return entries[at + 2]
            step = step or second % (self._slots - 1) * 3 + 3
            at += step
            if at >= size:
                at -= size
        return NOT_THERE


def _next_prime(number: int) -> int:
    """Find a number of slots such that every step comes to all of them. Not less than 3."""
    number = max(3, number | 1)
    while any(number % divisor == 0 for divisor in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number
