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

from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from wirebroker.coordinators.group.classic import ClassicGroup
from wirebroker.coordinators.group.generations import EMPTY, STABLE


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
        if group.state is not STABLE or group.subscribed_topics is None:
            return []
        subscribed = group.subscribed_topics
    became_empty_ms = group.state_timestamp_ms if group.state is EMPTY and group.protocol_type is not None else -1
    expired = []
    for key, value in committed:
        since_ms = value.commit_timestamp if became_empty_ms < 0 else became_empty_ms
        own = value.expire_timestamp
        is_over = timestamp_ms >= own if own >= 0 else timestamp_ms - since_ms >= retention_ms
        if is_over and key.topic not in subscribed:
            expired.append(key)
    return expired
