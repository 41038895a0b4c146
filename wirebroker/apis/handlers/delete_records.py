"""DeleteRecords: move the log start of partitions, so that what lies before it is not read any more (KIP-107)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.delete_records import (
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.metadata.topic_names import is_internal

_NO_WATERMARK = -1


async def handle(request: DeleteRecordsRequest, context: Context) -> DeleteRecordsResponse:
    """Answer each partition once; of one that is listed twice the last offset counts.

    There is nobody to wait for: the low watermark of one replica is its log start. Errors of a partition:
    UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION (an internal topic), POLICY_VIOLATION (compacted and nothing
    else), OFFSET_OUT_OF_RANGE (above the high watermark, or negative), KAFKA_STORAGE_ERROR.
    """
    offsets: dict[str, dict[int, int]] = {}
    for topic in request.topics:
        for wanted in topic.partitions:
            offsets.setdefault(topic.name, {})[wanted.partition_index] = wanted.offset
    return DeleteRecordsResponse(
        topics=[
            DeleteRecordsTopicResult(
                name, [_answer(name, index, offset, context) for index, offset in by_index.items()]
            )
            for name, by_index in offsets.items()
        ]
    )


def refuse(
    request: DeleteRecordsRequest, context: Context, code: ErrorCode, message: str | None
) -> DeleteRecordsResponse:
    """Answer every entry of the request with this error; there is no place for a text."""
    return DeleteRecordsResponse(
        topics=[
            DeleteRecordsTopicResult(
                topic.name,
                [
                    DeleteRecordsPartitionResult(wanted.partition_index, _NO_WATERMARK, code)
                    for wanted in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


def _answer(topic: str, index: int, offset: int, context: Context) -> DeleteRecordsPartitionResult:
    partitions = context.services.partitions
    try:
        if not partitions.exists(topic, index):
            raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        if is_internal(topic):
            raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION)
        return DeleteRecordsPartitionResult(index, partitions.find(topic, index).delete_records(offset))
    except KafkaError as refusal:
        return DeleteRecordsPartitionResult(index, _NO_WATERMARK, refusal.code)
