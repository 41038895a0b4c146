"""Files that are deleted: first by name, some time later from the disk.

A segment's files get the suffix ``.deleted``, a topic's directory ``-delete``, so that whatever happens then nobody
takes them for data. They stay for ``file.delete.delay.ms``: whoever has found out where to read goes on undisturbed,
and a mistake can be made good. Files in memory go at once, since memory is dearer and readers keep what they look at.
"""

from collections.abc import Iterable

import msgspec

from wirebroker.log.files import Files
from wirebroker.log.format import SEGMENT_SUFFIXES, segment_file

__all__ = ["DELETED_SUFFIX", "DoomedFiles"]

DELETED_SUFFIX = ".deleted"


class _Doomed(msgspec.Struct):
    """Files, or directories with all that is in them. ``due`` is in monotonic seconds, None until a clock was seen."""

    names: list[str]
    are_directories: bool
    delay: float
    due: float | None = None


class DoomedFiles:
    """What is to be removed from ``files``, and when."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._waiting: list[_Doomed] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add_segments(
        self, directory: str, base_offsets: Iterable[int], delay_ms: int, *, keep_snapshot: int | None = None
    ) -> None:
        """Rename all files of these segments, the records first. Raises OSError.

        ``keep_snapshot``: the offset of a producers' snapshot that is still of use.
        """
        there = set(self._files.names(directory))
        names = []
        for base_offset in base_offsets:
            for suffix in SEGMENT_SUFFIXES:
                name = segment_file(base_offset, suffix)
                if name in there and not (suffix == "snapshot" and base_offset == keep_snapshot):
                    self._files.rename(f"{directory}/{name}", f"{directory}/{name}{DELETED_SUFFIX}")
                    names.append(f"{directory}/{name}{DELETED_SUFFIX}")
        self._add(_Doomed(names, False, delay_ms / 1000))

    def add_directory(self, directory: str, delay_ms: int) -> None:
        """Remove a directory that has been renamed. Raises OSError."""
        self._add(_Doomed([directory], True, delay_ms / 1000))

    def _add(self, doomed: _Doomed) -> None:
        if self._files.lasting:
            self._waiting.append(doomed)
        else:
            self._remove(doomed)

    def take_due(self, now: float) -> list[_Doomed]:
        """Return what has waited for its time, and forget it. The delay counts from the first call after it was added.

        So nobody who deletes has to know the time; the caller comes by every second.
        """
        due: list[_Doomed] = []
        waiting: list[_Doomed] = []
        for doomed in self._waiting:
            if doomed.due is None:
                doomed.due = now + doomed.delay
            (due if doomed.due <= now else waiting).append(doomed)
        self._waiting = waiting
        return due

    def remove(self, due: list[_Doomed]) -> None:
        """Remove what ``take_due`` returned; on any thread, since large files take a while. Raises OSError."""
        for doomed in due:
            self._remove(doomed)

    def _remove(self, doomed: _Doomed) -> None:
        for name in doomed.names:
            if doomed.are_directories:
                self._files.remove_tree(name)
            else:
                self._files.remove(name)
