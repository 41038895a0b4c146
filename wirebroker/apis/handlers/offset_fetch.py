"""OffsetFetch: what groups have committed. Partitions without a commit, and unknown groups, are no error: offset -1."""

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)
from kafka_codecs.schema import ZERO_UUID
from wirebroker.apis.context import Context


async def handle(request: OffsetFetchRequest, context: Context) -> OffsetFetchResponse:
    """Answer for many groups from version 8 on, for one before. Topics null: all of the group; []: none."""
    if context.version >= 8:
        return OffsetFetchResponse(
            groups=[
                OffsetFetchResponseGroup(group_id=group.group_id, topics=_fetch(group, context))
                for group in request.groups
            ]
        )
    group = OffsetFetchRequestGroup(group_id=request.group_id, topics=None)
    if request.topics is not None:
        group.topics = [
            OffsetFetchRequestTopics(name=topic.name, partition_indexes=topic.partition_indexes)
            for topic in request.topics
        ]
    return OffsetFetchResponse(topics=[_as_before_8(topic) for topic in _fetch(group, context)])


def _fetch(group: OffsetFetchRequestGroup, context: Context) -> list[OffsetFetchResponseTopics]:
    """Look one group up; from version 10 on topics are named by their ids."""
    groups = context.services.groups
    if group.topics is None:
        found = groups.fetch_offsets(group.group_id, None)
        return _with_ids(found, context) if context.version >= 10 else found
    if context.version < 10:
        return groups.fetch_offsets(group.group_id, group.topics)
    topics = context.services.journal.image.topics_by_id
    known, unknown = [], []
    for topic in group.topics:
        named = topics.get(topic.topic_id)
        if named is None:
            unknown.append(topic)
        else:
            known.append(OffsetFetchRequestTopics(named.name, topic.topic_id, topic.partition_indexes))
    refused = [_refused(topic, ErrorCode.UNKNOWN_TOPIC_ID) for topic in unknown]
    return groups.fetch_offsets(group.group_id, known) + refused


def _with_ids(found: list[OffsetFetchResponseTopics], context: Context) -> list[OffsetFetchResponseTopics]:
    """Give topics their ids; one that does not exist any more cannot be named and is left out."""
    topics = context.services.journal.image.topics
    for topic in found:
        known = topics.get(topic.name)
        topic.topic_id = ZERO_UUID if known is None else known.topic_id
    return [topic for topic in found if topic.topic_id != ZERO_UUID]


def _refused(topic: OffsetFetchRequestTopics, code: ErrorCode) -> OffsetFetchResponseTopics:
    return OffsetFetchResponseTopics(
        name=topic.name,
        topic_id=topic.topic_id,
        partitions=[
            OffsetFetchResponsePartitions(partition_index=index, committed_offset=-1, error_code=code)
            for index in topic.partition_indexes
        ],
    )


def _as_before_8(topic: OffsetFetchResponseTopics) -> OffsetFetchResponseTopic:
    return OffsetFetchResponseTopic(
        name=topic.name,
        partitions=[
            OffsetFetchResponsePartition(
                partition_index=partition.partition_index,
                committed_offset=partition.committed_offset,
                committed_leader_epoch=partition.committed_leader_epoch,
                metadata=partition.metadata,
                error_code=partition.error_code,
            )
            for partition in topic.partitions
        ],
    )


def refuse(
    request: OffsetFetchRequest,
    context: Context,
    code: ErrorCode,
    message: str | None,
) -> OffsetFetchResponse:
    """Refuse per group from version 8 on, at the top from 2 on, and per partition in version 1, which has no top."""
    if context.version >= 8:
        return OffsetFetchResponse(
            groups=[OffsetFetchResponseGroup(group_id=group.group_id, error_code=code) for group in request.groups]
        )
    if context.version >= 2:
        return OffsetFetchResponse(error_code=code)
    return OffsetFetchResponse(
        topics=[
            _as_before_8(_refused(OffsetFetchRequestTopics(topic.name, ZERO_UUID, topic.partition_indexes), code))
            for topic in request.topics or ()
        ]
    )
