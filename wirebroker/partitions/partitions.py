"""All partitions of this broker, kept in step with the metadata: logs are opened, reconfigured and deleted here."""

import logging
from collections.abc import Collection, Iterator

from kafka_codecs.error_codes import ErrorCode
from wirebroker.config.broker import BrokerConfig
from wirebroker.config.topic import TopicConfig
from wirebroker.errors import KafkaError
from wirebroker.log.storage import Storage, StorageError
from wirebroker.metadata.image import ClusterImage, ResourceType, TopicImage
from wirebroker.partitions.partition import Partition

_log = logging.getLogger(__name__)


class Partitions:
    """The open partitions by topic name and index (Kafka's ``ReplicaManager``).

    ``apply`` is the journal's subscriber, and the only one that changes which partitions there are.
    """

    def __init__(self, storage: Storage, config: BrokerConfig) -> None:
        self._storage = storage
        self._config = config
        self._partitions: dict[tuple[str, int], Partition] = {}
        self._offline: set[tuple[str, int]] = set()

    def __iter__(self) -> Iterator[Partition]:
        return iter(self._partitions.values())

    def get(self, topic: str, index: int) -> Partition | None:
        """Return the partition, or None if there is none or its log did not open."""
        return self._partitions.get((topic, index))

    def exists(self, topic: str, index: int) -> bool:
        """Whether the metadata knows the partition, served or not."""
        return (topic, index) in self._partitions or (topic, index) in self._offline

    def is_offline(self, topic: str, index: int) -> bool:
        """Whether the metadata knows the partition, and its log cannot be used."""
        return (topic, index) in self._offline

    def take_offline(self, keys: Collection[tuple[str, int]]) -> None:
        """Serve these partitions no more: their disk has failed. Who waits at them is told."""
        for key in keys:
            partition = self._partitions.pop(key, None)
            if partition is not None:
                self._offline.add(key)
                partition.waiters.wake_all()

    def find(self, topic: str, index: int) -> Partition:
        """Return the partition. Raises KafkaError: UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR (see ``get``)."""
        partition = self._partitions.get((topic, index))
        if partition is None:
            offline = (topic, index) in self._offline
            raise KafkaError(ErrorCode.KAFKA_STORAGE_ERROR if offline else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return partition

    def apply(self, old: ClusterImage, new: ClusterImage) -> None:
        """Follow the metadata from one image to the next.

        A log that cannot be opened or deleted is reported, and its partition stays away; the others are served.
        """
        for topic_id, topic in old.topics_by_id.items():
            if topic_id not in new.topics_by_id:
                self._delete(topic)
        for topic_id, topic in new.topics_by_id.items():
            if old.topics_by_id.get(topic_id) is not topic:
                self._follow(topic, new)
        if old.configs is not new.configs:
            self._reconfigure(old, new)

    def expire_producers(self, timestamp_ms: int) -> None:
        """Forget idempotent producers that were idle for ``producer.id.expiration.ms``; the wall clock is now."""
        for partition in self:
            partition.log.expire_producers(timestamp_ms, self._config.producer_id_expiration_ms)

    def close(self) -> None:
        """Wake whoever waits. The logs are closed by the storage, which opened them."""
        for partition in self:
            partition.waiters.wake_all()
        self._partitions.clear()

    def _follow(self, topic: TopicImage, image: ClusterImage) -> None:
        config = None
        for described in topic.partitions:
            key = topic.name, described.partition
            partition = self._partitions.get(key)
            if key in self._offline:
                continue
            if partition is not None:
                partition.lead(described.leader_epoch)
                continue
            config = config or TopicConfig.of(image.topic_configs(topic.name), self._config)
            try:
                log = self._storage.open_log(topic.name, described.partition, topic.topic_id, config)
                self._partitions[key] = Partition(
                    topic.name, described.partition, topic.topic_id, log, described.leader_epoch
                )
            except (KafkaError, StorageError, OSError):
                self._offline.add(key)
                _log.exception("%s-%d cannot be opened and is not served", topic.name, described.partition)

    def _delete(self, topic: TopicImage) -> None:
        for described in topic.partitions:
            partition = self._partitions.pop((topic.name, described.partition), None)
            self._offline.discard((topic.name, described.partition))
            try:
                self._storage.delete_log(topic.name, described.partition)
            except (KafkaError, StorageError, OSError):
                _log.exception("%s-%d is deleted, but its files remain", topic.name, described.partition)
            if partition is not None:
                partition.waiters.wake_all()

    def _reconfigure(self, old: ClusterImage, new: ClusterImage) -> None:
        for (kind, name), values in new.configs.items():
            if kind == ResourceType.TOPIC and old.configs.get((kind, name)) is not values:
                self._configure(name, new)
        for kind, name in old.configs.keys() - new.configs.keys():
            if kind == ResourceType.TOPIC:
                self._configure(name, new)

    def _configure(self, name: str, image: ClusterImage) -> None:
        topic = image.topics.get(name)
        config = TopicConfig.of(image.topic_configs(name), self._config)
        for described in topic.partitions if topic is not None else ():
            partition = self._partitions.get((name, described.partition))
            if partition is not None:
                partition.log.config = config
