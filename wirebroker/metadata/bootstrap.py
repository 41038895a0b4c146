"""The records that a cluster, and a broker's start and stop, consist of."""

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Any

from kafka_codecs.internal.cluster_metadata import ConfigRecord, FeatureLevelRecord, PartitionChangeRecord
from kafka_codecs.internal.cluster_nodes import BrokerFeature, BrokerRegistrationChangeRecord, RegisterBrokerRecord
from kafka_codecs.records.batch import Record
from kafka_codecs.records.control import ControlType, control_key
from wirebroker.metadata.features import INITIAL_FEATURES, METADATA_VERSION, SUPPORTED_FEATURES
from wirebroker.metadata.image import NO_LEADER, ClusterImage, PartitionImage, ResourceType

_UNFENCED, _FENCED = -1, 1
_ELIGIBLE_LEADER_REPLICAS = "eligible.leader.replicas.version"
_LEADER_CHANGE = Struct(">hiBiBBiBB")
"""Version 0 | leader | one voter and its tags | one that granted its vote, and tags | tags."""


def leader_change(node_id: int) -> Record:
    """Return the control record with which each epoch of a KRaft log begins (``LeaderState``): the only voter leads."""
    return Record(
        key=control_key(ControlType.LEADER_CHANGE),
        value=_LEADER_CHANGE.pack(0, node_id, 2, node_id, 0, 2, node_id, 0, 0),
    )


def cluster_records(formatted: ClusterImage) -> list[Any]:
    """Return what a fresh cluster begins with: its features, metadata.version first, and its cluster-wide settings.

    Where Kafka's storage tool has formatted the directory, that says which, and may have put SCRAM users there as well.
    Since eligible leader replicas are on, Kafka writes ``min.insync.replicas`` down as a cluster-wide dynamic setting
    (``ConfigurationControlManager.maybeGenerateElrSafetyRecords``), and clients see it with that source.
    """
    features = dict(formatted.features) or INITIAL_FEATURES
    levels = [FeatureLevelRecord(name=name, feature_level=features[name]) for name in _version_first(features)]
    first = [*levels, *formatted.carried.values()]
    if features.get(_ELIGIBLE_LEADER_REPLICAS):
        first.append(
            ConfigRecord(resource_type=ResourceType.BROKER, resource_name="", name="min.insync.replicas", value="1")
        )
    return first


def _version_first(features: Mapping[str, int]) -> list[str]:
    return sorted(features, key=lambda name: name != METADATA_VERSION)


def _may_lead(broker_id: int, partition: PartitionImage) -> bool:
    """In sync, eligible, or the last that was: Kafka's controlled stop of the last replica leaves it in the ELR."""
    return broker_id in (*partition.isr, *partition.elr) or partition.last_known_elr == (broker_id,)


def registration_records(
    image: ClusterImage,
    *,
    broker_id: int,
    broker_epoch: int,
    incarnation_id: bytes,
    rack: str | None,
    log_dirs: Sequence[bytes],
) -> list[Any]:
    """Start a broker: it registers as fenced and loses its partitions, then is unfenced and leads them again.

    Each of the two steps is a change of leader, so that every start raises the leader epochs by two (Kafka:
    ``ReplicationControlManager.handleBrokerFenced`` and ``handleBrokerUnfenced``): clients learn of the restart, and
    nobody mistakes an answer of the former incarnation for one of this.
    """
    lost: list[Any] = []
    regained: list[Any] = []
    for topic in image.topics.values():
        for partition in topic.partitions:
            change = PartitionChangeRecord(partition_id=partition.partition, topic_id=topic.topic_id)
            if partition.leader == broker_id:
                change.leader = NO_LEADER
                lost.append(change)
            elif partition.leader != NO_LEADER or not _may_lead(broker_id, partition):
                continue
            elected = PartitionChangeRecord(partition_id=partition.partition, topic_id=topic.topic_id, leader=broker_id)
            if broker_id not in partition.isr:
                elected.isr = [broker_id]
                elected.eligible_leader_replicas = []
                elected.last_known_elr = []
            regained.append(elected)
    registration = RegisterBrokerRecord(
        broker_id=broker_id,
        incarnation_id=incarnation_id,
        broker_epoch=broker_epoch,
        features=[
            BrokerFeature(name=name, min_supported_version=low, max_supported_version=high)
            for name, (low, high) in SUPPORTED_FEATURES.items()
        ],
        rack=rack,
        fenced=True,
        log_dirs=list(log_dirs),
    )
    unfenced = BrokerRegistrationChangeRecord(broker_id=broker_id, broker_epoch=broker_epoch, fenced=_UNFENCED)
    return [registration, *lost, unfenced, *regained]


def departure_records(image: ClusterImage, broker_id: int) -> list[Any]:
    """Stop a broker: it loses its partitions, of which it stays eligible to lead, and is fenced.

    As a controlled shutdown in Kafka (``ReplicationControlManager.handleBrokerInControlledShutdown``), whose next start
    need not wait then until this broker's session has expired, and finds that nothing is in doubt.
    """
    epoch = image.brokers[broker_id].broker_epoch
    leaves = BrokerRegistrationChangeRecord(broker_id=broker_id, broker_epoch=epoch, in_controlled_shutdown=1)
    fenced = BrokerRegistrationChangeRecord(broker_id=broker_id, broker_epoch=epoch, fenced=_FENCED)
    with_elr = bool(image.features.get(_ELIGIBLE_LEADER_REPLICAS))
    lost: list[Any] = []
    for topic in image.topics.values():
        for partition in topic.partitions:
            if partition.leader == broker_id:
                record = PartitionChangeRecord(partition_id=partition.partition, topic_id=topic.topic_id)
                record.leader = NO_LEADER
                if with_elr and partition.isr == (broker_id,):
                    record.isr = []
                    record.eligible_leader_replicas = record.last_known_elr = [broker_id]
                lost.append(record)
    return [leaves, *lost, fenced]
