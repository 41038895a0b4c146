"""ListOffsets: the first, the last, or the offset for a timestamp, of partitions."""

from collections import Counter

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopicResponse,
)
from wirebroker.apis.context import Context
from wirebroker.errors import KafkaError
from wirebroker.log.partition_log import TimestampOffset
from wirebroker.partitions.partition import Partition

LATEST = -1
EARLIEST = -2
MAX_TIMESTAMP = -3
EARLIEST_LOCAL = -4
LATEST_TIERED = -5
EARLIEST_PENDING_UPLOAD = -6

_SINCE_VERSION = {
    LATEST: 1,
    EARLIEST: 1,
    MAX_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}
"""Special timestamps, and the version that brought each (``ReplicaManager.timestampMinSupportedVersion``)."""

_CONSUMER = -1
_NO_CHECK = -1
_LEADER_EPOCHS = 4
_READ_UNCOMMITTED, _READ_COMMITTED = 0, 1
_NOTHING = TimestampOffset(-1, -1, -1)


async def handle(request: ListOffsetsRequest, context: Context) -> ListOffsetsResponse:
    """Answer each partition once (``ReplicaManager.fetchOffset``).

    Errors of a partition: INVALID_REQUEST (listed twice), UNSUPPORTED_VERSION (a special timestamp that this version
    does not know), UNKNOWN_TOPIC_OR_PARTITION, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, KAFKA_STORAGE_ERROR. Raises
    KafkaError (UNKNOWN_SERVER_ERROR) for an isolation level that does not exist.
    """
    if request.isolation_level not in (_READ_UNCOMMITTED, _READ_COMMITTED):
        raise KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    listed = Counter((topic.name, wanted.partition_index) for topic in request.topics for wanted in topic.partitions)
    answers: dict[str, dict[int, ListOffsetsPartitionResponse]] = {}
    for topic in request.topics:
        for wanted in topic.partitions:
            index = wanted.partition_index
            try:
                if listed[topic.name, index] > 1:
                    raise KafkaError(ErrorCode.INVALID_REQUEST)
                answer = _answer(topic.name, wanted, request, context)
            except KafkaError as refusal:
                answer = ListOffsetsPartitionResponse(index, refusal.code)
            answers.setdefault(topic.name, {})[index] = answer
    return ListOffsetsResponse(
        topics=[ListOffsetsTopicResponse(name, list(by_index.values())) for name, by_index in answers.items()]
    )


def refuse(request: ListOffsetsRequest, context: Context, code: ErrorCode, message: str | None) -> ListOffsetsResponse:
    """Answer every entry of the request with this error; there is no place for a text."""
    return ListOffsetsResponse(
        topics=[
            ListOffsetsTopicResponse(
                topic.name, [ListOffsetsPartitionResponse(wanted.partition_index, code) for wanted in topic.partitions]
            )
            for topic in request.topics
        ]
    )


def _answer(
    topic: str, wanted: ListOffsetsPartition, request: ListOffsetsRequest, context: Context
) -> ListOffsetsPartitionResponse:
    if wanted.timestamp < 0 and context.version < _SINCE_VERSION.get(wanted.timestamp, 1 << 15):
        raise KafkaError(ErrorCode.UNSUPPORTED_VERSION)
    partition = context.services.partitions.find(topic, wanted.partition_index)
    if wanted.current_leader_epoch != _NO_CHECK:
        partition.check_leader_epoch(wanted.current_leader_epoch)
    committed = request.replica_id == _CONSUMER and request.isolation_level == _READ_COMMITTED
    end = partition.last_stable_offset if committed else partition.high_watermark
    found = _find(partition, wanted.timestamp, end)
    epoch = found.leader_epoch if context.version >= _LEADER_EPOCHS else -1
    return ListOffsetsPartitionResponse(wanted.partition_index, 0, found.timestamp, found.offset, epoch)


def _find(partition: Partition, timestamp: int, end: int) -> TimestampOffset:
    """Look up an offset below ``end``, or ``end`` itself for LATEST; offset -1 if there is none.

    Nothing is in tiered storage here: EARLIEST_LOCAL is EARLIEST, and the tiered ones find nothing.
    """
    if timestamp == LATEST:
        return TimestampOffset(-1, end, partition.leader_epoch)
    if timestamp in (EARLIEST, EARLIEST_LOCAL):
        return partition.earliest()
    if timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return _NOTHING
    log = partition.log
    found = log.offset_of_max_timestamp() if timestamp == MAX_TIMESTAMP else log.offset_for_timestamp(timestamp)
    return found if found is not None and found.offset < end else _NOTHING
