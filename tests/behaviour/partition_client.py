"""Produce, Fetch and ListOffsets of one partition in one line each, for tests whose subject is a field or an error."""

import time
from typing import Any

from conftest import Topic
from raw_client import RawClient

from kafka_codecs.messages.fetch import FetchPartition, FetchRequest, FetchTopic, ForgottenTopic
from kafka_codecs.messages.list_offsets import ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic
from kafka_codecs.messages.produce import PartitionProduceData, ProduceRequest, TopicProduceData
from kafka_codecs.records.batch import Record, build_batch, iter_batches, read_records

PRODUCE_BY_ID = 13
FETCH_BY_ID = 13


def now_ms() -> int:
    return int(time.time() * 1000)


def batch_of(*values: bytes | None, keys: bytes | None = b"k", **options: Any) -> bytearray:
    """Build a batch of records with these values, all stamped with the present unless ``base_timestamp`` is given."""
    records = [Record(offset_delta=at, key=keys, value=value) for at, value in enumerate(values)]
    return build_batch(records, **{"base_timestamp": now_ms(), **options})


def set_int(data: bytearray, at: int, value: int, size: int = 4) -> bytearray:
    """Overwrite a number of the batch's header; the checksum stays as it was."""
    data[at : at + size] = value.to_bytes(size, "big", signed=True)
    return data


def produce_request(
    topic: Topic,
    *records: bytes | bytearray | None,
    version: int = 9,
    acks: int = -1,
    timeout_ms: int = 10_000,
    **options: Any,
) -> ProduceRequest:
    """One entry per partition: the first of ``records`` is for partition 0, and so on."""
    entry = TopicProduceData(
        partition_data=[PartitionProduceData(index=index, records=data) for index, data in enumerate(records)]
    )
    if version >= PRODUCE_BY_ID:
        entry.topic_id = topic.topic_id
    else:
        entry.name = topic.name
    return ProduceRequest(acks=acks, timeout_ms=timeout_ms, topic_data=[entry], **options)


def produce_all(
    raw: RawClient, topic: Topic, *records: bytes | bytearray | None, version: int = 9, **options: Any
) -> list[Any]:
    """Produce and return the partitions' answers by index."""
    response = raw.call(produce_request(topic, *records, version=version, **options), version)
    (answered,) = response.responses
    return sorted(answered.partition_responses, key=lambda partition: partition.index)


def produce(raw: RawClient, topic: Topic, records: bytes | bytearray | None, version: int = 9, **options: Any) -> Any:
    """Produce to partition 0 and return its answer."""
    (answer,) = produce_all(raw, topic, records, version=version, **options)
    return answer


def produce_values(raw: RawClient, topic: Topic, *values: bytes, **options: Any) -> int:
    """Append one batch to partition 0 and return its base offset."""
    answer = produce(raw, topic, batch_of(*values, **options))
    assert answer.error_code == 0
    return int(answer.base_offset)


def fetch_request(
    topic: Topic,
    offset: int = 0,
    *,
    version: int = 12,
    partitions: int = 1,
    max_wait_ms: int = 0,
    min_bytes: int = 1,
    max_bytes: int = 1 << 25,
    partition_max_bytes: int = 1 << 20,
    current_leader_epoch: int = -1,
    last_fetched_epoch: int = -1,
    forget: list[int] | None = None,
    **options: Any,
) -> FetchRequest:
    """Ask for partitions 0 to ``partitions`` - 1 from the same offset on."""
    key = {"topic_id": topic.topic_id} if version >= FETCH_BY_ID else {"topic": topic.name}
    entries = [
        FetchPartition(
            partition=index,
            current_leader_epoch=current_leader_epoch,
            fetch_offset=offset,
            last_fetched_epoch=last_fetched_epoch,
            partition_max_bytes=partition_max_bytes,
        )
        for index in range(partitions)
    ]
    return FetchRequest(
        max_wait_ms=max_wait_ms,
        min_bytes=min_bytes,
        max_bytes=max_bytes,
        topics=[FetchTopic(partitions=entries, **key)] if partitions else [],
        forgotten_topics_data=[ForgottenTopic(partitions=forget, **key)] if forget else [],
        **options,
    )


def fetch_all(raw: RawClient, topic: Topic, offset: int = 0, *, version: int = 12, **options: Any) -> list[Any]:
    """Fetch and return the partitions' answers, in the response's order."""
    response = raw.call(fetch_request(topic, offset, version=version, **options), version)
    assert response.error_code == 0
    return [partition for answered in response.responses for partition in answered.partitions]


def fetch(raw: RawClient, topic: Topic, offset: int = 0, *, version: int = 12, **options: Any) -> Any:
    """Fetch partition 0 and return its answer."""
    (answer,) = fetch_all(raw, topic, offset, version=version, **options)
    return answer


def batches(answer: Any) -> list[Any]:
    """The headers of the whole batches that a partition's answer holds."""
    return [header for _, header in iter_batches(bytes(answer.records))]


def values(answer: Any) -> list[bytes | None]:
    """The values of all records in a partition's answer."""
    data = bytes(answer.records)
    return [record.value for at, _ in iter_batches(data) for record in read_records(data, at)]


def offset_for(raw: RawClient, topic: Topic, timestamp: int, *, version: int = 7, **options: Any) -> Any:
    """Ask ListOffsets for partition 0, or the ``partition`` of the options, and return its answer."""
    epoch, partition = options.pop("current_leader_epoch", -1), options.pop("partition", 0)
    wanted = ListOffsetsPartition(partition_index=partition, timestamp=timestamp, current_leader_epoch=epoch)
    request = ListOffsetsRequest(topics=[ListOffsetsTopic(topic.name, [wanted])], **{"replica_id": -1, **options})
    (answered,) = raw.call(request, version).topics
    (answer,) = answered.partitions
    return answer
