"""Metadata (3): brokers and topics, and the creation of topics by asking for them (KIP-516, KIP-430)."""

from collections.abc import Iterable

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from kafka_codecs.schema import ZERO_UUID
from wirebroker.apis.authorized_operations import ALL_CLUSTER_OPERATIONS, ALL_TOPIC_OPERATIONS
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.metadata.auto_creation import auto_create_topics
from wirebroker.metadata.image import NO_LEADER, ClusterImage, PartitionImage, TopicImage
from wirebroker.metadata.topic_names import is_internal, what_is_wrong


async def handle(request: MetadataRequest, context: Context) -> MetadataResponse:
    """Describe the brokers and the topics that are asked for.

    Per topic: UNKNOWN_TOPIC_OR_PARTITION (3) for a name nobody has, also while it is being created; UNKNOWN_TOPIC_ID
    (100); INVALID_TOPIC_EXCEPTION (17). Per partition: LEADER_NOT_AVAILABLE (5), in version 0 REPLICA_NOT_AVAILABLE
    (9). Of everything: INVALID_REQUEST (42) for topic ids, or a missing name, before version 12.
    """
    image = context.services.journal.image
    if _asks_for_all(request, context):
        topics = _known_topics(image.topics.values(), image, context)
    else:
        topics = _asked_topics(request, image, context)
    if request.include_topic_authorized_operations:
        for topic in topics:
            if topic.error_code != ErrorCode.UNKNOWN_TOPIC_ID:
                topic.topic_authorized_operations = ALL_TOPIC_OPERATIONS
    response = MetadataResponse(
        brokers=_brokers(image, context),
        cluster_id=context.services.cluster_id,
        controller_id=_controller(image),
        topics=topics,
    )
    if request.include_cluster_authorized_operations:
        response.cluster_authorized_operations = ALL_CLUSTER_OPERATIONS
    return response


def refuse(
    request: MetadataRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> MetadataResponse:
    return MetadataResponse(
        topics=[
            MetadataResponseTopic(error_code=code, name=topic.name or "", topic_id=topic.topic_id)
            for topic in request.topics or ()
        ],
        error_code=code,
    )


def _asks_for_all(request: MetadataRequest, context: Context) -> bool:
    return request.topics is None or (context.version == 0 and not request.topics)


def _asked_topics(request: MetadataRequest, image: ClusterImage, context: Context) -> list[MetadataResponseTopic]:
    """Answer each name or id once. One topic id in the request, and only ids count."""
    asked = request.topics or []
    if context.version < 12 and any(topic.name is None or topic.topic_id != ZERO_UUID for topic in asked):
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    ids = dict.fromkeys(topic.topic_id for topic in asked if topic.topic_id != ZERO_UUID)
    if ids:
        unknown = [
            MetadataResponseTopic(error_code=ErrorCode.UNKNOWN_TOPIC_ID, name=None, topic_id=topic_id)
            for topic_id in ids
            if topic_id not in image.topics_by_id
        ]
        known = [image.topics_by_id[topic_id] for topic_id in ids if topic_id in image.topics_by_id]
        return unknown + _known_topics(known, image, context)
    if any(topic.name is None for topic in asked):
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)  # neither name nor id: Kafka fails on the null
    names = dict.fromkeys(topic.name for topic in asked if topic.name is not None)
    topics = _known_topics((image.topics[name] for name in names if name in image.topics), image, context)
    missing = [name for name in names if name not in image.topics]
    topics.extend(_missing_topic(name) for name in missing)
    if missing and request.allow_auto_topic_creation and context.services.config.auto_create_topics_enable:
        _create(missing, context)
    return topics


def _create(missing: Iterable[str], context: Context) -> None:
    """Create what is missing. This answer still says that it is unknown, as Kafka's does; the next one shows it."""
    legal = [name for name in missing if what_is_wrong(name) is None]
    auto_create_topics(legal, context.services.journal, context.services.config)


def _missing_topic(name: str) -> MetadataResponseTopic:
    code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION if what_is_wrong(name) is None else ErrorCode.INVALID_TOPIC_EXCEPTION
    return MetadataResponseTopic(error_code=code, name=name, is_internal=is_internal(name))


def _known_topics(topics: Iterable[TopicImage], image: ClusterImage, context: Context) -> list[MetadataResponseTopic]:
    alive = {broker.broker_id for broker in image.alive_brokers()}
    return [
        MetadataResponseTopic(
            name=topic.name,
            topic_id=topic.topic_id,
            is_internal=is_internal(topic.name),
            partitions=[
                _without_disk(partition, context)
                if context.services.partitions.is_offline(topic.name, partition.partition)
                else _partition(partition, alive, context)
                for partition in topic.partitions
            ],
        )
        for topic in topics
    ]


def _partition(partition: PartitionImage, alive: set[int], context: Context) -> MetadataResponsePartition:
    """Describe a partition. Version 0 leaves out replicas that are down, and says so; the others list them as well."""
    replicas, in_sync = list(partition.replicas), list(partition.isr)
    offline = [broker for broker in replicas if broker not in alive]
    code = ErrorCode.NONE
    if context.version == 0 and offline:
        replicas = [broker for broker in replicas if broker in alive]
        in_sync = [broker for broker in in_sync if broker in alive]
        code = ErrorCode.REPLICA_NOT_AVAILABLE
    if partition.leader not in alive:
        code = ErrorCode.LEADER_NOT_AVAILABLE
    return MetadataResponsePartition(
        error_code=code,
        partition_index=partition.partition,
        leader_id=partition.leader if partition.leader in alive else NO_LEADER,
        leader_epoch=partition.leader_epoch,
        replica_nodes=replicas,
        isr_nodes=in_sync,
        offline_replicas=offline,
    )


def _without_disk(partition: PartitionImage, context: Context) -> MetadataResponsePartition:
    """Describe a partition of this broker's whose data directory has failed: it has no leader, in the next epoch."""
    return MetadataResponsePartition(
        error_code=ErrorCode.LEADER_NOT_AVAILABLE,
        partition_index=partition.partition,
        leader_id=NO_LEADER,
        leader_epoch=partition.leader_epoch + 1,
        replica_nodes=list(partition.replicas),
        isr_nodes=[],
        offline_replicas=[context.services.node_id],
    )


def _brokers(image: ClusterImage, context: Context) -> list[MetadataResponseBroker]:
    """List the brokers alive, at the address by which this client reaches them."""
    peer = context.peer
    return [
        MetadataResponseBroker(
            node_id=broker.broker_id, host=peer.advertised_host, port=peer.advertised_port, rack=broker.rack
        )
        for broker in image.alive_brokers()
    ]


def _controller(image: ClusterImage) -> int:
    """Name a broker alive: every one of them takes admin requests."""
    return next((broker.broker_id for broker in image.alive_brokers()), -1)
