"""The seam for reading from the nearest replica (KIP-392): who has followers says which of them a consumer should ask.

A broker without followers has no selector, and whatever ``replica.selector.class`` says, consumers read from it.
"""

from typing import Protocol

from wirebroker.partitions.partition import Partition

__all__ = ["ReplicaSelector"]


class ReplicaSelector(Protocol):
    """``org.apache.kafka.common.replica.ReplicaSelector``, asked for every partition of a consumer's fetch."""

    def select(self, partition: Partition, rack_id: str, offset: int) -> int | None:
        """Return the node id of an in-sync follower whose log covers ``offset``; None to read from the leader.

        ``rack_id`` is where the consumer is, empty if it does not say.
        """
        ...
