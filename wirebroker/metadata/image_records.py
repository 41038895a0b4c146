"""An image as records: replaying them gives an equal image.

In the order of Kafka's ``MetadataImage.write``: features first, so that a reader knows the metadata.version of what
follows.
"""

from collections.abc import Iterator
from typing import Any

from kafka_codecs.internal.cluster_metadata import (
    ConfigRecord,
    FeatureLevelRecord,
    PartitionRecord,
    ProducerIdsRecord,
    TopicRecord,
)
from kafka_codecs.internal.cluster_nodes import RegisterBrokerRecord
from wirebroker.metadata.features import METADATA_VERSION
from wirebroker.metadata.image import BrokerImage, ClusterImage, PartitionImage


def image_records(image: ClusterImage) -> Iterator[Any]:
    """Go over the records of the whole image."""
    for name in sorted(image.features, key=lambda each: (each != METADATA_VERSION, each)):
        yield FeatureLevelRecord(name=name, feature_level=image.features[name])
    for broker in image.brokers.values():
        yield _registration(broker)
    for topic_id, topic in image.topics_by_id.items():
        yield TopicRecord(name=topic.name, topic_id=topic_id)
        for partition in topic.partitions:
            yield _partition(topic_id, partition)
    for (kind, resource), values in image.configs.items():
        for name, value in values.items():
            yield ConfigRecord(resource_type=kind, resource_name=resource, name=name, value=value)
    yield ProducerIdsRecord(broker_id=-1, broker_epoch=-1, next_producer_id=image.next_producer_id)
    yield from image.carried.values()


def _registration(broker: BrokerImage) -> RegisterBrokerRecord:
    return RegisterBrokerRecord(
        broker_id=broker.broker_id,
        incarnation_id=broker.incarnation_id,
        broker_epoch=broker.broker_epoch,
        end_points=list(broker.end_points),
        features=list(broker.features),
        rack=broker.rack,
        fenced=broker.fenced,
        in_controlled_shutdown=broker.in_controlled_shutdown,
        log_dirs=list(broker.log_dirs),
        cordoned_log_dirs=None if broker.cordoned_log_dirs is None else list(broker.cordoned_log_dirs),
    )


def _partition(topic_id: bytes, partition: PartitionImage) -> PartitionRecord:
    return PartitionRecord(
        partition_id=partition.partition,
        topic_id=topic_id,
        replicas=list(partition.replicas),
        isr=list(partition.isr),
        removing_replicas=list(partition.removing_replicas),
        adding_replicas=list(partition.adding_replicas),
        leader=partition.leader,
        leader_recovery_state=partition.leader_recovery_state,
        leader_epoch=partition.leader_epoch,
        partition_epoch=partition.partition_epoch,
        directories=list(partition.directories),
        eligible_leader_replicas=list(partition.elr) or None,
        last_known_elr=list(partition.last_known_elr) or None,
    )
