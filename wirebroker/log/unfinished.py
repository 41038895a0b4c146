"""Replacements of segments that a crash has interrupted: Kafka's first three passes over a partition's directory.

Compaction writes new files beside the old ones (``.cleaned``), then renames them to ``.swap``, which says: these count.
Then the old ones go, and the new ones take their names (``LogLoader.load``).
"""

import logging

from wirebroker.log.files import Files
from wirebroker.log.format import FormatError, base_offset_of
from wirebroker.log.segment import Segment

__all__ = ["CLEANED_SUFFIX", "DELETED_SUFFIX", "SWAP_SUFFIX", "finish_replacements"]

CLEANED_SUFFIX = ".cleaned"
SWAP_SUFFIX = ".swap"
DELETED_SUFFIX = ".deleted"
_SNAPSHOT_OF_METADATA = ".checkpoint.deleted"

_log = logging.getLogger(__name__)


def finish_replacements(files: Files, directory: str) -> None:
    """Do to the end what had got as far as ``.swap``, and undo the rest. Raises OSError."""
    names = files.names(directory)
    swapped = _remove_temporary(files, directory, names)
    if not swapped:
        return
    first, end = _range_of(files, directory, swapped)
    for name in files.names(directory):
        offset = _offset_in(name)
        if offset is not None and first <= offset < end and not name.endswith(SWAP_SUFFIX):
            _log.info("%s/%s was replaced and is removed", directory, name)
            files.remove(f"{directory}/{name}")
    for name in swapped:
        _log.info("%s/%s takes its place", directory, name)
        files.rename(f"{directory}/{name}", f"{directory}/{name.removesuffix(SWAP_SUFFIX)}")
    files.sync_directory(directory)


def _remove_temporary(files: Files, directory: str, names: list[str]) -> list[str]:
    """Remove what is of no use and return the ``.swap`` files that count.

    One at or above the first ``.cleaned`` file belongs to a segment that was being split, and was not finished.
    """
    cleaned = [name for name in names if name.endswith(CLEANED_SUFFIX)]
    first_cleaned = min((offset for name in cleaned if (offset := _offset_in(name)) is not None), default=None)
    swapped = []
    removed = False
    for name in names:
        if name.endswith(SWAP_SUFFIX):
            offset = _offset_in(name)
            if offset is not None and (first_cleaned is None or offset < first_cleaned):
                swapped.append(name)
                continue
        elif not name.endswith((DELETED_SUFFIX, CLEANED_SUFFIX, ".tmp")) or name.endswith(_SNAPSHOT_OF_METADATA):
            continue
        files.remove(f"{directory}/{name}")
        removed = True
    if removed:
        files.sync_directory(directory)
    return swapped


def _range_of(files: Files, directory: str, swapped: list[str]) -> tuple[int, int]:
    """Return from where to where the new segments reach."""
    first, end = 2**63 - 1, -1
    for name in swapped:
        base = base_offset_of(name.removesuffix(SWAP_SUFFIX), "log")
        if base is not None:
            segment = Segment(files, directory, base, suffix=SWAP_SUFFIX)
            next_offset = base
            try:
                for _, header in segment.headers(0, segment.file.size()):
                    next_offset = header.next_offset
            except FormatError as fault:
                _log.error("%s/%s: %s", directory, name, fault)
            segment.close()
            first, end = min(first, base), max(end, next_offset)
    return first, end


def _offset_in(name: str) -> int | None:
    digits = name.partition(".")[0]
    return int(digits) if len(digits) == 20 and digits.isdecimal() else None
