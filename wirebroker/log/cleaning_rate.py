"""How fast compaction may read and write: ``log.cleaner.io.max.bytes.per.second``, over all that goes on at a time.

Kafka's ``Throttler``. Bytes are counted as they come; about every 300 ms, or when there were enough for so long, the
rate since the last look is compared with the one that is wanted, and a pause makes up for what was too much.
"""

__all__ = ["CleaningRate"]

CHECK_SECONDS = 0.3


class CleaningRate:
    """``now`` is the same clock everywhere, in seconds."""

    def __init__(self, bytes_per_second: float, now: float) -> None:
        """``bytes_per_second``: infinite for no limit; with 0 nothing ever goes on, as in Kafka."""
        self._wanted = bytes_per_second
        self._since = now
        self._counted = 0

    def count(self, size: int) -> None:
        """Note bytes that were read or written."""
        self._counted += size

    def pause(self, now: float) -> float:
        """Return for how many seconds whoever asks should do nothing: until the end of a pause that another began."""
        if now < self._since:
            return self._since - now
        elapsed = now - self._since
        is_early = elapsed <= CHECK_SECONDS and self._counted <= self._wanted * CHECK_SECONDS
        if is_early or not self._counted:
            return 0.0
        needed = self._counted / self._wanted if self._wanted else float("inf")
        pause = max(0.0, needed - elapsed)
        self._since, self._counted = now + pause, 0
        return pause
