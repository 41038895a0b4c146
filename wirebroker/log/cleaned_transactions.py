"""Transactions as compaction meets them, batch by batch: which records count, which markers are still needed.

Kafka's ``CleanedTransactionMetadata``. Records of an aborted transaction are nobody's latest value, and go. A marker
stays as long as there is a record of its transaction.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from kafka_codecs.records.batch import BatchHeader
from kafka_codecs.records.control import ControlType
from wirebroker.log.format import Aborted

__all__ = ["CleanedTransactions"]


class CleanedTransactions:
    """``on_abort`` is told of each aborted transaction whose marker stays, to be listed again."""

    def __init__(self, on_abort: Callable[[Aborted], None] = lambda _: None) -> None:
        self.on_abort = on_abort
        self._committed: set[int] = set()
        self._aborted: dict[int, Aborted] = {}
        self._seen: set[int] = set()  # producers with a batch in their aborted transaction
        self._coming: list[tuple[int, Aborted]] = []

    def expect(self, aborted: Iterable[Aborted]) -> None:
        """Learn of the aborted transactions of a segment, before its batches; repetitions do no harm."""
        for transaction in aborted:
            heappush(self._coming, (transaction.first_offset, transaction))

    def is_aborted(self, header: BatchHeader) -> bool:
        """Count in a batch of records, and return whether its transaction was aborted."""
        self._reach(header.last_offset)
        if not header.is_transactional:
            return False
        if header.producer_id in self._aborted:
            self._seen.add(header.producer_id)
            return True
        self._committed.add(header.producer_id)
        return False

    def is_needless(self, header: BatchHeader, marker: ControlType | None, *, empty: bool) -> bool:
        """Count in a control batch, and return whether no record of its transaction is left.

        ``empty``: its record was cleaned away before.
        """
        self._reach(header.last_offset)
        producer_id = header.producer_id
        if empty:
            return True
        if marker is ControlType.ABORT:
            aborted = self._aborted.pop(producer_id, None)
            if aborted is not None and producer_id in self._seen:
                self._seen.discard(producer_id)
                self.on_abort(aborted)
                return False
            return True
        if marker is ControlType.COMMIT:
            if producer_id in self._committed:
                self._committed.discard(producer_id)
                return False
            return True
        return False

    def _reach(self, offset: int) -> None:
        while self._coming and self._coming[0][0] <= offset:
            _, aborted = heappop(self._coming)
            self._aborted.setdefault(aborted.producer_id, aborted)
