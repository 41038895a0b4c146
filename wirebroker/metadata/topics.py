"""Creating and deleting topics: what is checked, in which order and in which words, and the records that result.

Decisions only: nothing is changed here, the caller commits the records (Kafka: ``ControllerApis``,
``ReplicationControlManager``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.internal.cluster_metadata import ConfigRecord, RemoveTopicRecord, TopicRecord
from kafka_codecs.messages.create_topics import CreatableTopic, CreatableTopicConfigs, CreatableTopicResult
from kafka_codecs.messages.delete_topics import DeletableTopicResult, DeleteTopicState
from kafka_codecs.schema import ZERO_UUID
from wirebroker.errors import KafkaError
from wirebroker.metadata import topic_names
from wirebroker.metadata.configs import BrokerSettings, check_topic_configs, effective_topic_configs
from wirebroker.metadata.image import ClusterImage, ResourceType
from wirebroker.metadata.placement import PartitionReplicas, assigned_by_hand, new_partition, spread

MAX_PARTITIONS_A_REQUEST = 10_000
MAX_RECORDS_A_REQUEST = 10_000


class Creation(NamedTuple):
    """What a CreateTopics request comes to: records to commit (unless it only validates), answers in order."""

    records: list[Any]
    results: list[CreatableTopicResult]


class Deletion(NamedTuple):
    """What a DeleteTopics request comes to: records to commit, answers in order."""

    records: list[Any]
    results: list[DeletableTopicResult]


def create_topics(
    topics: Sequence[CreatableTopic],
    image: ClusterImage,
    settings: BrokerSettings,
    *,
    timeout_ms: int,
    new_topic_id: Callable[[], bytes],
) -> Creation:
    """Decide on a CreateTopics request. Topics stand and fall alone.

    Raises KafkaError for what fails all of them: REQUEST_TIMED_OUT when the client leaves no time, POLICY_VIOLATION
    when the request is too large.
    """
    times = Counter(topic.name for topic in topics)
    proper = [topic for topic in topics if times[topic.name] == 1 and topic.name != topic_names.METADATA_TOPIC]
    creation = Creation([], [])
    if proper:
        _check_time(timeout_ms)
        _check_partitions(proper, settings)
        _create_each(proper, image, settings, new_topic_id, creation)
    creation.results.extend(
        _refused(name, ErrorCode.INVALID_REQUEST, "Duplicate topic name.") for name, count in times.items() if count > 1
    )
    if times[topic_names.METADATA_TOPIC] == 1:
        text = f"Creation of internal topic {topic_names.METADATA_TOPIC} is prohibited."
        creation.results.append(_refused(topic_names.METADATA_TOPIC, ErrorCode.INVALID_REQUEST, text))
    return creation


def delete_topics(topics: Iterable[DeleteTopicState], image: ClusterImage, *, timeout_ms: int) -> Deletion:
    """Decide on a DeleteTopics request, whose topics are named or given by id.

    Raises KafkaError (REQUEST_TIMED_OUT) when the client leaves no time for a deletion.
    """
    deletion = Deletion([], [])
    names: Counter[str] = Counter()
    ids: Counter[bytes] = Counter()
    for topic in topics:
        if topic.name is not None and topic.topic_id != ZERO_UUID:
            text = "You may not specify both topic name and topic id."
            deletion.results.append(_not_deleted(topic.name, topic.topic_id, ErrorCode.INVALID_REQUEST, text))
        elif topic.name is not None:
            names[topic.name] += 1
        elif topic.topic_id != ZERO_UUID:
            ids[topic.topic_id] += 1
        else:
            text = "Neither topic name nor id were specified."
            deletion.results.append(_not_deleted(None, ZERO_UUID, ErrorCode.INVALID_REQUEST, text))
    chosen = _by_id(ids, image, timeout_ms, deletion) | _by_name(names, ids, image, timeout_ms, deletion)
    for topic_id, name in chosen.items():
        if name is not None:
            deletion.records.append(RemoveTopicRecord(topic_id=topic_id))
            deletion.results.append(DeletableTopicResult(name=name, topic_id=topic_id))
    return deletion


def _create_each(
    topics: Sequence[CreatableTopic],
    image: ClusterImage,
    settings: BrokerSettings,
    new_topic_id: Callable[[], bytes],
    creation: Creation,
) -> None:
    taken = _names_that_collide(image) if any(topic_names.collision_key(topic.name) for topic in topics) else {}
    for topic in topics:
        try:
            _check_name(topic.name, image, taken)
            configs = _checked_configs(topic, settings)
            replicas = _checked_replicas(topic, image, settings, topic_id := new_topic_id())
        except KafkaError as refusal:
            creation.results.append(_refused(topic.name, refusal.code, refusal.message))
            continue
        creation.records.extend(_records(topic.name, topic_id, configs, replicas))
        if len(creation.records) > MAX_RECORDS_A_REQUEST:
            text = "Unable to perform excessively large batch operation."
            raise KafkaError(ErrorCode.POLICY_VIOLATION, text)
        creation.results.append(
            CreatableTopicResult(
                name=topic.name,
                topic_id=topic_id,
                error_message=None,
                num_partitions=len(replicas),
                replication_factor=len(replicas[0].brokers),
                configs=_described(configs, settings),
            )
        )


def _check_time(timeout_ms: int) -> None:
    if timeout_ms <= 0:
        raise KafkaError(ErrorCode.REQUEST_TIMED_OUT)


def _check_partitions(topics: Iterable[CreatableTopic], settings: BrokerSettings) -> None:
    """Bound the work of one request before it is done, by the partitions that it asks for, wrongly or not."""
    total = 0
    for topic in topics:
        if topic.assignments:
            total += len(topic.assignments)
        else:
            total += settings.current.num_partitions if topic.num_partitions == -1 else max(0, topic.num_partitions)
    if total > MAX_PARTITIONS_A_REQUEST:
        raise KafkaError(ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request.")


def _names_that_collide(image: ClusterImage) -> dict[str, str]:
    return {key: name for name in image.topics if (key := topic_names.collision_key(name)) is not None}


def _check_name(name: str, image: ClusterImage, taken: Mapping[str, str]) -> None:
    if name in image.topics:
        raise KafkaError(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    topic_names.check(name)
    key = topic_names.collision_key(name)
    if key is not None and key in taken:
        text = f"Topic '{name}' collides with existing topic: {taken[key]}"
        raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, text)


def _checked_configs(topic: CreatableTopic, settings: BrokerSettings) -> dict[str, str]:
    """Return the topic's configuration; of a name given twice the last value counts."""
    nulls = [entry.name for entry in topic.configs if entry.value is None]
    if nulls:
        text = f"Null value not supported for topic configs: {','.join(nulls)}"
        raise KafkaError(ErrorCode.INVALID_CONFIG, text)
    configs = {entry.name: entry.value for entry in topic.configs if entry.value is not None}
    check_topic_configs(configs, settings.current)
    return configs


def _checked_replicas(
    topic: CreatableTopic, image: ClusterImage, settings: BrokerSettings, topic_id: bytes
) -> list[PartitionReplicas]:
    if topic.assignments:
        for name, value in (("replication factor", topic.replication_factor), ("numPartitions", topic.num_partitions)):
            if value != -1:
                text = f"A manual partition assignment was specified, but {name} was not set to -1."
                raise KafkaError(ErrorCode.INVALID_REQUEST, text)
        return assigned_by_hand([(one.partition_index, one.broker_ids) for one in topic.assignments], image)
    if topic.replication_factor < -1 or topic.replication_factor == 0:
        text = "Replication factor must be larger than 0, or -1 to use the default value."
        raise KafkaError(ErrorCode.INVALID_REPLICATION_FACTOR, text)
    if topic.num_partitions < -1 or topic.num_partitions == 0:
        text = "Number of partitions was set to an invalid non-positive value."
        raise KafkaError(ErrorCode.INVALID_PARTITIONS, text)
    return spread(
        settings.current.num_partitions if topic.num_partitions == -1 else topic.num_partitions,
        settings.current.default_replication_factor if topic.replication_factor == -1 else topic.replication_factor,
        image,
        seed=int.from_bytes(topic_id),
    )


def _records(
    name: str, topic_id: bytes, configs: Mapping[str, str], replicas: Sequence[PartitionReplicas]
) -> Iterable[Any]:
    """Yield the topic, its configuration, its partitions, in the order in which they can be replayed."""
    yield TopicRecord(name=name, topic_id=topic_id)
    for key, value in configs.items():
        yield ConfigRecord(resource_type=ResourceType.TOPIC, resource_name=name, name=key, value=value)
    for number, chosen in enumerate(replicas):
        yield new_partition(topic_id, number, chosen)


def _described(configs: Mapping[str, str], settings: BrokerSettings) -> list[CreatableTopicConfigs]:
    return [
        CreatableTopicConfigs(
            name=entry.name,
            value=entry.value,
            read_only=False,
            config_source=entry.source,
            is_sensitive=entry.sensitive,
        )
        for entry in effective_topic_configs(configs, settings)
    ]


def _refused(name: str, code: ErrorCode, message: str | None) -> CreatableTopicResult:
    return CreatableTopicResult(name=name, error_code=code, error_message=message)


def _by_id(ids: Counter[bytes], image: ClusterImage, timeout_ms: int, deletion: Deletion) -> dict[bytes, str | None]:
    for topic_id, count in ids.items():
        if count > 1:
            deletion.results.append(_not_deleted(None, topic_id, ErrorCode.INVALID_REQUEST, "Duplicate topic id."))
    once = [topic_id for topic_id, count in ids.items() if count == 1]
    if once:
        _check_time(timeout_ms)
    chosen: dict[bytes, str | None] = {}
    for topic_id in once:
        topic = image.topics_by_id.get(topic_id)
        if topic is None:
            code = ErrorCode.UNKNOWN_TOPIC_ID
            deletion.results.append(_not_deleted(None, topic_id, code, code.text))
        else:
            chosen[topic_id] = topic.name
    return chosen


def _by_name(
    names: Counter[str], ids: Counter[bytes], image: ClusterImage, timeout_ms: int, deletion: Deletion
) -> dict[bytes, str | None]:
    """Choose by name. A name whose id is in the request as well makes neither be deleted: its id is chosen as None."""
    for name, count in names.items():
        if count > 1:
            deletion.results.append(_not_deleted(name, ZERO_UUID, ErrorCode.INVALID_REQUEST, "Duplicate topic name."))
    once = [name for name, count in names.items() if count == 1]
    if once:
        _check_time(timeout_ms)
    chosen: dict[bytes, str | None] = {}
    for name in once:
        topic = image.topics.get(name)
        if topic is None:
            code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            deletion.results.append(_not_deleted(name, ZERO_UUID, code, code.text))
        elif topic.topic_id in ids:
            text = "The provided topic name maps to an ID that was already supplied."
            deletion.results.append(_not_deleted(name, topic.topic_id, ErrorCode.INVALID_REQUEST, text))
            chosen[topic.topic_id] = None
        else:
            chosen[topic.topic_id] = name
    return chosen


def _not_deleted(name: str | None, topic_id: bytes, code: ErrorCode, message: str) -> DeletableTopicResult:
    return DeletableTopicResult(name=name, topic_id=topic_id, error_code=code, error_message=message)
