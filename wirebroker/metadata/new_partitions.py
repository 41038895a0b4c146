"""Adding partitions to topics: what is checked, in which order and in which words, and the records that result.

Decisions only, as in ``topics`` (Kafka: ``ControllerApis.createPartitions``, ``ReplicationControlManager``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.cluster_metadata import PartitionRecord
from kafka_codecs.messages.create_partitions import CreatePartitionsTopic, CreatePartitionsTopicResult
from wirebroker.errors import KafkaError
from wirebroker.metadata.image import ClusterImage
from wirebroker.metadata.placement import added_by_hand, new_partition, spread

MAX_ADDED_A_REQUEST = 10_000


class Addition(NamedTuple):
    """What a CreatePartitions request comes to: records to commit (unless it only validates), and answers."""

    records: list[Any]
    results: list[CreatePartitionsTopicResult]


def create_partitions(topics: Sequence[CreatePartitionsTopic], image: ClusterImage, *, timeout_ms: int) -> Addition:
    """Decide on a CreatePartitions request. Topics stand and fall alone; one that is named twice is refused.

    Raises KafkaError for what fails all of them: REQUEST_TIMED_OUT when the client leaves no time, POLICY_VIOLATION
    when too many partitions are asked for at once.
    """
    times = Counter(topic.name for topic in topics)
    twice = [name for name, count in times.items() if count > 1]
    addition = Addition([], [_result(name, ErrorCode.INVALID_REQUEST, "Duplicate topic name.") for name in twice])
    proper = [topic for topic in topics if times[topic.name] == 1]
    if not proper:
        return addition
    if timeout_ms <= 0:
        raise KafkaError(ErrorCode.REQUEST_TIMED_OUT)
    _check_total(proper, image)
    for topic in proper:
        try:
            addition.records.extend(_added(topic, image))
        except KafkaError as refusal:
            addition.results.append(_result(topic.name, refusal.code, refusal.message))
        else:
            addition.results.append(_result(topic.name, ErrorCode.NONE, None))
    return addition


def _check_total(topics: Iterable[CreatePartitionsTopic], image: ClusterImage) -> None:
    """Bound the work of one request before it is done. Unknown topics do not count, nor do counts that are too low."""
    total = sum(
        max(0, topic.count - len(image.topics[topic.name].partitions)) for topic in topics if topic.name in image.topics
    )
    if total > MAX_ADDED_A_REQUEST:
        text = "Excessively large number of additional partitions per request."
        raise KafkaError(ErrorCode.POLICY_VIOLATION, text)


def _added(wanted: CreatePartitionsTopic, image: ClusterImage) -> list[PartitionRecord]:
    topic = image.topics.get(wanted.name)
    if topic is None:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    first = len(topic.partitions)
    added = _check_count(wanted, first)
    factor = len(topic.partitions[0].replicas)
    if wanted.assignments is None:
        replicas = spread(added, factor, image, seed=first + int.from_bytes(topic.topic_id))
    else:
        replicas = added_by_hand([one.broker_ids for one in wanted.assignments], first, factor, image)
    return [new_partition(topic.topic_id, first + at, chosen) for at, chosen in enumerate(replicas)]


def _check_count(wanted: CreatePartitionsTopic, has: int) -> int:
    """Return how many partitions are added."""
    if wanted.count == has:
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, f"Topic already has {has} partition(s).")
    if wanted.count < has:
        text = f"The topic {wanted.name} currently has {has} partition(s); {wanted.count} would not be an increase."
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, text)
    added = wanted.count - has
    if wanted.assignments is not None and len(wanted.assignments) != added:
        text = (
            f"Attempted to add {added} additional partition(s), but only {len(wanted.assignments)} assignment(s) were "
            "specified."
        )
        raise KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, text)
    return added


def _result(name: str, code: ErrorCode, message: str | None) -> CreatePartitionsTopicResult:
    return CreatePartitionsTopicResult(name=name, error_code=code, error_message=message)
