"""OffsetCommit: how far a group has come. Errors are per partition: there is no other place for them."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from wirebroker.apis.context import Context
from wirebroker.coordinators.group.offsets import all_partitions


async def handle(request: OffsetCommitRequest, context: Context) -> OffsetCommitResponse:
    """Refuse what does not exist, and commit the rest. With nothing left to commit the group is not asked at all."""
    refused, topics = _resolve(request, context)
    if not topics:
        return OffsetCommitResponse(topics=_merged(refused, [], by_id=context.version >= 10))
    wanted = OffsetCommitRequest(
        group_id=request.group_id,
        generation_id_or_member_epoch=request.generation_id_or_member_epoch,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        retention_time_ms=request.retention_time_ms,
        topics=topics,
    )
    response = context.services.groups.commit_offsets(wanted, context.version)
    return OffsetCommitResponse(topics=_merged(refused, response.topics, by_id=context.version >= 10))


def _resolve(
    request: OffsetCommitRequest, context: Context
) -> tuple[list[OffsetCommitResponseTopic], list[OffsetCommitRequestTopic]]:
    """Sort out what does not exist, and complete what does: names get ids, and ids (from version 10 on) get names."""
    image = context.services.journal.image
    refused: list[OffsetCommitResponseTopic] = []
    topics: list[OffsetCommitRequestTopic] = []
    for topic in request.topics:
        if context.version >= 10:
            known, unknown = image.topics_by_id.get(topic.topic_id), ErrorCode.UNKNOWN_TOPIC_ID
        else:
            known, unknown = image.topics.get(topic.name), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        if known is None:
            refused.append(_refused(topic, [partition.partition_index for partition in topic.partitions], unknown))
            continue
        named = OffsetCommitRequestTopic(name=known.name, topic_id=known.topic_id)
        missing = []
        for partition in topic.partitions:
            if 0 <= partition.partition_index < len(known.partitions):
                named.partitions.append(partition)
            else:
                missing.append(partition.partition_index)
        if missing:
            refused.append(_refused(named, missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
        if named.partitions:
            topics.append(named)
    return refused, topics


def _refused(topic: OffsetCommitRequestTopic, partitions: list[int], code: ErrorCode) -> OffsetCommitResponseTopic:
    return OffsetCommitResponseTopic(
        name=topic.name,
        topic_id=topic.topic_id,
        partitions=[OffsetCommitResponsePartition(partition_index=index, error_code=code) for index in partitions],
    )


def _merged(
    refused: list[OffsetCommitResponseTopic], committed: list[OffsetCommitResponseTopic], *, by_id: bool
) -> list[OffsetCommitResponseTopic]:
    """Answer each topic once, refused partitions first (``OffsetCommitResponse.Builder.merge``)."""
    merged: dict[str | bytes, OffsetCommitResponseTopic] = {}
    for topic in refused + committed:
        known = merged.setdefault(topic.topic_id if by_id else topic.name, topic)
        if known is not topic:
            known.partitions.extend(topic.partitions)
    return list(merged.values())


def refuse(
    request: OffsetCommitRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> OffsetCommitResponse:
    return all_partitions(request, code)
