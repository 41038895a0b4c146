"""CreateTopics (19): topics by name, with counts or with replicas assigned by hand (KIP-4, KIP-525, KIP-516)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.create_topics import CreatableTopicResult, CreateTopicsRequest, CreateTopicsResponse
from wirebroker.apis.context import Context
from wirebroker.metadata.configs import BrokerSettings
from wirebroker.metadata.topics import create_topics


async def handle(request: CreateTopicsRequest, context: Context) -> CreateTopicsResponse:
    """Create topics, or with ``validate_only`` say what would become of them; each stands and falls alone.

    Errors per topic: INVALID_TOPIC_EXCEPTION (17), TOPIC_ALREADY_EXISTS (36), INVALID_PARTITIONS (37),
    INVALID_REPLICATION_FACTOR (38), INVALID_REPLICA_ASSIGNMENT (39), INVALID_CONFIG (40), INVALID_REQUEST (42); on all
    of them REQUEST_TIMED_OUT (7), POLICY_VIOLATION (44), KAFKA_STORAGE_ERROR (56).
    """
    services = context.services
    journal = services.journal
    creation = create_topics(
        request.topics,
        journal.image,
        BrokerSettings(services.config, journal.image, services.node_id),
        timeout_ms=request.timeout_ms,
        new_topic_id=journal.new_topic_id,
    )
    if not request.validate_only:
        journal.commit(creation.records)
    return CreateTopicsResponse(topics=creation.results)


def refuse(
    request: CreateTopicsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> CreateTopicsResponse:
    return CreateTopicsResponse(
        topics=[
            CreatableTopicResult(name=topic.name, error_code=code, error_message=message) for topic in request.topics
        ]
    )
