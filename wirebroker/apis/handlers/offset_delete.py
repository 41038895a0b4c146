"""OffsetDelete (47): committed offsets of a group are taken back, of topics that it does not read (KIP-496)."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)
from wirebroker.apis.context import Context


async def handle(request: OffsetDeleteRequest, context: Context) -> OffsetDeleteResponse:
    """Refuse partitions that do not exist, and take the others back. An error of the group stands alone, at the top.

    INVALID_GROUP_ID (24), GROUP_ID_NOT_FOUND (69), NON_EMPTY_GROUP (68) for members that are no consumers; per
    partition UNKNOWN_TOPIC_OR_PARTITION (3), GROUP_SUBSCRIBED_TO_TOPIC (86).
    """
    image = context.services.journal.image
    topics: list[OffsetDeleteRequestTopic] = []
    refused: dict[str, OffsetDeleteResponseTopic] = {}
    for topic in request.topics:
        known = image.topics.get(topic.name)
        count = 0 if known is None else len(known.partitions)
        there = [partition for partition in topic.partitions if 0 <= partition.partition_index < count]
        if there:
            topics.append(OffsetDeleteRequestTopic(name=topic.name, partitions=there))
        if known is None or len(there) < len(topic.partitions):  # an unknown topic is told of even without partitions
            answered = refused.setdefault(topic.name, OffsetDeleteResponseTopic(name=topic.name))
            answered.partitions += [
                OffsetDeleteResponsePartition(
                    partition_index=partition.partition_index, error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                )
                for partition in topic.partitions
                if partition not in there
            ]
    response = context.services.groups.delete_offsets(request.group_id, topics)
    if response.error_code or not refused:
        return response
    for deleted in response.topics:
        refused.setdefault(deleted.name, OffsetDeleteResponseTopic(name=deleted.name)).partitions += deleted.partitions
    return OffsetDeleteResponse(topics=list(refused.values()))


def refuse(
    request: OffsetDeleteRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> OffsetDeleteResponse:
    return OffsetDeleteResponse(error_code=code)
