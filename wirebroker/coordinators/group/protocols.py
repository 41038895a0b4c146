"""Which protocol (assignor) a classic group uses: pure functions over what each member offers.

A member offers protocols in the order in which it likes them, each with its metadata (its subscription). Only one that
all members offer can be chosen; each member votes for the first such in its own list, most votes win, and the leader
has no say (Kafka's ``ClassicGroup.selectProtocol``). A tie falls to the order of Kafka's hash table.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from kafka_codecs.compile import decode
from kafka_codecs.messages.consumer_protocol import ConsumerProtocolSubscription
from kafka_codecs.wire import DecodeError
from wirebroker.coordinators.group.java_hash import hash_map_rank

Protocols: TypeAlias = list[tuple[str, bytes]]
"""Names and metadata, the best liked first."""

CONSUMER = "consumer"
"""The protocol type of consumers (``ConsumerProtocol.PROTOCOL_TYPE``); their subscriptions can be read."""

_VERSION_SIZE = 2


def names_of(protocols: Protocols) -> list[str]:
    return [name for name, _ in protocols]


def metadata_of(protocols: Protocols, name: str | None) -> bytes:
    """Return the metadata beside a protocol. Raises LookupError if it is not offered."""
    for offered, metadata in protocols:
        if offered == name:
            return metadata
    raise LookupError(f"a member does not offer the protocol {name!r} of its group")


def common_protocols(offers: Iterable[Protocols]) -> set[str]:
    """Return the protocols that everybody offers."""
    common: set[str] | None = None
    for protocols in offers:
        names = set(names_of(protocols))
        common = names if common is None else common & names
    return common or set()


def select_protocol(offers: Sequence[Protocols]) -> str:
    """Let each member vote. There must be a member, and a protocol that all offer."""
    candidates = common_protocols(offers)
    votes: Counter[str] = Counter()
    for protocols in offers:
        votes[next(name for name, _ in protocols if name in candidates)] += 1
    return min(votes, key=lambda name: (-votes[name], hash_map_rank(name)))


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
