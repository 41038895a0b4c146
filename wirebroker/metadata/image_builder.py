"""The next image: records of the metadata log, replayed on top of the last one."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgspec

from kafka_codecs.internal.cluster_metadata import (
    AbortTransactionRecord,
    BeginTransactionRecord,
    ClearElrRecord,
    ConfigRecord,
    EndTransactionRecord,
    FeatureLevelRecord,
    NoOpRecord,
    PartitionChangeRecord,
    PartitionRecord,
    ProducerIdsRecord,
    RemoveTopicRecord,
    TopicRecord,
)
from kafka_codecs.internal.cluster_nodes import (
    BrokerRegistrationChangeRecord,
    FenceBrokerRecord,
    RegisterBrokerRecord,
    UnfenceBrokerRecord,
    UnregisterBrokerRecord,
)
from wirebroker.metadata.image import (
    EMPTY_IMAGE,
    BrokerImage,
    ClusterImage,
    PartitionImage,
    ResourceType,
    TopicImage,
)

K = TypeVar("K")
V = TypeVar("V")

NO_LEADER_CHANGE = -2


class _Table(Generic[K, V]):
    """A mapping of the image that is built: the old image's own, until a first change copies it."""

    __slots__ = ("_copy", "_old")

    def __init__(self, old: Mapping[K, V]) -> None:
        self._old = old
        self._copy: dict[K, V] | None = None

    def get(self, key: K) -> V | None:
        return (self._old if self._copy is None else self._copy).get(key)

    def set(self, key: K, value: V) -> None:
        self._changeable()[key] = value

    def names(self) -> list[K]:
        return list(self._old if self._copy is None else self._copy)

    def drop(self, key: K) -> V | None:
        return self._changeable().pop(key, None)

    def finished(self) -> Mapping[K, V]:
        return self._old if self._copy is None else MappingProxyType(self._copy)

    def _changeable(self) -> dict[K, V]:
        if self._copy is None:
            self._copy = dict(self._old)
        return self._copy


class ImageBuilder:
    """Replays records on top of an image.

    A record that contradicts the image (a partition of an unknown topic) raises ValueError: the log is damaged or was
    not written by this journal, and going on would serve a cluster that never was.
    """

    def __init__(self, image: ClusterImage = EMPTY_IMAGE) -> None:
        self._topics = _Table(image.topics)
        self._topics_by_id = _Table(image.topics_by_id)
        self._configs = _Table(image.configs)
        self._features = _Table(image.features)
        self._brokers = _Table(image.brokers)
        self._carried = _Table(image.carried)
        self._next_producer_id = image.next_producer_id
        self._offset = image.offset
        self._touched: dict[bytes, dict[int, PartitionImage]] = {}

    def replay(self, record: Any, offset: int) -> None:
        """Apply one record of the metadata log, which stands at ``offset`` there."""
        match record:
            case PartitionChangeRecord():
                self._change_partition(record)
            case PartitionRecord():
                self._partitions_of(record.topic_id)[record.partition_id] = _partition_image(record)
            case TopicRecord():
                self._set_topic(TopicImage(record.name, record.topic_id, ()))
            case RemoveTopicRecord():
                self._remove_topic(record.topic_id)
            case ConfigRecord():
                self._set_config(record)
            case FeatureLevelRecord():
                self._set_feature(record)
            case ProducerIdsRecord():
                self._next_producer_id = record.next_producer_id
            case RegisterBrokerRecord():
                self._register_broker(record)
            case BrokerRegistrationChangeRecord():
                self._change_broker(record)
            case UnregisterBrokerRecord():
                self._brokers.drop(record.broker_id)
            case NoOpRecord() | BeginTransactionRecord() | EndTransactionRecord() | AbortTransactionRecord():
                pass  # what a transaction comes to is decided in ``replay``
            case ClearElrRecord():
                self._clear_elr(record.topic_name)
            case FenceBrokerRecord() | UnfenceBrokerRecord():
                self._set_broker(record.id, fenced=isinstance(record, FenceBrokerRecord))
            case _:
                self._carry(record)
        self._offset = offset

    def build(self) -> ClusterImage:
        """Return the image after all records replayed. The builder is used up: what it held is now the image's."""
        for topic_id, partitions in self._touched.items():
            topic = self._topic(topic_id)
            in_order = tuple(partitions[number] for number in sorted(partitions))
            self._set_topic(TopicImage(topic.name, topic_id, in_order))
        return ClusterImage(
            self._topics.finished(),
            self._topics_by_id.finished(),
            self._configs.finished(),
            self._features.finished(),
            self._brokers.finished(),
            self._next_producer_id,
            self._offset,
            self._carried.finished(),
        )

    def _carry(self, record: Any) -> None:
        from wirebroker.metadata.carried import placed  # noqa: PLC0415 - only logs that Kafka wrote have these

        place = placed(record)
        if place is not None:
            key, is_there = place
            if is_there:
                self._carried.set(key, record)
            else:
                self._carried.drop(key)

    def _set_topic(self, topic: TopicImage) -> None:
        self._topics.set(topic.name, topic)
        self._topics_by_id.set(topic.topic_id, topic)

    def _topic(self, topic_id: bytes) -> TopicImage:
        topic = self._topics_by_id.get(topic_id)
        if topic is None:
            raise ValueError(f"a metadata record names topic {topic_id.hex()}, which does not exist")
        return topic

    def _remove_topic(self, topic_id: bytes) -> None:
        topic = self._topic(topic_id)
        self._topics_by_id.drop(topic_id)
        self._topics.drop(topic.name)
        if self._configs.get((ResourceType.TOPIC, topic.name)) is not None:
            self._configs.drop((ResourceType.TOPIC, topic.name))
        self._touched.pop(topic_id, None)

    def _partitions_of(self, topic_id: bytes) -> dict[int, PartitionImage]:
        partitions = self._touched.get(topic_id)
        if partitions is None:
            in_order = self._topic(topic_id).partitions
            partitions = self._touched[topic_id] = {partition.partition: partition for partition in in_order}
        return partitions

    def _change_partition(self, record: PartitionChangeRecord) -> None:
        partitions = self._partitions_of(record.topic_id)
        old = partitions.get(record.partition_id)
        if old is None:
            raise ValueError(f"a metadata record changes partition {record.partition_id}, which does not exist")
        led = record.leader != NO_LEADER_CHANGE
        partitions[record.partition_id] = PartitionImage(
            partition=old.partition,
            replicas=_changed(record.replicas, old.replicas),
            isr=_changed(record.isr, old.isr),
            leader=record.leader if led else old.leader,
            leader_epoch=old.leader_epoch + 1 if led else old.leader_epoch,
            partition_epoch=old.partition_epoch + 1,
            directories=_changed(record.directories, old.directories),
            removing_replicas=_changed(record.removing_replicas, old.removing_replicas),
            adding_replicas=_changed(record.adding_replicas, old.adding_replicas),
            leader_recovery_state=(
                old.leader_recovery_state if record.leader_recovery_state < 0 else record.leader_recovery_state
            ),
            elr=_changed(record.eligible_leader_replicas, old.elr),
            last_known_elr=_changed(record.last_known_elr, old.last_known_elr),
        )

    def _clear_elr(self, name: str) -> None:
        """Nobody is eligible any more, in one topic or in all of them (``TopicsDelta.replay``)."""
        for topic_id in self._topics_by_id.names():
            if name in ("", self._topic(topic_id).name):
                for partition in list(self._partitions_of(topic_id).values()):
                    if partition.elr or partition.last_known_elr:
                        self._change_partition(
                            PartitionChangeRecord(
                                partition_id=partition.partition,
                                topic_id=topic_id,
                                eligible_leader_replicas=[],
                                last_known_elr=[],
                            )
                        )

    def _set_config(self, record: ConfigRecord) -> None:
        """Set a value, or with null remove it; a resource without values is not kept."""
        resource = (record.resource_type, record.resource_name)
        values = dict(self._configs.get(resource) or ())
        if record.value is None:
            values.pop(record.name, None)
        else:
            values[record.name] = record.value
        if values:
            self._configs.set(resource, MappingProxyType(values))
        else:
            self._configs.drop(resource)

    def _set_feature(self, record: FeatureLevelRecord) -> None:
        if record.feature_level:
            self._features.set(record.name, record.feature_level)
        else:
            self._features.drop(record.name)

    def _register_broker(self, record: RegisterBrokerRecord) -> None:
        broker = BrokerImage(
            record.broker_id,
            record.broker_epoch,
            record.incarnation_id,
            record.rack,
            record.fenced,
            tuple(record.log_dirs),
            tuple(record.end_points),
            tuple(record.features),
            record.in_controlled_shutdown,
            None if record.cordoned_log_dirs is None else tuple(record.cordoned_log_dirs),
        )
        self._brokers.set(record.broker_id, broker)

    def _change_broker(self, record: BrokerRegistrationChangeRecord) -> None:
        changes: dict[str, Any] = {}
        if record.fenced:
            changes["fenced"] = record.fenced == 1
        if record.in_controlled_shutdown:
            changes["in_controlled_shutdown"] = True
        if record.log_dirs:
            changes["log_dirs"] = tuple(record.log_dirs)
        if record.cordoned_log_dirs is not None:
            changes["cordoned_log_dirs"] = tuple(record.cordoned_log_dirs)
        self._set_broker(record.broker_id, **changes)

    def _set_broker(self, broker_id: int, **changes: Any) -> None:
        old = self._brokers.get(broker_id)
        if old is None:
            raise ValueError(f"a metadata record changes broker {broker_id}, which is not registered")
        self._brokers.set(broker_id, msgspec.structs.replace(old, **changes))


def _partition_image(record: PartitionRecord) -> PartitionImage:
    return PartitionImage(
        partition=record.partition_id,
        replicas=tuple(record.replicas),
        isr=tuple(record.isr),
        leader=record.leader,
        leader_epoch=record.leader_epoch,
        partition_epoch=record.partition_epoch,
        directories=tuple(record.directories),
        removing_replicas=tuple(record.removing_replicas),
        adding_replicas=tuple(record.adding_replicas),
        leader_recovery_state=record.leader_recovery_state,
        elr=tuple(record.eligible_leader_replicas or ()),
        last_known_elr=tuple(record.last_known_elr or ()),
    )


def _changed(new: Iterable[Any] | None, old: tuple[Any, ...]) -> tuple[Any, ...]:
    return old if new is None else tuple(new)
