"""For each key where its last record stands: what compaction remembers of the part that it cleans, within bounds.

Kafka's ``OffsetMap``. Kafka keeps a hash of each key in 24 bytes; a dictionary of Python takes about eight times that,
so that fewer keys fit into ``log.cleaner.dedupe.buffer.size``. What does not fit is left for the next round.
"""

from hashlib import blake2b

__all__ = ["KeyOffsets"]

BYTES_PER_KEY = 192
LONGEST_KEPT = 32
"""Longer keys are kept as a hash of one byte more, so that no key is taken for another's hash."""
NOT_THERE = -1


class KeyOffsets:
    """``latest_offset`` is up to where records are counted in; -1 for nowhere."""

    def __init__(self, buffer_bytes: int, load_factor: float = 1.0) -> None:
        self.capacity = max(1, int(buffer_bytes * load_factor) // BYTES_PER_KEY)
        self.latest_offset = -1
        self._offsets: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._offsets)

    def put(self, key: bytes, offset: int) -> bool:
        """Note a record, later than all before it. Return False, with nothing noted, if a new key does not fit."""
        if len(key) > LONGEST_KEPT:
            key = _hash(key)
        offsets = self._offsets
        if len(offsets) >= self.capacity and key not in offsets:
            return False
        offsets[key] = offset
        self.latest_offset = offset
        return True

    def get(self, key: bytes) -> int:
        """Return the offset of the key's last record, -1 for a key that is not there."""
        return self._offsets.get(key if len(key) <= LONGEST_KEPT else _hash(key), NOT_THERE)


def _hash(key: bytes) -> bytes:
    return blake2b(key, digest_size=LONGEST_KEPT + 1).digest()
