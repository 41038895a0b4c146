"""The features of Apache Kafka 4.4's clusters: which levels are supported, and where a fresh cluster starts (KIP-584).

Numbers observed on 4.4.0; ``MetadataVersion``, ``GroupVersion``, ``TransactionVersion``, ``ShareVersion``,
``StreamsVersion`` and ``EligibleLeaderReplicasVersion`` name them. ``kraft.version`` stays at 0, as it does in
Kafka with static voters, and is then not listed among the finalized ones.
"""

from collections.abc import Mapping
from typing import NamedTuple


class FeatureLevels(NamedTuple):
    """Inclusive range of levels that this broker can run with."""

    low: int
    high: int


METADATA_VERSION = "metadata.version"

SUPPORTED_FEATURES: dict[str, FeatureLevels] = {
    METADATA_VERSION: FeatureLevels(7, 33),
    "kraft.version": FeatureLevels(0, 1),
    "transaction.version": FeatureLevels(0, 2),
    "group.version": FeatureLevels(0, 1),
    "eligible.leader.replicas.version": FeatureLevels(0, 1),
    "share.version": FeatureLevels(0, 2),
    "streams.version": FeatureLevels(0, 1),
}

INITIAL_FEATURES: dict[str, int] = {
    name: levels.high for name, levels in SUPPORTED_FEATURES.items() if name != "kraft.version"
}


def check_features(finalized: Mapping[str, int]) -> None:
    """Raise ValueError for a cluster that uses more than this broker knows of, as Kafka's refuses to start then."""
    for name, level in finalized.items():
        low, high = SUPPORTED_FEATURES.get(name, (0, 0))
        if not low <= level <= high:
            raise ValueError(f"the cluster runs with {name} {level}, and this broker supports {low} to {high}")
