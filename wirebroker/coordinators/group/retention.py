"""How long committed offsets are kept: pure decisions (Kafka's ``ClassicGroup.offsetExpirationCondition``).

=======================================  ==============================================================
group                                    an offset is dropped when the retention has passed since
=======================================  ==============================================================
never had members (no protocol type)     its commit
Empty                                    the group became so
Stable, of consumers                     its commit, if no member subscribes to the topic
in a rebalance, or of other protocols    (kept)
=======================================  ==============================================================

A commit that named its own retention (OffsetCommit 2 to 4) is dropped at that time instead.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from kafka_codecs.compile import decode
from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from kafka_codecs.messages.consumer_protocol import ConsumerProtocolSubscription
from kafka_codecs.wire import DecodeError
from wirebroker.coordinators.group.classic import ClassicGroup
from wirebroker.coordinators.group.generations import EMPTY, STABLE

CONSUMER = "consumer"
"""The protocol type of consumers (``ConsumerProtocol.PROTOCOL_TYPE``); their subscriptions can be read."""


_VERSION_SIZE = 2


def expired_offsets(
    group: ClassicGroup,
    committed: Iterable[tuple[OffsetCommitKey, OffsetCommitValue]],
    *,
    timestamp_ms: int,
    retention_ms: int,
) -> list[OffsetCommitKey]:
    """Return those of a group's committed offsets that are to be dropped now."""
    subscribed: AbstractSet[str] = frozenset()
    if group.state is not EMPTY:
        if group.state is not STABLE or group.protocol_type != CONSUMER:
            return []
        read = subscribed_topics(member.metadata(group.protocol_name) for member in group.members)
        if read is None:
            return []
        subscribed = read
    became_empty_ms = group.state_timestamp_ms if group.state is EMPTY and group.protocol_type is not None else -1
    expired = []
    for key, value in committed:
        since_ms = value.commit_timestamp if became_empty_ms < 0 else became_empty_ms
        own = value.expire_timestamp
        is_over = timestamp_ms >= own if own >= 0 else timestamp_ms - since_ms >= retention_ms
        if is_over and key.topic not in subscribed:
            expired.append(key)
    return expired


def subscribed_topics(subscriptions: Iterable[bytes]) -> AbstractSet[str] | None:
    """Read what consumers subscribe to; None if one of them cannot be read.

    Every version begins as version 0 does, so that future ones can be read too.
    """
    topics: set[str] = set()
    for subscription in subscriptions:
        try:
            topics.update(decode(ConsumerProtocolSubscription, 0, subscription, _VERSION_SIZE).topics)
        except DecodeError:
            return None
    return topics
