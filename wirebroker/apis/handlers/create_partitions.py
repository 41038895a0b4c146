"""CreatePartitions (37): topics grow (KIP-195)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopicResult,
)
from wirebroker.apis.context import Context
from wirebroker.metadata.new_partitions import create_partitions


async def handle(request: CreatePartitionsRequest, context: Context) -> CreatePartitionsResponse:
    """Add partitions, or with ``validate_only`` say what would become of it; each topic stands and falls alone.

    Errors per topic: UNKNOWN_TOPIC_OR_PARTITION (3), INVALID_PARTITIONS (37), INVALID_REPLICATION_FACTOR (38),
    INVALID_REPLICA_ASSIGNMENT (39), INVALID_REQUEST (42); on all of them REQUEST_TIMED_OUT (7), POLICY_VIOLATION (44),
    KAFKA_STORAGE_ERROR (56).
    """
    journal = context.services.journal
    addition = create_partitions(request.topics, journal.image, timeout_ms=request.timeout_ms)
    if not request.validate_only:
        journal.commit(addition.records)
    return CreatePartitionsResponse(results=addition.results)


def refuse(
    request: CreatePartitionsRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> CreatePartitionsResponse:
    return CreatePartitionsResponse(
        results=[
            CreatePartitionsTopicResult(name=name, error_code=code, error_message=message)
            for name in dict.fromkeys(topic.name for topic in request.topics)
        ]
    )
