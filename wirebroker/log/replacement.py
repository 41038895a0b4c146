"""Put a segment in the place of several: the exchange that ends a compaction (Kafka's ``LocalLog.replaceSegments``).

The new segment is on stable storage under names that end in ``.cleaned``. They become ``.swap``, from where on a crash
does not undo the exchange any more; the old segments' files are deleted, the oldest first; ``.swap`` is taken away.
"""

from collections.abc import Sequence

from wirebroker.log.doomed import DoomedFiles
from wirebroker.log.files import Files
from wirebroker.log.format import SEGMENT_SUFFIXES, segment_file
from wirebroker.log.segment import Segment
from wirebroker.log.unfinished import CLEANED_SUFFIX, SWAP_SUFFIX

__all__ = ["new_cleaned_segment", "replace_segments"]


def new_cleaned_segment(files: Files, directory: str, base_offset: int) -> Segment:
    """Begin the copy; what an earlier attempt has left is removed. Raises OSError."""
    for suffix in SEGMENT_SUFFIXES:
        files.remove(f"{directory}/{segment_file(base_offset, suffix)}{CLEANED_SUFFIX}")
    return Segment(files, directory, base_offset, suffix=CLEANED_SUFFIX)


def replace_segments(
    segments: list[Segment],
    cleaned: Segment,
    old: Sequence[Segment],
    directory: str,
    doomed: DoomedFiles,
    delay_ms: int,
) -> None:
    """Exchange ``old``, neighbours in ``segments``, for ``cleaned``, which begins where they do. Raises OSError."""
    first, last = segments.index(old[0]), old[-1]
    cleaned.next_offset = last.next_offset
    cleaned.written_ms = last.written_ms or last.file.modified_ms()
    cleaned.rename(SWAP_SUFFIX)
    for segment in old:
        segment.close()
    doomed.add_segments(
        directory, [segment.base_offset for segment in old], delay_ms, keep_snapshot=cleaned.base_offset
    )
    cleaned.rename("")
    segments[first : first + len(old)] = [cleaned]
