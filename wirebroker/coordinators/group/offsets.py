"""Committed offsets: what is committed, fetched, and dropped with its topic (Kafka's ``OffsetMetadataManager``).

An offset is its newest record. Who may commit is the group's business; here it is about partitions.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.offsets import OffsetCommitKey, OffsetCommitValue
from kafka_codecs.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from kafka_codecs.messages.offset_delete import (
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)
from kafka_codecs.messages.offset_fetch import (
    OffsetFetchRequestTopics,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopics,
)
from kafka_codecs.schema import ZERO_UUID
from wirebroker.coordinators.group.records import GroupRecord
from wirebroker.coordinators.outcome import Outcome, Step, Ticket

NO_OFFSET = -1
DEFAULT_RETENTION = -1
LAST_MS = 2**63 - 1
"""The end of time, as records can carry it."""

_Topics: TypeAlias = dict[str, dict[int, OffsetCommitValue]]


class Offsets:
    """The committed offsets of all groups."""

    def __init__(self, metadata_max_size: int) -> None:
        self._metadata_max_size = metadata_max_size
        self._groups: dict[str, _Topics] = {}

    def commit(self, request: OffsetCommitRequest, ticket: Ticket, *, timestamp_ms: int) -> Outcome:
        """Write offsets. The group has agreed; topics exist, and have both name and id."""
        step = Step(0.0, timestamp_ms)
        retention_ms = request.retention_time_ms
        expire_timestamp = -1 if retention_ms == DEFAULT_RETENTION else min(timestamp_ms + retention_ms, LAST_MS)
        response = OffsetCommitResponse()
        for topic in request.topics:
            answered = OffsetCommitResponseTopic(name=topic.name, topic_id=topic.topic_id)
            response.topics.append(answered)
            for partition in topic.partitions:
                index = partition.partition_index
                code = ErrorCode.NONE
                if self._is_too_long(partition.committed_metadata):
                    code = ErrorCode.OFFSET_METADATA_TOO_LARGE
                else:
                    key = OffsetCommitKey(group=request.group_id, topic=topic.name, partition=index)
                    step.append(GroupRecord(key, _value(partition, topic.topic_id, timestamp_ms, expire_timestamp)))
                answered.partitions.append(OffsetCommitResponsePartition(partition_index=index, error_code=code))
        step.reply(ticket, response)
        return step.outcome

    def _is_too_long(self, metadata: str | None) -> bool:
        """Counted in UTF-16 code units, as Java counts."""
        limit = self._metadata_max_size
        if metadata is None or len(metadata) * 2 <= limit:
            return False
        return len(metadata.encode("utf-16-le", "surrogatepass")) // 2 > limit

    def fetch(self, group_id: str, topics: Iterable[OffsetFetchRequestTopics]) -> list[OffsetFetchResponseTopics]:
        """Look up partitions; one without a commit has offset -1 and no error.

        A topic that is asked for by id is one without commits if they were made for a topic of another id.
        """
        committed = self._groups.get(group_id, {})
        return [
            OffsetFetchResponseTopics(
                name=topic.name,
                topic_id=topic.topic_id,
                partitions=[
                    _fetched(index, committed.get(topic.name, {}).get(index), topic.topic_id)
                    for index in topic.partition_indexes
                ],
            )
            for topic in topics
        ]

    def fetch_all(self, group_id: str) -> list[OffsetFetchResponseTopics]:
        """Look up all that this group has committed. Topics have no ids here."""
        return [
            OffsetFetchResponseTopics(
                name=name, partitions=[_fetched(index, value, ZERO_UUID) for index, value in partitions.items()]
            )
            for name, partitions in self._groups.get(group_id, {}).items()
        ]

    def of(self, group_id: str) -> Iterator[tuple[OffsetCommitKey, OffsetCommitValue]]:
        """Go through all that a group has committed."""
        for topic, partitions in self._groups.get(group_id, {}).items():
            for partition, value in partitions.items():
                yield OffsetCommitKey(group=group_id, topic=topic, partition=partition), value

    def delete(
        self,
        group_id: str,
        topics: Iterable[OffsetDeleteRequestTopic],
        ticket: Ticket,
        *,
        is_in_use: Callable[[str], bool],
    ) -> Outcome:
        """Drop offsets, except of topics in use. One that was never committed is no error."""
        step = Step(0.0, 0)
        committed = self._groups.get(group_id, {})
        response = OffsetDeleteResponse()
        for topic in topics:
            code = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC if is_in_use(topic.name) else ErrorCode.NONE
            answered = OffsetDeleteResponseTopic(name=topic.name)
            response.topics.append(answered)
            for partition in topic.partitions:
                index = partition.partition_index
                answered.partitions.append(OffsetDeleteResponsePartition(partition_index=index, error_code=code))
                if code is ErrorCode.NONE and index in committed.get(topic.name, {}):
                    key = OffsetCommitKey(group=group_id, topic=topic.name, partition=index)
                    step.append(GroupRecord(key, None))
        step.reply(ticket, response)
        return step.outcome

    def topics_deleted(self, topics: Iterable[tuple[str, bytes]]) -> Outcome:
        """Drop what was committed for these topics (name, id): not for an older or newer topic of the same name."""
        step = Step(0.0, 0)
        for name, topic_id in topics:
            for group_id, committed in self._groups.items():
                for index, value in committed.get(name, {}).items():
                    if value.topic_id in (ZERO_UUID, topic_id):
                        step.append(GroupRecord(OffsetCommitKey(group=group_id, topic=name, partition=index), None))
        return step.outcome

    def replay(self, key: OffsetCommitKey, value: OffsetCommitValue | None) -> None:
        if value is not None:
            self._groups.setdefault(key.group, {}).setdefault(key.topic, {})[key.partition] = value
            return
        topics = self._groups.get(key.group, {})
        partitions = topics.get(key.topic, {})
        partitions.pop(key.partition, None)
        if not partitions:
            topics.pop(key.topic, None)
        if not topics:
            self._groups.pop(key.group, None)


def all_partitions(request: OffsetCommitRequest, code: ErrorCode) -> OffsetCommitResponse:
    """Refuse a commit: it has no place for an error but its partitions."""
    return OffsetCommitResponse(
        topics=[
            OffsetCommitResponseTopic(
                name=topic.name,
                topic_id=topic.topic_id,
                partitions=[
                    OffsetCommitResponsePartition(partition_index=partition.partition_index, error_code=code)
                    for partition in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


def _value(
    partition: OffsetCommitRequestPartition, topic_id: bytes, timestamp_ms: int, expire_timestamp: int
) -> OffsetCommitValue:
    return OffsetCommitValue(
        offset=partition.committed_offset,
        leader_epoch=partition.committed_leader_epoch,
        metadata=partition.committed_metadata or "",
        commit_timestamp=timestamp_ms,
        expire_timestamp=expire_timestamp,
        topic_id=topic_id,
    )


def _fetched(index: int, value: OffsetCommitValue | None, topic_id: bytes) -> OffsetFetchResponsePartitions:
    if value is None or _is_of_another_topic(value.topic_id, topic_id):
        return OffsetFetchResponsePartitions(partition_index=index, committed_offset=NO_OFFSET)
    return OffsetFetchResponsePartitions(
        partition_index=index,
        committed_offset=value.offset,
        committed_leader_epoch=value.leader_epoch,
        metadata=value.metadata,
    )


def _is_of_another_topic(stored: bytes, asked: bytes) -> bool:
    return ZERO_UUID not in (stored, asked) and stored != asked
