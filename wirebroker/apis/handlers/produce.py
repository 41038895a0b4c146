"""Produce: append one batch to each of some partitions.

The hot path: a request for one partition costs its checks here, one append and one answer; batches are not opened.
The order of the checks is Kafka's (``KafkaApis.handleProduceRequest``, ``ReplicaManager.handleProduceAppend``).
"""

import logging
import math

from kafka_codecs.error_codes import ErrorCode
from kafka_codecs.messages.produce import (
    BatchIndexAndErrorMessage,
    LeaderIdAndEpoch,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
    TopicProduceResponse,
)
from wirebroker.apis.context import Context
from wirebroker.errors import CloseConnection, KafkaError
from wirebroker.log.partition_log import InvalidRecords, PartitionLog
from wirebroker.partitions.client_batch import ClientBatch, first_batch
from wirebroker.partitions.partition import Partition

_log = logging.getLogger(__name__)

_BY_TOPIC_ID = 13
_ALLOWED_ACKS = (-1, 0, 1)
_ADMIN_CLIENT = "__admin_client"
_INTERNAL_TOPICS = frozenset(("__consumer_offsets", "__transaction_state", "__share_group_state"))
_NO_LOG_START = frozenset(
    (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.MESSAGE_TOO_LARGE,
        ErrorCode.RECORD_LIST_TOO_LARGE,
        ErrorCode.CORRUPT_MESSAGE,
        ErrorCode.KAFKA_STORAGE_ERROR,
    )
)
"""Errors of an append whose answer has no log start offset (``ReplicaManager.appendToLocalLog``)."""

_NO_ERRORS: list[BatchIndexAndErrorMessage] = []
_NO_LEADER = LeaderIdAndEpoch()

_ALL_REPLICAS = -1

_NO_TOPIC = (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_ID)
"""Found before the records are looked at."""

_Entry = tuple[TopicProduceData, int, ClientBatch | None]
_Key = tuple[str | bytes, int]
_Refused = dict[_Key, ErrorCode]
_Owed = list[tuple[PartitionProduceResponse, PartitionLog, int]]


async def handle(request: ProduceRequest, context: Context) -> ProduceResponse | None:
    """Append, and answer for each partition; None for acks=0.

    Raises KafkaError for a request that is refused as a whole: CORRUPT_MESSAGE (a length or magic that no batch has),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED (a transactional batch without a transactional id),
    INVALID_PRODUCER_ID_MAPPING (transactional batches of two producers). Raises CloseConnection if a partition failed
    with acks=0, since the client has no other way to learn of it.
    """
    entries, refused = _entries(request, context.version)
    timestamp_ms = context.services.clock.timestamp_ms()
    answers: dict[str | bytes, TopicProduceResponse] = {}
    failure = 0
    owed: _Owed = []
    for topic, index, batch in entries:
        answer = _produce(topic, index, batch, request, context, timestamp_ms, owed)
        name = topic.name or topic.topic_id
        if (name, index) in refused and answer.error_code not in _NO_TOPIC:
            answer = _failed(index, refused[name, index], -1, None)
        failure = failure or answer.error_code
        if name in answers:
            answers[name].partition_responses.append(answer)
        else:
            answers[name] = TopicProduceResponse(topic.name, topic.topic_id, [answer])
    if owed:
        await _settle(owed, request, context)
    if request.acks:
        return ProduceResponse(list(answers.values()))
    if failure:
        raise CloseConnection(f"a Produce with acks=0 failed with {ErrorCode(failure).name}")
    return None


def refuse(request: ProduceRequest, context: Context, code: ErrorCode, message: str | None) -> ProduceResponse:
    """Answer every partition once with this error, without a text where it has none of its own (``getErrorResponse``).

    Raises CloseConnection for acks=0.
    """
    if request.acks == 0:
        raise CloseConnection(f"a Produce with acks=0 was refused with {code.name}")
    named: dict[tuple[str, bytes], dict[int, None]] = {}
    for topic in request.topic_data:
        for data in topic.partition_data:
            named.setdefault((topic.name, topic.topic_id), {})[data.index] = None
    return ProduceResponse(
        [
            TopicProduceResponse(name, topic_id, [_failed(index, code, -1, message) for index in indexes])
            for (name, topic_id), indexes in named.items()
        ]
    )


def _entries(request: ProduceRequest, version: int) -> tuple[list[_Entry], _Refused]:
    """Give topic, partition and first batch of each entry, as ``_once_each`` leaves them. Raises KafkaError."""
    entries: list[_Entry] = []
    transactional = False
    for topic in request.topic_data:
        for data in topic.partition_data:
            batch = first_batch(data.records)
            if batch is not None and batch.is_transactional:
                if request.transactional_id is None:
                    raise KafkaError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
                transactional = True
            entries.append((topic, data.index, batch))
    refused: _Refused = {}
    if len(entries) > 1:
        entries, refused = _once_each(entries, version)
    if transactional:
        _check_producers(entries)
    return entries, refused


def _once_each(entries: list[_Entry], version: int) -> tuple[list[_Entry], _Refused]:
    """Of a partition listed twice keep the last entry whose batch may be appended, and what is wrong with the others.

    Kafka answers with that error although it appends the good one (``mergedResponseStatus`` of ``KafkaApis``).
    """
    kept: dict[_Key, _Entry] = {}
    for entry in entries:
        kept[entry[0].name or entry[0].topic_id, entry[1]] = entry
    if len(kept) == len(entries):
        return entries, {}
    good: dict[_Key, _Entry] = {}
    refused: _Refused = {}
    for entry in entries:
        key = (entry[0].name or entry[0].topic_id, entry[1])
        try:
            _records(entry[2], version)
            good[key] = entry
        except KafkaError as refusal:
            refused[key] = refusal.code
    return list((kept | good).values()), refused


def _check_producers(entries: list[_Entry]) -> None:
    """Raise KafkaError if transactional batches come from more than one producer."""
    producers = {batch.transactional_producer for _, _, batch in entries if batch is not None}
    if len(producers - {None}) > 1:
        raise KafkaError(
            ErrorCode.INVALID_PRODUCER_ID_MAPPING, "Transactional records contained more than one producer ID"
        )


def _produce(
    topic: TopicProduceData,
    index: int,
    batch: ClientBatch | None,
    request: ProduceRequest,
    context: Context,
    timestamp_ms: int,
    owed: _Owed,
) -> PartitionProduceResponse:
    """Check and append one partition's batch; a failure concerns this partition only.

    ``owed`` takes an answer that must wait until the batch is on stable storage.
    """
    try:
        partition = _partition(topic, index, context)
        records = _records(batch, context.version)
        if batch is not None and batch.is_transactional and batch.transactional_producer is not None:
            _verify_transaction(request)
        if request.acks not in _ALLOWED_ACKS:
            raise KafkaError(ErrorCode.INVALID_REQUIRED_ACKS)
        if partition.topic in _INTERNAL_TOPICS and context.client_id != _ADMIN_CLIENT:
            raise KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    except KafkaError as refusal:
        return _failed(index, refusal.code, -1, None)
    try:
        done = partition.append(records, timestamp_ms=timestamp_ms)
    except InvalidRecords as refusal:
        return _failed(index, refusal.code, partition.log.log_start_offset, refusal.message, refusal.record_errors)
    except KafkaError as refusal:
        return _failed(index, refusal.code, _log_start(partition, refusal.code), None)
    except Exception:  # noqa: BLE001 - logged; the other partitions are not to suffer
        _log.exception("an append of client %r to %s-%d failed", context.client_id, partition.topic, index)
        return _failed(index, ErrorCode.UNKNOWN_SERVER_ERROR, partition.log.log_start_offset, None)
    answer = PartitionProduceResponse(
        index, 0, done.base_offset, done.log_append_time_ms, done.log_start_offset, _NO_ERRORS, None, _NO_LEADER
    )
    log = partition.log
    if log.syncs_answers and log.owes_sync(done.last_offset + 1, all_replicas=request.acks == _ALL_REPLICAS):
        owed.append((answer, log, done.last_offset + 1))
    return answer


async def _settle(owed: _Owed, request: ProduceRequest, context: Context) -> None:
    """Wait until all is on stable storage; where it stands for followers, ``timeout_ms`` at most (``DelayedProduce``).

    A flush by ``flush.messages`` is part of the append, which has no time limit (``UnifiedLog.append``).
    Errors of a partition then: REQUEST_TIMED_OUT, KAFKA_STORAGE_ERROR, UNKNOWN_TOPIC_OR_PARTITION.
    """
    await context.flush()
    wanted = [(log, offset) for _, log, offset in owed]
    seconds = request.timeout_ms / 1000 if owed[0][1].fsync else math.inf
    codes = await context.services.syncer.all_reached(wanted, seconds)
    for (answer, _, _), code in zip(owed, codes, strict=True):
        answer.error_code = code


def _records(batch: ClientBatch | None, version: int) -> memoryview:
    """Return what an entry would append. Raises KafkaError unless that is one batch as this version may have it."""
    if batch is None:
        raise KafkaError(ErrorCode.INVALID_RECORD)
    return batch.only(version)


def _partition(topic: TopicProduceData, index: int, context: Context) -> Partition:
    """Find the partition. Raises KafkaError: UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR."""
    services = context.services
    if context.version < _BY_TOPIC_ID:
        return services.partitions.find(topic.name, index)
    described = services.journal.image.topics_by_id.get(topic.topic_id)
    if described is None:
        raise KafkaError(ErrorCode.UNKNOWN_TOPIC_ID)
    return services.partitions.find(described.name, index)


def _verify_transaction(request: ProduceRequest) -> None:
    """Refuse a transactional batch: no transaction can be open, since this broker does not serve them yet.

    It is what Kafka answers for a transactional id that its coordinator does not know. Raises KafkaError.
    """
    if not request.transactional_id:
        raise KafkaError(ErrorCode.INVALID_REQUEST)
    raise KafkaError(ErrorCode.INVALID_PRODUCER_ID_MAPPING)


def _log_start(partition: Partition, code: ErrorCode) -> int:
    return -1 if code in _NO_LOG_START else partition.log.log_start_offset


def _failed(
    index: int,
    code: ErrorCode,
    log_start_offset: int,
    message: str | None,
    record_errors: list[tuple[int, str]] | None = None,
) -> PartitionProduceResponse:
    errors = [BatchIndexAndErrorMessage(batch_index, text) for batch_index, text in record_errors or ()]
    return PartitionProduceResponse(index, code, -1, -1, log_start_offset, errors, message)
