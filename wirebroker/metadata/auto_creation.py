"""Topics that come into being because somebody asks for them (Kafka: ``DefaultAutoTopicCreationManager``)."""

import logging
from collections.abc import Iterable, Mapping

from kafka_codecs.messages.create_topics import CreatableTopic, CreatableTopicConfig
from wirebroker.config.broker import BrokerConfig
from wirebroker.errors import KafkaError
from wirebroker.metadata.configs import BrokerSettings
from wirebroker.metadata.journal import Journal
from wirebroker.metadata.topic_names import OFFSETS_TOPIC, SHARE_STATE_TOPIC, TRANSACTIONS_TOPIC
from wirebroker.metadata.topics import create_topics

_log = logging.getLogger(__name__)


def auto_create_topics(names: Iterable[str], journal: Journal, config: BrokerConfig) -> None:
    """Create topics with the broker's defaults, internal ones as their coordinators need them.

    A failure is logged, not raised: whoever needs the topic sees that it is still missing. Topics that exist are left
    as they are.
    """
    wanted = [automatic_topic(name, config) for name in dict.fromkeys(names) if name not in journal.image.topics]
    if not wanted:
        return
    settings = BrokerSettings(config, journal.image, journal.broker_id)
    try:
        creation = create_topics(
            wanted,
            journal.image,
            settings,
            timeout_ms=config.request_timeout_ms,
            new_topic_id=journal.new_topic_id,
        )
        journal.commit(creation.records)
    except KafkaError as refusal:
        _log.warning("auto-creation of %s failed: %s", ", ".join(topic.name for topic in wanted), refusal)
        return
    for result in creation.results:
        if result.error_code:
            _log.warning("auto-creation of %s failed: %s", result.name, result.error_message)
        else:
            _log.info("auto-created topic %s with %d partitions", result.name, result.num_partitions)


def automatic_topic(name: str, config: BrokerConfig) -> CreatableTopic:
    """Return the topic that is created when somebody asks for this name and no topic has it."""
    if name == OFFSETS_TOPIC:
        return _internal_topic(
            name,
            config.offsets_topic_num_partitions,
            config.offsets_topic_replication_factor,
            {
                "compression.type": "producer",
                "cleanup.policy": "compact",
                "segment.bytes": config.offsets_topic_segment_bytes,
            },
        )
    if name == TRANSACTIONS_TOPIC:
        return _internal_topic(
            name,
            config.transaction_state_log_num_partitions,
            config.transaction_state_log_replication_factor,
            {
                "compression.type": "uncompressed",
                "cleanup.policy": "compact",
                "min.insync.replicas": config.transaction_state_log_min_isr,
                "segment.bytes": config.transaction_state_log_segment_bytes,
                "unclean.leader.election.enable": "false",
            },
        )
    if name == SHARE_STATE_TOPIC:
        return _internal_topic(
            name,
            config.share_coordinator_state_topic_num_partitions,
            config.share_coordinator_state_topic_replication_factor,
            {
                "compression.type": "producer",
                "cleanup.policy": "delete",
                "retention.ms": -1,
                "min.insync.replicas": config.share_coordinator_state_topic_min_isr,
                "segment.bytes": config.share_coordinator_state_topic_segment_bytes,
            },
        )
    return CreatableTopic(name=name, num_partitions=-1, replication_factor=-1)


def _internal_topic(
    name: str, partitions: int, replication_factor: int, configs: Mapping[str, str | int]
) -> CreatableTopic:
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=replication_factor,
        configs=[CreatableTopicConfig(name=key, value=str(value)) for key, value in configs.items()],
    )
