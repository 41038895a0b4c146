"""The cluster as its metadata records describe it, at one offset of the metadata log.

A ``ClusterImage`` never changes: an ``ImageBuilder`` replays records on top of one and builds the next, so that whoever
compares two of them (partitions opening and closing logs) sees exactly what one commit did; what it left alone is the
same object in both. Names are those of Kafka's ``MetadataImage`` and ``PartitionRegistration``.
"""

from collections.abc import Hashable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Any

import msgspec

from kafka_codecs.internal.cluster_nodes import BrokerEndpoint, BrokerFeature

NO_LEADER = -1


class ResourceType(IntEnum):
    """What a configuration belongs to (``ConfigResource.Type``)."""

    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


class PartitionImage(msgspec.Struct, frozen=True):
    """One partition. Each change raises ``partition_epoch``; a new or lost leader raises ``leader_epoch`` too."""

    partition: int
    replicas: tuple[int, ...]
    isr: tuple[int, ...]
    leader: int
    leader_epoch: int
    partition_epoch: int
    directories: tuple[bytes, ...] = ()
    removing_replicas: tuple[int, ...] = ()
    adding_replicas: tuple[int, ...] = ()
    leader_recovery_state: int = 0
    elr: tuple[int, ...] = ()
    last_known_elr: tuple[int, ...] = ()


class TopicImage(msgspec.Struct, frozen=True):
    """One topic; partition n stands at index n of ``partitions``."""

    name: str
    topic_id: bytes
    partitions: tuple[PartitionImage, ...]


class BrokerImage(msgspec.Struct, frozen=True):
    """One registered broker. A fenced one is registered but not alive: no leader, not listed."""

    broker_id: int
    broker_epoch: int
    incarnation_id: bytes
    rack: str | None
    fenced: bool
    log_dirs: tuple[bytes, ...] = ()
    end_points: tuple[BrokerEndpoint, ...] = ()
    features: tuple[BrokerFeature, ...] = ()
    in_controlled_shutdown: bool = False
    cordoned_log_dirs: tuple[bytes, ...] | None = None


class ClusterImage(msgspec.Struct, frozen=True):
    """Everything the metadata log says up to ``offset`` (of the last record replayed; -1: nothing yet)."""

    topics: Mapping[str, TopicImage]
    topics_by_id: Mapping[bytes, TopicImage]
    configs: Mapping[tuple[int, str], Mapping[str, str]]
    """Configurations by (``ResourceType``, name of the resource); "" names the default of all brokers."""
    features: Mapping[str, int]
    brokers: Mapping[int, BrokerImage]
    next_producer_id: int
    offset: int
    carried: Mapping[tuple[Hashable, ...], Any] = MappingProxyType({})
    """Records that this broker does nothing about, by what they speak of (``carried``)."""

    def topic_configs(self, name: str) -> Mapping[str, str]:
        return self.configs.get((ResourceType.TOPIC, name), _NOTHING)

    def alive_brokers(self) -> list[BrokerImage]:
        """Brokers that clients may be told of, by id."""
        return [broker for _, broker in sorted(self.brokers.items()) if not broker.fenced]


_NOTHING: Mapping[Any, Any] = MappingProxyType({})

EMPTY_IMAGE = ClusterImage(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, 0, -1)
