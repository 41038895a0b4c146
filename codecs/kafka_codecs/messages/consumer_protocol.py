"""What consumers of classic groups tell each other through JoinGroup and SyncGroup.

The coordinator passes these as opaque bytes, an int16 version before them. It opens them only to find out which topics
a group is subscribed to (OffsetDelete, offset expiry), and when classic consumers live in a KIP-848 group.
"""

from __future__ import annotations

from typing import Annotated

from kafka_codecs.schema import IGNORABLE, Bytes, Int32, Spec, String, Struct

__all__ = [
    "ConsumerProtocolAssignment",
    "ConsumerProtocolSubscription",
    "TopicPartition",
]


class ConsumerProtocolSubscription(Struct):
    """Versions: 1: owned partitions (KIP-429). 2: the generation they are from. 3: rack (KIP-881)."""

    SPEC = Spec(key=None, versions="0-3")

    topics: list[String] = []
    user_data: Bytes | None = None
    """For the assignor."""
    owned_partitions: Annotated[list[TopicPartition], "1+", IGNORABLE] = []
    generation_id: Annotated[Int32, "2+", IGNORABLE] = -1
    rack_id: Annotated[String | None, "3+", IGNORABLE] = None


class TopicPartition(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class ConsumerProtocolAssignment(Struct):
    """The versions are those of the subscription and change nothing here."""

    SPEC = Spec(key=None, versions="0-3")

    assigned_partitions: list[TopicPartition] = []
    user_data: Bytes | None = None
