"""DeleteTopics (20): topics by name, from version 6 also by id (KIP-4, KIP-516)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.delete_topics import (
    DeletableTopicResult,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.metadata.topics import delete_topics


async def handle(request: DeleteTopicsRequest, context: Context) -> DeleteTopicsResponse:
    """Delete topics; each stands and falls alone.

    Errors per topic: UNKNOWN_TOPIC_OR_PARTITION (3), UNKNOWN_TOPIC_ID (100), INVALID_REQUEST (42) for duplicates; on
    all of them REQUEST_TIMED_OUT (7), TOPIC_DELETION_DISABLED (73; 42 before version 3), KAFKA_STORAGE_ERROR (56).
    """
    services = context.services
    if not services.config.delete_topic_enable:
        disabled = ErrorCode.TOPIC_DELETION_DISABLED if context.version >= 3 else ErrorCode.INVALID_REQUEST
        raise KafkaError(disabled)
    deletion = delete_topics(_topics(request, context), services.journal.image, timeout_ms=request.timeout_ms)
    services.journal.commit(deletion.records)
    return DeleteTopicsResponse(responses=deletion.results)


def refuse(
    request: DeleteTopicsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> DeleteTopicsResponse:
    return DeleteTopicsResponse(
        responses=[
            DeletableTopicResult(name=topic.name, topic_id=topic.topic_id, error_code=code)
            for topic in _topics(request, context)
        ]
    )


def _topics(request: DeleteTopicsRequest, context: Context) -> list[DeleteTopicState]:
    if context.version >= 6:
        return request.topics
    return [DeleteTopicState(name=name) for name in request.topic_names]
