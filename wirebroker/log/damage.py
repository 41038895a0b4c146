"""Records that were on stable storage and cannot be read any more: what is left of them, and where sound ones go on.

A disk that rots, or a hand that slipped. Such a stretch of a segment is reported once and remembered in a small file of
our own beside the segments; reads of its offsets are refused, reads of others and appends go on. Nothing is cut away.
"""

from collections.abc import Iterable

import msgspec

from kafka_codecs.records.batch import HEADER_SIZE, BatchHeader, CorruptBatch, crc_is_valid, read_header
from wirebroker.log.files import File
from wirebroker.log.format import FormatError, read_number_table, write_number_table

__all__ = ["DAMAGE_FILE", "DamagedRecords", "NotABatch", "Stretch", "find_sound", "read_damage", "write_damage"]

DAMAGE_FILE = "damaged-offsets-checkpoint"

SEARCHED_BYTES = 1024 * 1024
_MAGIC_AT = 16
_MAGIC = b"\x02"


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """Bytes from ``position`` to ``end`` that held the offsets from ``first_offset`` to before ``next_offset``.

    Where the file was cut short ``position`` and ``end`` are its end.
    """

    position: int
    end: int
    first_offset: int
    next_offset: int

    def __str__(self) -> str:
        return f"offsets {self.first_offset} to {self.next_offset - 1} (bytes {self.position} to {self.end})"


class NotABatch(FormatError):  # noqa: N818 - what is there
    """Where a batch must begin none does."""

    def __init__(self, position: int, base_offset: int) -> None:
        super().__init__(f"no batch at {position} of the segment {base_offset}")
        self.position = position
        self.base_offset = base_offset


class DamagedRecords(FormatError):  # noqa: N818 - what is there
    """What was asked for lies in a known stretch of damage, which ends at ``end`` in the file."""

    def __init__(self, stretch: Stretch, base_offset: int) -> None:
        super().__init__(f"{stretch} of the segment {base_offset} cannot be read")
        self.end = stretch.end


def find_sound(file: File, at: int, end: int, *, first_offset: int, last_offset: int) -> tuple[int, BatchHeader] | None:
    """Look from ``at`` on, byte by byte, for a batch whose checksum is right and whose offsets lie in the bounds.

    The search is for the magic byte: it costs little where there is none. Raises OSError.
    """
    while at + HEADER_SIZE <= end:
        window = bytes(file.read(at, min(SEARCHED_BYTES, end - at)))
        found = window.find(_MAGIC, _MAGIC_AT)
        while found >= 0:
            position = at + found - _MAGIC_AT
            header = _sound(file, position, end)
            if header is not None and first_offset <= header.base_offset and header.last_offset <= last_offset:
                return position, header
            found = window.find(_MAGIC, found + 1)
        if len(window) <= _MAGIC_AT:
            return None
        at += len(window) - _MAGIC_AT
    return None


def _sound(file: File, position: int, end: int) -> BatchHeader | None:
    view = file.read(position, HEADER_SIZE)
    if len(view) < HEADER_SIZE:
        return None
    try:
        header = read_header(view)
    except CorruptBatch:
        return None
    if header.magic != 2 or not HEADER_SIZE <= header.size <= end - position or header.last_offset_delta < 0:
        return None
    batch = file.read(position, header.size)
    return header if len(batch) == header.size and crc_is_valid(batch, 0, len(batch)) else None


def write_damage(stretches: Iterable[tuple[int, Stretch]]) -> bytes:
    """Write each stretch with its segment's base offset, as a checkpoint file."""
    return write_number_table(
        (base, stretch.position, stretch.end, stretch.first_offset, stretch.next_offset) for base, stretch in stretches
    )


def read_damage(data: bytes) -> list[tuple[int, Stretch]]:
    """Read what ``write_damage`` wrote. Raises FormatError."""
    return [(base, Stretch(*rest)) for base, *rest in read_number_table(data, 5)]
