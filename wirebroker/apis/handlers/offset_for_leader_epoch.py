"""OffsetForLeaderEpoch: where the records of a leader epoch end.

Consumers ask when they hear of a new epoch, such as after a restart of the broker, to find out whether what they have
read still stands (KIP-320). kafka-python reads nothing more until it is answered.
"""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.offset_for_leader_epoch import (
    EpochEndOffset,
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderTopicResult,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError

_NO_CHECK = -1


async def handle(request: OffsetForLeaderEpochRequest, context: Context) -> OffsetForLeaderEpochResponse:
    """Answer each entry in the request's order, duplicates too (``ReplicaManager.lastOffsetForLeaderEpoch``).

    Errors of a partition: UNKNOWN_TOPIC_OR_PARTITION, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, KAFKA_STORAGE_ERROR.
    """
    return OffsetForLeaderEpochResponse(
        topics=[
            OffsetForLeaderTopicResult(
                topic.topic, [_answer(topic.topic, wanted, context) for wanted in topic.partitions]
            )
            for topic in request.topics
        ]
    )


def refuse(
    request: OffsetForLeaderEpochRequest, context: Context, code: ErrorCode, message: str | None
) -> OffsetForLeaderEpochResponse:
    """Answer every entry of the request with this error; there is no place for a text."""
    return OffsetForLeaderEpochResponse(
        topics=[
            OffsetForLeaderTopicResult(
                topic.topic, [EpochEndOffset(code, wanted.partition) for wanted in topic.partitions]
            )
            for topic in request.topics
        ]
    )


def _answer(topic: str, wanted: OffsetForLeaderPartition, context: Context) -> EpochEndOffset:
    try:
        partition = context.services.partitions.find(topic, wanted.partition)
        if wanted.current_leader_epoch != _NO_CHECK:
            partition.check_leader_epoch(wanted.current_leader_epoch)
    except KafkaError as refusal:
        return EpochEndOffset(refusal.code, wanted.partition)
    epoch, end_offset = partition.log.leader_epochs.end_offset_for(wanted.leader_epoch)
    return EpochEndOffset(0, wanted.partition, epoch, end_offset)
