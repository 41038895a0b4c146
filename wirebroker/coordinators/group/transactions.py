"""Offsets that were committed in transactions, as a start finds them in the log: they count when a transaction ends.

Of two commits of one partition the one that was written later wins, even if it was an ordinary one and the transaction
ended after it (Kafka: ``OffsetMetadataManager.replayEndTransactionMarker``).
"""

from collections.abc import Iterator

from wirebroker.coordinators.group.records import GroupRecord, encode_record


class OffsetTransactions:
    """The open transactions of one partition of ``__consumer_offsets``."""

    def __init__(self) -> None:
        self._open: dict[int, list[tuple[GroupRecord, int]]] = {}
        self._latest: dict[bytes, int] = {}

    def add(self, producer_id: int, record: GroupRecord, offset: int) -> None:
        """Keep a record, which stands at ``offset``, until its transaction ends."""
        self._open.setdefault(producer_id, []).append((record, offset))

    def pass_by(self, record: GroupRecord, offset: int) -> None:
        """Note a record that counts at once: no older one that is still open may replace it."""
        if self._open:
            self._latest[encode_record(record)[0]] = offset

    def end(self, producer_id: int, *, is_commit: bool) -> Iterator[GroupRecord]:
        """End a producer's transaction and go over what counts from now on."""
        for record, offset in self._open.pop(producer_id, ()):
            if is_commit and self._latest.get(encode_record(record)[0], -1) < offset:
                self._latest[encode_record(record)[0]] = offset
                yield record
        if not self._open:
            self._latest.clear()
